"""Words that officers and registers use: abbreviations, roles of words, phrases for "no school".

Written for this project from the register's vocabulary and from common police report wording; data, no logic.
"""

from __future__ import annotations

PHRASES: tuple[tuple[str, str], ...] = (
    # Faith and status, before tokens are cut.
    (r"\bch(?:urch)?\.?\s+(?:of\s+)?eng(?:land)?\b", " ce "),
    (r"\bc\s*[./]?\s*of\s*[./]?\s*e\b", " ce "),
    (r"\bc\s*[./]\s*e\b\.?", " ce "),
    (r"\bcof\s*e\b", " ce "),
    (r"\br\s*[./]\s*c\b\.?", " catholic "),
    (r"\broman\s+catholic\b", " catholic "),
    (r"\bvoluntary\s+aided\b", " va "),
    (r"\bvoluntary\s+controlled\b", " vc "),
    (r"\b(?:sixth|6th|vi|six|6)\s+form\b", " sixthform "),
    (r"\bhigh\s+st(?:reet|r)?\b(?!\s*[.]?\s*[a-z])", " highstreet "),
    (r"\bhigh\s+street\b", " highstreet "),
    (r"\bpupil\s+referral\s+unit\b", " pru "),
    (r"\bj\s*[&+/]\s*i\b", " junior and infant "),
    (r"\bi\s*[&+/]\s*n\b", " infant and nursery "),
    (r"\bj\s*\.?\s*m\s*\.?\s*i\b", " junior and infant "),
    (r"\bpre[\s-]+(?:school|sch)\b", " preschool "),
    (r"\bn\s*/\s*([ak])\b", r" n\1 "),
)

# One written form -> the words it stands for. Applied to the register and to mentions alike.
ABBREVIATIONS: dict[str, str] = {
    **dict.fromkeys(("saint", "sts", "saints.", "ste"), "st"),
    **dict.fromkeys(("sch", "schl", "scl", "schools", "skl", "skool", "scool", "shcool", "shool"), "school"),
    **dict.fromkeys(("prim", "pri", "primry", "prmary", "primery"), "primary"),
    **dict.fromkeys(("jnr", "jun", "jr", "jnrs", "juniors"), "junior"),
    **dict.fromkeys(("inf", "infs", "infants", "inft"), "infant"),
    **dict.fromkeys(("sec", "second", "2ndary", "2ndry", "secondry", "scdy", "secon"), "secondary"),
    **dict.fromkeys(("ac", "acad", "acdmy", "academies", "acdy", "acadamy", "academey"), "academy"),
    **dict.fromkeys(("col", "coll", "colleg", "collage", "clg", "colleges"), "college"),
    **dict.fromkeys(("comp", "compr", "comprehens"), "comprehensive"),
    **dict.fromkeys(("comm", "com", "cmty", "commun", "comunity"), "community"),
    **dict.fromkeys(("gram", "grmr", "grammer"), "grammar"),
    **dict.fromkeys(("nurs", "nsy", "nrsy", "nurseries"), "nursery"),
    **dict.fromkeys(("prep", "prepatory"), "preparatory"),
    **dict.fromkeys(("hi", "hgh"), "high"),
    **dict.fromkeys(("girl", "grls", "gils"), "girls"),
    **dict.fromkeys(("boy", "bys"), "boys"),
    **dict.fromkeys(("cofe", "coe", "coes", "anglican"), "ce"),
    **dict.fromkeys(("rc", "cath", "catholics"), "catholic"),
    **dict.fromkeys(("meth",), "methodist"),
    **dict.fromkeys(("bp",), "bishop"),
    **dict.fromkeys(("abp",), "archbishop"),
    **dict.fromkeys(("ldn", "lon", "lond", "lndn"), "london"),
    **dict.fromkeys(("intl", "internat", "intnl"), "international"),
    **dict.fromkeys(("univ", "uni"), "university"),
    **dict.fromkeys(("tech", "techn"), "technology"),
    **dict.fromkeys(("edu", "educ", "educational"), "education"),
    **dict.fromkeys(("spec", "specialist"), "special"),
    **dict.fromkeys(("ctr", "cntr", "center"), "centre"),
    **dict.fromkeys(("rd",), "road"),
    **dict.fromkeys(("ave", "av"), "avenue"),
    **dict.fromkeys(("ln",), "lane"),
    **dict.fromkeys(("pk", "prk"), "park"),
    **dict.fromkeys(("gdn", "gdns", "gardens"), "garden"),
    **dict.fromkeys(("hse", "hs."), "house"),
    **dict.fromkeys(("grn",), "green"),
    **dict.fromkeys(("sq",), "square"),
    **dict.fromkeys(("mt",), "mount"),
    **dict.fromkeys(("wm",), "william"),
    **dict.fromkeys(("sqr",), "square"),
    "ps": "primary school",
    "hs": "high school",
    "js": "junior school",
    "jmi": "junior and infant",
    "girlss": "girls",
    "6thform": "sixthform",
    "6th": "sixthform",
    "sixth": "sixthform",
    "6form": "sixthform",
    "fe": "further education",
}

