"""Verbs of which the things that are kept are subjects and objects, and what it is called when somebody does them."""

from collections.abc import Sequence

from barnraise.planner.domain.language.nouns import ANIMALS_ALIKE, is_plural

HAPPENINGS = {
    "prescribe": "prescription", "borrow": "loan", "lend": "loan", "loan": "loan", "rent": "rental", "hire": "rental",
    "reserve": "reservation", "adopt": "adoption", "treat": "treatment", "inspect": "inspection", "repair": "repair", "fix": "repair",
    "deliver": "delivery", "buy": "purchase", "purchase": "purchase", "sell": "sale", "pay": "payment", "visit": "visit", "rate": "rating",
    "review": "review", "attend": "attendance", "enrol": "enrolment", "enroll": "enrollment", "subscribe": "subscription",
    "donate": "donation", "order": "order", "sponsor": "sponsorship", "vaccinate": "vaccination", "assess": "assessment",
    "examine": "examination", "measure": "measurement", "interview": "interview", "apply": "application", "register": "registration",
    "install": "installation", "lease": "lease", "audit": "audit", "grade": "grade", "train": "training", "book": "booking",
    "check": "check", "test": "test", "bid": "bid", "vote": "vote", "assign": "assignment", "allocate": "allocation", "claim": "claim",
    "transfer": "transfer", "service": "service", "comment": "comment", "water": "watering", "feed": "feeding", "walk": "walk",
    "teach": "lesson", "play": "game", "mentor": "mentorship", "coach": "session", "tutor": "session", "answer": "answer",
    "judge": "judgement", "evaluate": "evaluation", "recommend": "recommendation", "pledge": "pledge",
    "read": "reading", "ship": "shipment",
    "call": "call", "view": "viewing", "request": "request",
    "nominate": "nomination", "bet": "bet", "admit": "admission",
    "diagnose": "diagnosis", "operate": "operation", "harvest": "harvest", "weigh": "weighing", "clean": "cleaning", "return": "return",
    "schedule": "schedule", "charge": "charge", "complain": "complaint", "report": "report",
    "use": "usage", "sign-up": "sign-up", "participate": "participation", "employ": "employment",
}  # fmt: skip
"""What it is called when somebody does this."""

_BOOKED = "booking reservation appointment hire rental slot".split()
_LENT = "loan borrowing checkout lending rental hire reservation booking".split()
_ENROLLED = "enrolment enrollment registration signup sign-up booking application membership participation".split()
_BOUGHT = "purchase order sale transaction".split()
ALSO: dict[str, Sequence[str]] = {
    **dict.fromkeys(("book", "reserve", "rent", "hire"), _BOOKED),
    **dict.fromkeys(("borrow", "lend", "loan"), _LENT),
    **dict.fromkeys(("enrol", "enroll", "register", "join", "participate"), _ENROLLED),
    **dict.fromkeys(("buy", "purchase", "order", "sell"), _BOUGHT),
    "attend": ["attendance", *_ENROLLED], "rate": ["rating", "review"], "review": ["review", "rating"],
    "rent": [*_BOOKED, "lease", "tenancy"],
    "use": ["usage", "use"],
    "pay": ["payment", "transaction", "invoice"], "assign": ["assignment", "allocation"], "allocate": ["allocation", "assignment"],
    "subscribe": ["subscription", "membership"], "treat": ["treatment", "session", "visit"], "visit": ["visit", "appointment", "stay"],
    "bid": ["bid", "offer"], "vote": ["vote", "ballot"], "donate": ["donation", "gift", "contribution"], "pledge": ["pledge", "donation"],
    "apply": ["application"], "adopt": ["adoption"], "comment": ["comment", "reply"], "ship": ["shipment", "delivery"],
}  # fmt: skip
"""What else it may be called."""

KEPT = frozenset("prescribe borrow lend rent hire reserve comment bid pledge vote".split())
"""What happens here is kept even if the text never names it."""

MAKES = frozenset(
    "sign conclude fill author commission place leave write post place make submit file give send hold raise open log "
    "report record upload create take conduct perform schedule arrange "
    "publish issue book request plan offer organise organize run host order draw draft enter sell buy receive award pay purchase collect "
    "donate prepare apply provide lodge register share set ask propose "
    "bring start launch hand produce generate compose deliver cast".split()
)
"""Of these, what is done is what happens."""

SHARED = frozenset(
    "attend join follow visit watch like favourite favorite save bookmark "
    "choose select speak learn cover show feature mention depict use need "
    "require reference cite tag support know participate complete finish learn practise practice "
    "verify test affect play sing perform compete cross combine match bundle appear enrol enroll wear serve".split()
)
"""Several do this with several."""

OWNED = frozenset("own have hold contain keep manage supervise lead carry store list include produce supply deliver publish stock".split())
SELF = frozenset(
    "follow befriend like know cite reference mention block mentor recommend link "
    "invite rate message friend depend relate refer connect precede follow react reply".split()
)

