"""Words that officers and registers use: abbreviations, roles of words, phrases for "no school".

Written for this project from the register's vocabulary and from common police report wording; data, no logic.
"""

from __future__ import annotations


def words(block: str) -> frozenset[str]:
    """The words of a block of text."""
    return frozenset(block.split())


# Faith and status, before tokens are cut: a pattern, what it stands for, and pieces of text one of which must be there.
PHRASES: tuple[tuple[str, str, str], ...] = (
    (r"\bch(?:urch)?\.?\s+(?:of\s+)?eng(?:land)?\b", " ce ", "eng"),
    (r"\bc\s*[./]?\s*of\s*[./]?\s*e\b", " ce ", "of"),
    (r"\bc\s*[./]\s*e\b\.?", " ce ", "/ ."),
    (r"\bcof\s*e\b", " ce ", "cof"),
    (r"\br\s*[./]\s*c\b\.?", " catholic ", "/ ."),
    (r"\br\s+c\b", " catholic ", "c"),
    (r"\broman\s+catholic\b", " catholic ", "roman"),
    (r"\bvoluntary\s+aided\b", " va ", "volun"),
    (r"\bvoluntary\s+controlled\b", " vc ", "volun"),
    (r"\b(?:sixth|6th|vi|six|6)\s+form\b", " sixthform ", "form"),
    (r"\bhigh\s+st(?:reet|r)?\b(?!\s*[.]?\s*[a-z])", " highstreet ", "high"),
    (r"\bhigh\s+street\b", " highstreet ", "high"),
    (r"\bpupil\s+referral\s+unit\b", " pru ", "referral"),
    (r"\bj\s*(?:and|/)\s*i\b", " junior and infant ", "j"),
    (r"\bi\s*(?:and|/)\s*n\b", " infant and nursery ", "i"),
    (r"\bj\s*\.?\s*m\s*\.?\s*i\b", " junior and infant ", "j"),
    (r"\bpre[\s-]+(?:school|sch)\b", " preschool ", "pre"),
    (r"\bp\.?\s+(?=sch)", " primary ", "p"),
    (r"\bo\s*/\s*s\b", " outside ", "o/ o /"),
    (r"\bn\s*/\s*([ak])\b", r" n\1 ", "/"),
)

# The words that written forms stand for. Applied to the register and to mentions alike.
_ABBREVIATIONS = """
    st: saint sts ste
    school: sch schl scl schools skl skool scool shcool shool
    primary: prim pri primry prmary primery
    junior: jnr jun jr jnrs juniors
    infant: inf infs infants inft
    secondary: sec second 2ndary 2ndry secondry scdy secon
    academy: ac acad acdmy academies acdy acadamy academey
    college: col coll colleg collage clg colleges
    comprehensive: comp compr comprehens
    community: comm com cmty commun comunity
    grammar: gram grmr grammer
    nursery: nurs nsy nrsy nurseries
    preparatory: prep prepatory
    high: hi hgh
    girls: girl grls gils girlss
    boys: boy bys
    ce: cofe coe coes anglican
    catholic: rc cath catholics
    methodist: meth
    bishop: bp
    archbishop: abp
    london: ldn lon lond lndn
    international: intl internat intnl
    university: univ uni
    technology: tech techn
    education: edu educ educational
    special: spec specialist
    centre: ctr cntr center
    road: rd
    avenue: ave av
    lane: ln
    park: pk prk
    garden: gdn gdns gardens
    house: hse
    green: grn
    square: sq sqr
    mount: mt
    william: wm
    primary school: ps
    high school: hs
    junior school: js
    junior and infant: jmi
    sixthform: 6thform 6th sixth 6form
    further education: fe
"""
# A written form and the register's words that it may stand for, which counts for less than equality.
_LOOSE = """
    n: north
    w: west
    e: east
    s: south st
    b: boys
    g: girls
    gt: great
    grt: great
    lt: little
    upr: upper
    lwr: lower
    mid: middle
    nth: north
    sth: south
    jn: john junction
    jas: james
    chas: charles
    geo: george
    thos: thomas
    edw: edward
    fwd: forward
    dr: doctor
    bros: brothers
    xaviers: xavier
    ox: oxford
    maths: mathematics
    perf: performing
"""


def _lines(block: str) -> list[tuple[str, tuple[str, ...]]]:
    pairs = (line.split(":") for line in block.strip().splitlines())
    return [(left.strip(), tuple(right.split())) for left, right in pairs]