# Written form -> register words it may stand for, weaker than equality.
LOOSE: dict[str, tuple[str, ...]] = {
    "n": ("north",),
    "w": ("west",),
    "e": ("east",),
    "s": ("south", "st"),
    "b": ("boys",),
    "g": ("girls",),
    "gt": ("great",),
    "grt": ("great",),
    "lt": ("little",),
    "upr": ("upper",),
    "lwr": ("lower",),
    "mid": ("middle",),
    "nth": ("north",),
    "sth": ("south",),
    "jn": ("john", "junction"),
    "jas": ("james",),
    "chas": ("charles",),
    "geo": ("george",),
    "thos": ("thomas",),
    "edw": ("edward",),
    "fwd": ("forward",),
    "dr": ("doctor",),
    "bros": ("brothers",),
    "xaviers": ("xavier",),
    "ox": ("oxford",),
    "maths": ("mathematics",),
    "perf": ("performing",),
    "our": ("lady",),
}

STOP = frozenset("the of for and at in on with by to de la le a an with upon under over near its".split())

# Words for the kind of school, with the stage of schooling that they imply.
PRIMARY_WORDS = frozenset("primary infant junior first nursery preparatory jmi preschool".split())
SECONDARY_WORDS = frozenset("secondary high grammar comprehensive upper middle".split())
COLLEGE_WORDS = frozenset("college sixthform university further".split())
TYPE_WORDS = (
    PRIMARY_WORDS
    | SECONDARY_WORDS
    | COLLEGE_WORDS
    | frozenset("school academy community centre unit pru education special lower trust foundation county free".split())
)
SEX_WORDS = frozenset(("girls", "boys"))
FAITH_WORDS = frozenset(("ce", "catholic", "va", "vc", "methodist", "aided", "controlled", "voluntary", "endowed"))
FAITHS = frozenset(("ce", "catholic", "methodist"))

# After one of these a place follows, not a part of the name.
PLACE_CUES = frozenset(("nr", "near", "off", "opposite", "opp", "by", "on", "in", "behind", "beside"))
STREET_WORDS = frozenset(
    "road street highstreet avenue lane close drive way crescent gardens garden terrace place square hill grove court row walk st mews".split()
)

# After one of these a school's name tends to follow.
NAME_CUES = frozenset(
    "at attends attend attending attended goes from school enrolled leaving wearing pupil student pupils students dsl".split()
)
# Before one of these a school's name tends to end.
END_CUES = frozenset("pupil pupils student students uniform when since re year yr yrs".split())

# Words of a report around the name. They cost nothing when a candidate does not explain them.
WRAPPERS = frozenset(
    """
    aged age approx approximately all also another any arrested arrived asked attend attended attending attends away
    believed been bag bailed blazer black bullied but bus called carried caught cctv child children class company concern
    contacted currently date daughter described details detained did died dispersed does dp d p dsl during enquiries enrol
    enrolled ex female fight followed former formerly friend friends found full gave goes going group groups had has
    have he head her his him home hrs ic1 ic2 ic3 ic4 ic5 ic6 i incident informant informed injuries involved is isnt
    jacket knife known knows last later lead leaving lives location male males me merlin met misper missing monday tuesday
    wednesday thursday friday saturday sunday mother mum dad father mobile months more mr mrs ms my named near nearby new
    no not notified notify now number officer officers old one other others outside parent parents part parties patrol
    person phone police possibly possible prev previously probably provide pupil pupils re recent recently recorded refused
    report reported reports reporting robbery rtc s1 s2 safeguarding said same saw say says seen sept september
    she shops since sister brother sibling social son spoke spoken stated states stopped student students subject subj
    suspect susp suspected teacher tells that their them they this three three threatened time timetable to today told too
    tie trousers two under uniform uniforms unknown until used vict victim walking was wearing went were when where which
    while who whose will with witness witnesses worker worries would year years yesterday yo young youth youths yr yrs
    approached approach end day reception term currently think thinks may maybe apparently claims claimed
    january february march april may june july august october november december oct nov dec jan feb mar apr
    from x be been being various stop search stop searched carrying class form tutor
    """.split()
)

