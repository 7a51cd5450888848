"""Words by the part that they have in a clause: who speaks, who is anybody, what ties, holds, records and gives."""

from barnraise.planner.domain.language.lexicon import PLACES
from barnraise.planner.domain.language.phrases import CORE_APPS
from barnraise.planner.domain.language.verbs import ALSO, HAPPENINGS

ANYONE = frozenset("others users people visitors admins everyone anyone user everybody someone anybody admin staff nobody".split())
SPEAKERS = frozenset("i we you us".split())
THEY = frozenset("they it he she these those this them both all each".split())
THEM = (("them",), ("it",), ("these",), ("those",))
ANOTHER = (("another",), ("another", "one"), ("the", "other"))
EACH_OTHER = (("each", "other"), ("one", "another"))
SETTINGS = (
    PLACES
    | CORE_APPS
    | frozenset(
        "trust archive orchestra charity association organisation organization society network institute foundation council authority "
        "ministry department lab laboratory centre center choir band federation league union cooperative co-op collective brewery winery "
        "vineyard academy gallery nursery kindergarten parish committee ngo council".split()
    )
)
"""Those of whom there is one, which is what the application is for."""

HOLDS = frozenset("have contain include comprise consist get carry feature receive".split())
COMPOSED = frozenset("make compose comprise".split())
GETS = frozenset(("get", "receive"))
RECORDS = frozenset(
    "measure count collect record note store track log save capture enter register keep need want know see write list show".split()
) | {"write down", "note down"}
"""What those who speak do with what an application keeps."""

DEFINES = frozenset("define specify describe list state need require record show track store cost take last weigh measure log".split())
"""Of what does this, what it does this to are fields."""

GIVES = frozenset("assign allocate attach link connect invite sell lend send give transfer".split()) | {"rent out", "hand out", "lend out"}
GIVEN_UP = frozenset("upload attach provide enter supply submit leave give".split())
"""What somebody does this with is their own, if it is a file or a date."""

GIVEN = frozenset("charge issue grant award impose levy send raise conclude".split())
"""What this is done to is made by it: fines are charged, permits are granted."""

RIGHTS = frozenset(
    "publish approve reject accept decline confirm cancel close archive moderate edit delete update change manage see view search filter "
    "browse access sort export print log".split()
)
JUDGES = frozenset("tag label rate review score comment like bookmark favourite upload".split())
BOOKS = frozenset("book reserve rent hire order request purchase apply".split())
BRINGS = frozenset("bring take drop".split())
BOUNDS = frozenset("start begin end finish close open leave arrive depart expire run".split())
CHOOSES = frozenset("choose select pick".split())
ADDS = frozenset("write record leave give submit file fill".split())
"""Behind "inspect wells and" what is written is about these."""

LINKS = frozenset("link connect relate associate tie join match".split())
JOINS = frozenset("serve play use take perform enrol fly appear act star speak volunteer".split())
TIED = frozenset("belong assign allocate link attach refer relate".split())
"""What this leads to is a thing, even if it is called like a field: "belongs to a species"."""

ALLOWED = frozenset("apply group use add combine link tag include list share feature mention show perform install place put book".split())
"""If this can be done to some, it can be done with several: "recipes may be grouped in cookbooks"."""

PLAYS = frozenset("play perform sing compete".split())
FORMS = frozenset("form join found".split())
NO_EVENTS = frozenset("belong have own use".split())
TIMES = frozenset(
    "slot weekday day month year time moment week season morning evening night weekend period date end start beginning".split()
)
PHRASES = {"sign up": "enrol", "take part": "enrol", "check out": "lend", "check in": "check-in"}
"""Verbs of two words, and what they are like."""

_NOUN_ENDS = ("ion", "ment", "ing", "al", "ance", "ence", "ure", "age", "sis", "ery", "ship")


def base_of(verb: str) -> str:
    """``hand`` of "hand in"."""
    return verb.partition(" ")[0]


def agent_of(verb: str) -> str:
    """``reviewer`` of "review"."""
    return f"{base_of(verb).removesuffix('e')}er"


def called(verb: str) -> tuple[str, ...]:
    """What it may be called when this is done: a sign-up, a checkout, a loan."""
    if " " in verb:
        return tuple(dict.fromkeys((verb.replace(" ", "-"), verb.replace(" ", ""), *ALSO.get(PHRASES.get(verb, ""), ()))))
    usual = HAPPENINGS.get(verb, "")
    alike = bool(usual) and (usual[:3] == verb[:3] or verb in ALSO)
    return tuple(dict.fromkeys((*((usual,) if alike else ()), *ALSO.get(verb, ()), f"{verb.removesuffix('e')}ing")))


def is_made_of(noun: str, verb: str) -> bool:
    """Whether ``observation`` is what it is called when one observes."""
    return noun.startswith(verb[: max(4, len(verb) - 2)]) and noun.endswith(_NOUN_ENDS) and noun != verb