ABBREVIATIONS: dict[str, str] = {short: word for word, shorts in _lines(_ABBREVIATIONS) for short in shorts}
LOOSE: dict[str, tuple[str, ...]] = dict(_lines(_LOOSE))

STOP = words("""
    the of for and at in on with by to de la le a an upon under over near its
""")

# Words for the kind of school, with the stage of schooling that they imply.
PRIMARY_WORDS = words("""
    primary infant junior first nursery preparatory jmi preschool
""")
SECONDARY_WORDS = words("""
    secondary high grammar comprehensive upper middle
""")
COLLEGE_WORDS = words("""
    college sixthform university further
""")
TYPE_WORDS = (
    PRIMARY_WORDS
    | SECONDARY_WORDS
    | COLLEGE_WORDS
    | words("school academy community centre unit pru education special lower trust foundation county free")
)
SEX_WORDS = frozenset(("girls", "boys"))
FAITH_WORDS = frozenset(("ce", "catholic", "va", "vc", "methodist", "aided", "controlled", "voluntary", "endowed"))
FAITHS = frozenset(("ce", "catholic", "methodist"))

# After one of these a place follows, not a part of the name.
PLACE_CUES = frozenset(("nr", "near", "off", "opposite", "opp", "by", "on", "in", "behind", "beside"))
STREET_WORDS = words("""
    road street highstreet avenue lane close drive way crescent gardens garden terrace place square hill grove
    court row walk st mews
""")

# After one of these a school's name tends to follow.
NAME_CUES = words("""
    at attends attend attending attended goes from school enrolled leaving wearing pupil student pupils students
    dsl
""")
# Before one of these a school's name tends to end.
END_CUES = words("""
    pupil pupils student students uniform when since re year yr yrs
""")
# Words of a report around the name. They cost nothing when a candidate does not explain them.
WRAPPERS = words("""
    aged age approx approximately all also another any arrested arrived asked attend attended attending attends
    away believed been bag bailed blazer black bullied but bus called carried caught cctv child children class
    company concern contacted currently date daughter described details detained did died dispersed does dp d p
    dsl during enquiries enrol enrolled ex female fight followed former formerly friend friends found full gave
    goes going group groups had has have he head her his him home hrs ic1 ic2 ic3 ic4 ic5 ic6 i incident
    informant informed injuries involved is isnt jacket knife known knows last later lead leaving lives location
    male males me merlin met misper missing monday tuesday wednesday thursday friday saturday sunday mother mum
    dad father mobile months more mr mrs ms my named near nearby new no not notified notify now number officer
    officers old one other others outside parent parents part parties patrol person phone police possibly
    possible prev previously probably provide pupil pupils re recent recently recorded refused report reported
    reports reporting robbery rtc s1 s2 safeguarding said same saw say says seen sept september she shops since
    sister brother sibling uncle aunt nan gran grandmother grandfather carer guardian cousin foster social son spoke spoken stated states stopped student students subject subj suspect
    susp suspected teacher tells that their them they this three threatened time timetable to today told too tie
    trousers two under uniform uniforms unknown until used vict victim walking was wearing went were when where
    which while who whose will with witness witnesses worker worries would year years yesterday yo young youth
    youths yr yrs approached approach end day reception term think thinks may maybe apparently claims claimed
    january february march april june july august october november december oct nov dec jan feb mar apr from x
    be being various stop search searched carrying form tutor
    it we us am are if so or its our your you she shes hes theyre himself herself per via due until still then than
    how what why there here only just very much many some more most less both either neither each every such own
    adult adults lac station stn card checked check placed plc moved office dob ppl people named names
    xmas christmas easter summer term week weeks day days night evening morning afternoon lunch break
    between before later again once twice daily roll enrol registered address addr id ident identity
    searched seized seen spotted walked ran running cycling riding bike scooter
    incident crime offence assault theft fight fighting drugs cannabis weapon knife weed phone
    headteacher deputy teacher staff caretaker social informed aware
    can cannot cant could would should may might must shall wont wouldnt couldnt
    verified confirm confirms confirmed unverified alleged allegedly approx circa ref details
""")

