"""The words that the invented city is made of."""

from __future__ import annotations

CITY = "Saltmere"
FORCE = "Saltmere Police"
COUNCIL = "Saltmere Council"
AUTHORITY_CODE = "999"

BOROUGHS = ("North Saltmere", "Harbour", "Wealdside")
WARDS = (
    "Larkrise", "Mill Fleet", "Beacon Hill", "Netherfold",
    "Quayside", "Ferry Road", "Old Town", "The Saltings",
    "Heronsgate", "Windmill Green", "Tollgate", "Castle Marsh and Upper Reedbank",
)  # fmt: skip

SAINTS = ("Brannock", "Edwen", "Tamsin", "Orrin", "Maelle", "Cuby")
PRIMARY_KINDS = ("Primary School", "Community Primary School", "Primary Academy", "Infant School", "Junior School")
SECONDARY_KINDS = ("Academy", "School", "High School", "Community College")
DISTINCTIVE = (
    "Larkrise", "Tidewater", "Beacon", "Millbrook Fleet", "Quay Street", "Ferrybank", "Saltings", "Heron Way", "Windmill",
    "Tollgate", "Castle Marsh", "Reedbank", "Samphire", "Lantern Hill", "Ropewalk", "Kittiwake", "Sea Holly", "Chandlers",
    "Fuller's Field", "Marram", "Ebbside", "Curlew Lane", "Net Loft", "Harbour View", "Coopers Green", "Sandpiper",
    "Longshore", "Whitesail", "Bellrope", "Cockle Row", "Drover's Way", "Ashby Creek", "Teal Meadow", "Watch House",
    "Staithe", "Brackwater", "Garnet Street", "Pilots' Walk", "Eelmarsh", "Kelp Yard", "Oyster Bed Lane", "Gannet Rise",
    "Foghorn", "Capstan", "Moonraker", "Shingle Bank", "Tern Park", "Weir Cottage", "Jetty Road", "Compass",
    "Turnstone", "Barley Wharf", "Slipway", "Dunlin Close", "Rookery Dyke", "Limekiln", "Sallow Beck", "Anchorhold",
)  # fmt: skip

FIRST_NAMES = (
    "Amara", "Bryn", "Chidi", "Dilys", "Esme", "Farid", "Gwen", "Hari", "Ines", "Jomo", "Kezia", "Leon", "Maryam",
    "Nia", "Oren", "Priya", "Quill", "Rowan", "Safiya", "Tomasz", "Una", "Viktor", "Wren", "Yusuf", "Zofia",
)  # fmt: skip
FAMILY_NAMES = (
    "Demoson", "Exampleby", "Testerfield", "Samplewick", "Modelworth", "Trialham", "Sketchley-Fixture", "Placeholder",
)  # fmt: skip