_OTHERS = (
    "divide subdivide segment structure "
    "verify validate execute affect concern impact trigger lie sit stand stay live work sleep grow belong go come pass travel "
    "sail fly drive ride walk run ship move arrive depart report respond "
    "reply react relate refer correspond apply differ depend consist result happen occur begin end last "
    "build construct assemble manufacture fabricate process handle approve reject accept decline confirm cancel finish complete close "
    "invoice bill charge quote estimate refund reimburse fund finance invest earn spend save owe win lose score beat "
    "assist help guide teach instruct educate counsel advise consult represent defend accuse sue "
    "cook bake brew serve taste eat drink plant sow water harvest pick feed milk breed raise shear ride train groom "
    "staff man crew clock check weigh measure scan print label pack unpack load unload store move sort recycle dispose empty fill "
    "connect link attach contact call email message text meet greet welcome invite introduce know love hate marry "
    "form found establish chair sponsor support back endorse promote advertise market brand moderate edit translate proofread illustrate "
    "photograph film shoot direct act sing dance rehearse compose arrange curate exhibit display restore conserve appraise auction "
    "compete race climb swim hike cycle practise practice exercise coach referee umpire officiate judge rank "
    "diagnose examine operate nurse heal cure immunise vaccinate test "
    "sample analyse analyze observe monitor sense detect alert notify warn "
    "install configure deploy host maintain service clean paint renovate "
    "demolish survey map inspect certify license insure cover protect guard "
    "track trace mark annotate comment discuss debate vote elect nominate appoint assign allocate delegate schedule reschedule plan "
    "rent lease let sublet occupy inhabit own possess buy sell trade swap exchange barter lend borrow return renew extend expire "
    "involve include require need use consume produce yield generate emit receive get obtain acquire collect gather share distribute "
    "study attend enrol enroll register graduate pass fail repeat skip miss excuse mentor tutor supervise manage lead head oversee employ "
    "hire fire recruit interview select shortlist pledge donate volunteer "
    "participate join leave quit follow unfollow subscribe unsubscribe "
    "like dislike bookmark pin star flag rate review recommend tag publish post upload download stream record play watch listen read write "
    "author cite reference quote review depend block precede succeed replace "
    "supersede describe depict show contain hold carry bear bring take "
    "claim appeal settle investigate prosecute hear rule sentence arrest patrol dispatch rescue evacuate treat transport tow deliver pick "
    "offer provide supply stock list sell feature visit tour explore "
    "discover book reserve check order purchase pay donate open close raise "
    "submit send hand turn file lodge create make give set put place add draw draft design develop code program test debug release ship"
).split()
VERBS = frozenset((*HAPPENINGS, *MAKES, *SHARED, *OWNED, *SELF, *_OTHERS))
NOUNS_TOO = frozenset(
    "book order report record call test review rate grade plan post comment request claim bid vote visit service mark label score race "
    "photograph film sample stock list form back head man staff crew chair act dance water plant milk paint map cover guard alert host "
    "track run walk ride drive march pass place set hand file charge bill "
    "quote estimate invoice fund market brand text message email print "
    "scan check load store tag flag star pin block study exercise coach "
    "judge referee tutor mentor sponsor train race tour answer offer bet "
    "result process trade exchange share return pledge lease draft design code program release ship test pack move light sense state "
    "cook supply display support practice practise nurse contact interview raise match survey transport sentence rule".split()
)
"""Verbs that are nouns as well, so that "order lines" and "test results" are things."""

_IRREGULAR = {
    "lent": "lend", "sold": "sell", "bought": "buy", "paid": "pay", "taught": "teach",
    "given": "give", "taken": "take", "sent": "send",
    "made": "make", "read": "read", "held": "hold", "written": "write", "worn": "wear", "drawn": "draw",
    "fed": "feed", "led": "lead",
    "run": "run", "shot": "shoot", "won": "win", "built": "build", "grown": "grow", "let": "let", "put": "put", "set": "set",
    "kept": "keep",
    "driven": "drive", "flown": "fly", "caught": "catch", "sung": "sing", "cut": "cut", "brought": "bring",
    "left": "leave", "met": "meet",
    "seen": "see", "shown": "show", "known": "know", "done": "do", "hung": "hang",
    "found": "find", "split": "split", "worked": "work",
}  # fmt: skip


def stem(verb: str) -> str:
    """``prescribes`` -> ``prescribe``; the word itself when it is no such verb."""
    tries = (verb, verb.removesuffix("s"), verb.removesuffix("es"), f"{verb.removesuffix('ies')}y" if verb.endswith("ies") else verb)
    return next((tried for tried in tries if tried in VERBS), verb)


def is_verb(word: str) -> bool:
    return stem(word) in VERBS


def done(participle: str) -> str:
    """``allocated`` -> ``allocate``, ``lent`` -> ``lend``; empty when it is no participle of such a verb."""
    if participle in _IRREGULAR:
        return _IRREGULAR[participle]
    if not participle.endswith("ed"):
        return ""
    base = participle[:-2]
    tries = (participle[:-1], base, base[:-1] if base[-1:] == base[-2:-1] else base, f"{base[:-1]}y" if base.endswith("i") else base)
    return next((tried for tried in tries if tried in VERBS), "")


def agrees(before: str, verb: str) -> bool:
    """Whether a verb fits a subject that ends with a word: ``members hold``, ``a shelf holds``."""
    if before in ANIMALS_ALIKE:
        return True
    return (stem(verb) == verb) if is_plural(before) or before in ("staff", "people") else stem(verb) != verb