# Statements that no school is named; regular expressions over normalised words, tried at every word.
NONE_PHRASES: tuple[str, ...] = tuple(
    r"""
    n ?[ak]|nil|none|unk|unknown|unkown|idk|dont know|dunno|tbc|tba|test|null|blank|nfa|not applicable
    ^(?:x{1,5}|no|ap)(?: \|)*$|(?:at|to|attends?|from|in) (?:x{1,5}(?: \|)*$|ap)
    (?:school |college )?(?:is |was )?not (?:yet )?(?:known|stated|asked|given|provided|recorded|disclosed|required|named|obtained|available|sure|specified|applicable|confirmed)
    no (?:details?|schools?|answer|reply|comment|record|info|information|education|setting|fixed school)(?: (?:details?|given|recorded|provided|known|named|yet|place|at present|attended|found|stated))*
    (?:did ?nt|didn t|did not|forgot to|failed to|unable to) (?:ask|record|say|state|provide|disclose|know|give|obtain|want to say)
    (?:refused|refuses|refusing|declined|declines|unwilling)(?: to (?:say|state|answer|provide|disclose|give|comment))?
    (?:would|will|could|wont|wouldnt|couldnt) ?(?:not|nt)? (?:say|state|provide|disclose|give|answer|recall|remember)
    (?:the )?same(?: (?:school|college|place|one|details?|address))? as(?: (?:the )?\w+)?|as (?:above|below|before|per (?:previous )?(?:report|crime|log|record)|stated)
    (?:see|refer to|school details on|details on|recorded on) (?:mg ?11|merlin|cris|report|above|notes|log|statement|previous|niche|connect)
    (?:elective(?:ly)? )?home ?(?:ed|edu|educated|education|educating|school|schooled|schooling|taught|tutored|tuition|learning)
    (?:wd|wud|wld|will|would|did|cd|could|does|do)n?t? ?(?:not )?(?:give|say|tell|want to say|answer)(?: (?:it|us|me|officers?|which|where|name|school))*
    (?:does|do|did)(?: ?nt| not)? go(?:es)? (?:anywhere|nowhere)|goes nowhere|nowhere|nothing|no idea|cant remember|forgot|forgotten
    (?:being |been |gets? )?(?:taught|educated|schooled) (?:by|at) (?:his |her |their |the )?(?:parents?|mum|mother|dad|father|home|family|tutors?)
    (?:stays?|staying|kept|remains?|is|was) (?:at )?home(?: (?:with|all)(?: \w+)?)?|at home with \w+|never been (?:to|in)(?: a)? school|never went to school
    (?:stayed |remained |was |is |kept )?silent|no response|made no comment|said nothing|non verbal
    (?:the )?(?:local|nearby|other|another|usual|same) (?:one|place)|somewhere (?:near|in|around|close|local|else|by)(?: the)?
    training (?:provider|course|scheme|programme)|traineeship|day release|job ?seek(?:ing|er)|looking for (?:work|a job)
    left (?:last|this|in) (?:year|summer|term|week|month|july|june)|(?:not|no longer) on (?:any |a |the |school )?roll|off ?roll(?:ed)?
    see (?:\w+ ){0,2}(?:sheet|video|bwv|footage|statement|form|entry|page|email|note)s?(?: \d+)?
    (?:doesnt|does not|dont|do not|didnt|did not|cant|cannot|couldnt|could not|unable to|not able to) (?:know|recall|remember|say|tell|speak|enquire|inquire|check|obtain|establish)(?: (?:which|what|where|one|the name))*
    (?:will|to|tbd|needs? to) (?:be )?(?:find out|check|checked|confirm|confirmed|call back|advise|advised|follow|update|updated)(?: with \w+)?
    (?:check|ask|speak to|confirm with|enquire with) (?:with )?(?:the )?(?:mum|mother|dad|father|parents?|carer|snt|sno|social|yot|school|officer|family|guardian)
    no (?:skl|skool|schl|sch|formal|current|permanent|known)(?: (?:school|education|address|place))?|not known which
    some (?:school|academy|college|primary|secondary)(?: or other| somewhere| in)?|(?:hasnt|has not|havent|doesnt have|does not have) (?:got )?(?:one|a school|any)
    has no(?:ne)?(?: (?:school|college|education|place))?|details? (?:with|held by|held|to follow|from)(?: \w+)?|which school unknown
    (?:refsd|rfsd|refusd|declnd|unknwn|unkn|notknown|unkwn|uknown|unknow)
    works? in (?:the |a )?\w+|(?:summer|saturday|sunday) (?:school|camp)|^(?:in )?(?:hospital|prison|custody|care|hostel|yoi|secure unit|rehab)(?: \|)*$
    between (?:schools?|placements?|places|colleges?|jobs?)
    ehe|neet|eotas|cme|self taught|taught at home|educated (?:at|from) home
    tuition(?: at home| centre)?|(?:has a |private |home )?tutor(?:ed)?
    (?:online|virtual|internet|distance) (?:school|schooling|learning|education)
    not (?:currently )?(?:in|at|attending|enrolled|on roll|registered|of)(?: (?:any|a|full time))?(?: (?:education|school|college|employment|age))*
    (?:does not|doesnt|dont|do not|no longer|never|isnt|is not) (?:currently )?(?:attends?|attending|go(?:es)? to|at|in)(?: (?:any|a))?(?: (?:school|college|education))?
    (?:has )?(?:left|finished|completed) (?:full time )?(?:school|education)(?: (?:last year|leaver|in|\d{4}|\d+ years? ago))*|school leaver
    (?:perm(?:anently)? )?(?:excluded|expelled|suspended)(?: (?:awaiting|pending|from|no|school|placement|place))*
    (?:awaiting|waiting for|pending|looking for|seeking|between|without)(?: a)?(?: new)? (?:schools?|placement|place|college)(?: (?:place|placement|yet|offer))*
    new to (?:the )?(?:area|uk|country)|(?:recently )?arrived from abroad
    unemployed|employed|works? (?:at|for) \w+|works? (?:full|part) time|works|working|job ?seeker|on benefits|retired
    apprentice(?:ship)?(?: \w+)?|trainee(?: \w+)?|^adult(?: \|)*$|too young|too old|over ?age|toddler|baby
    (?:under|below|over|not of|above) ?(?:school )?age|nursery age|preschool(?: age)?
    school (?:abroad|overseas|holidays?|closed|age)|summer holidays?|half term
    (?:visiting|on holiday|tourist)(?: (?:here )?from (?:\w+))?|over here from \w+
    university student|alternative provision
    an? (?:\w+ )?(?:school|college) (?:in|near|nearby|local)(?: the area)?|(?:school|somewhere) in the area
    (?:local|nearby|another|different|unnamed|unspecified) (?:\w+ )?(?:school|college|academy|nursery)
    """.strip().splitlines()
)