# Statements that no school is named; regular expressions over normalised words, tried at every word.
NONE_PHRASES: tuple[str, ...] = (
    r"n ?[ak]|nil|none|unk|unknown|unkown|idk|dont know|dunno|tbc|tba|test|null|blank|nfa|no|x+|not applicable",
    r"(?:school |college )?(?:is |was )?not (?:yet )?(?:known|stated|asked|given|provided|recorded|disclosed|required"
    r"|named|obtained|available|sure|specified|applicable|confirmed)",
    r"no (?:details?|schools?|answer|reply|comment|record|info|information|education|setting|fixed school)"
    r"(?: (?:details?|given|recorded|provided|known|named|yet|place|at present|attended|found|stated))*",
    r"(?:did ?nt|didn t|did not|forgot to|failed to|unable to) (?:ask|record|say|state|provide|disclose|know|give|obtain|want to say)",
    r"(?:refused|refuses|refusing|declined|declines|unwilling)(?: to (?:say|state|answer|provide|disclose|give|comment))?",
    r"(?:would|will|could|wont|wouldnt|couldnt) ?(?:not|nt)? (?:say|state|provide|disclose|give|answer|recall|remember)",
    r"as (?:above|below|before|per (?:previous )?(?:report|crime|log|record)|stated)",
    r"(?:see|refer to|school details on|details on|recorded on) (?:mg ?11|merlin|cris|report|above|notes|log|statement|previous|niche|connect)",
    r"(?:elective(?:ly)? )?home ?(?:ed|edu|educated|education|educating|school|schooled|schooling|taught|tutored|tuition|learning)",
    r"ehe|neet|eotas|cme|self taught|taught at home|educated (?:at|from) home",
    r"tuition(?: at home| centre)?|(?:has a |private |home )?tutor(?:ed)?",
    r"(?:online|virtual|internet|distance) (?:school|schooling|learning|education)",
    r"not (?:currently )?(?:in|at|attending|enrolled|on roll|registered|of)"
    r"(?: (?:any|a|full time))?(?: (?:education|school|college|employment|age))*",
    r"(?:does not|doesnt|dont|do not|no longer|never|isnt|is not) (?:currently )?(?:attends?|attending|go(?:es)? to|at|in)"
    r"(?: (?:any|a))?(?: (?:school|college|education))?",
    r"(?:has )?(?:left|finished|completed) (?:full time )?(?:school|education)(?: (?:last year|leaver|in|\d{4}|\d+ years? ago))*|school leaver",
    r"(?:perm(?:anently)? )?(?:excluded|expelled|suspended)(?: (?:awaiting|pending|from|no|school|placement|place))*",
    r"(?:awaiting|waiting for|pending|looking for|seeking|between|without)(?: a)?(?: new)? (?:schools?|placement|place|college)"
    r"(?: (?:place|placement|yet|offer))*",
    r"new to (?:the )?(?:area|uk|country)|(?:recently )?arrived from abroad",
    r"(?:un)?employed|works? (?:at|for) \w+|works? (?:full|part) time|works|working|job ?seeker|on benefits|retired",
    r"apprentice(?:ship)?(?: \w+)?|trainee(?: \w+)?|adult|too young|too old|over ?age|toddler|baby",
    r"(?:under|below|over|not of|above) ?(?:school )?age|nursery age|preschool(?: age)?",
    r"school (?:abroad|overseas|holidays?|closed|age)|summer holidays?|half term",
    r"(?:visiting|on holiday|tourist|over)(?: (?:here )?from (?:\w+))?",
    r"university student|ap|alternative provision",
    r"an? (?:\w+ )?(?:school|college) (?:in|near|nearby|local)(?: the area)?|(?:school|somewhere) in the area",
    r"(?:local|nearby|another|different|unnamed|unspecified) (?:\w+ )?(?:school|college|academy|nursery)",
)

# Sentences that say something else about a named school: not statements of none.
NOT_NONE: tuple[str, ...] = (r"previously (?:excluded|suspended)", r"(?:ex|former|old) (?:pupil|student)", r"no (?:injuries|cctv|further|trace)")

OUTSIDE_ENGLAND = frozenset(
    """
    scotland wales ireland cardiff swansea newport wrexham bangor edinburgh glasgow aberdeen dundee inverness belfast derry
    londonderry lisburn dublin cork galway limerick paris france germany berlin spain madrid italy milan rome turkey istanbul
    ankara poland warsaw romania bucharest bulgaria sofia portugal lisbon usa america american canada australia india pakistan
    bangladesh nigeria ghana somalia jamaica dubai china japan brazil ukraine kyiv albania syria iraq iran afghanistan ni
    jersey guernsey netherlands amsterdam belgium brussels sweden norway denmark greece cyprus lycee liceo lisesi gymnasium
    ysgol elementary abroad overseas gyfun
    """.split()
)