# Sentences that say something else about a named school: not statements of none.
NOT_NONE: tuple[str, ...] = (
    r"previously (?:excluded|suspended)",
    r"(?:ex|former|old) (?:pupil|student)",
    r"no (?:injuries|cctv|further|trace)",
)

OUTSIDE_ENGLAND = words("""
    scotland wales ireland cardiff swansea newport wrexham bangor edinburgh glasgow aberdeen dundee inverness
    belfast derry londonderry lisburn dublin cork galway limerick paris france germany berlin spain madrid italy
    milan rome turkey istanbul ankara poland warsaw romania bucharest bulgaria sofia portugal lisbon usa america
    american canada australia india pakistan bangladesh nigeria ghana somalia jamaica dubai china japan brazil
    ukraine kyiv albania syria iraq iran afghanistan ni jersey guernsey netherlands amsterdam belgium brussels
    lyon marseille toulouse bordeaux lille strasbourg munich hamburg frankfurt cologne vienna austria zurich geneva switzerland
    barcelona seville valencia malaga naples turin florence venice sicily malta athens thessaloniki krakow gdansk lodz prague
    czech slovakia budapest hungary bucuresti moldova belgrade serbia croatia bosnia kosovo tirana slovenia latvia riga
    lithuania vilnius estonia tallinn moscow russia minsk tehran baghdad kabul damascus beirut lebanon jordan palestine gaza
    israel cairo egypt morocco algeria tunisia libya sudan khartoum eritrea asmara ethiopia kenya nairobi uganda kampala
    tanzania rwanda congo kinshasa angola zimbabwe zambia lagos abuja accra gambia senegal dakar freetown liberia cameroon
    lahore karachi islamabad peshawar delhi mumbai punjab gujarat dhaka sylhet colombo nepal kathmandu vietnam hanoi
    philippines manila thailand bangkok malaysia singapore indonesia seoul korea beijing shanghai sydney melbourne
    brisbane auckland zealand toronto montreal vancouver chicago boston texas florida california mexico colombia bogota
    ecuador venezuela caracas peru bolivia chile argentina lisboa porto copenhagen stockholm oslo helsinki finland
    reykjavik iceland luxembourg rotterdam hague antwerp limassol nicosia izmir barbados trinidad guyana montserrat
    sweden norway denmark greece cyprus lycee liceo lisesi gymnasium ysgol elementary abroad overseas gyfun
""")
