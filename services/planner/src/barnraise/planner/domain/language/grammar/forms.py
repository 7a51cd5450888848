"""The forms of verbs: ``takes``, ``took``, ``taken`` and ``taking`` are forms of ``take``."""

from functools import cache

from barnraise.planner.domain.language.verbs import VERBS

_STRONG = (
    "be was been;bear bore borne;beat beat beaten;become became become;begin began begun;bet bet bet;bid bid bid;bite bit bitten;break "
    "broke broken;breed bred bred;bring brought brought;build built built;buy bought bought;cast cast cast;catch caught caught;choose "
    "chose chosen;come came come;cost cost cost;cut cut cut;deal dealt dealt;dig dug dug;do did done;draw drew drawn;drink drank drunk; "
    "drive drove driven;eat ate eaten;fall fell fallen;feed fed fed;fight fought fought;find found found;fly flew flown;forget forgot "
    "forgotten;get got gotten;give gave given;go went gone;grow grew grown;hang hung hung;have had had;hear heard heard;hide hid hidden; "
    "hit hit hit;hold held held;keep kept kept;know knew known;lay laid laid;lead led led;learn learnt learnt;leave left left;lend lent "
    "lent;let let let;lie lay lain;lose lost lost;make made made;mean meant meant;meet met met;oversee oversaw overseen;pay paid paid; "
    "put put put;quit quit quit;read read read;ride rode ridden;ring rang rung;rise rose risen;run ran run;say said said;see saw seen; "
    "sell sold sold;send sent sent;set set set;shear sheared shorn;shoot shot shot;show showed shown;shut shut shut;sing sang sung;sit "
    "sat sat;sleep slept slept;sow sowed sown;speak spoke spoken;spend spent spent;split split split;spread spread spread;stand stood "
    "stood;steal stole stolen;sublet sublet sublet;sue sued sued;swim swam swum;take took taken;teach taught taught;tell told told;think "
    "thought thought;throw threw thrown;understand understood understood;wear wore worn;win won won;withdraw withdrew withdrawn;write "
    "wrote written"
)
_MORE = (
    "become begin choose come go say see tell think start stop want wish need like work happen occur look ask answer wear dig fund carry "
    "break fall fill find fit fix follow forget gain get give grow guess handle hang have help hide hit ignore improve increase indicate "
    "inform inherit insert introduce invent jump keep kick kill knock lack last laugh lay lean let lie limit mend mention mind mix need "
    "notice obey offer open oppose own park perform pick point post prefer press prevent print produce promise propose protect prove "
    "publish pull push put question raise reach realise realize receive reduce refuse regard reject relate release remain remember remind "
    "remove repeat replace represent require resolve respond restrict retain retire reveal reverse ring risk roll satisfy save say scream "
    "search seem serve settle shape shut sign slip smell solve sort sound speak specify spell spend split spread stage start state steal "
    "step stick stop stretch strike suffer suggest suit suppose surround suspend swear swap tap taste tell tend think throw tie touch "
    "transform translate turn type undergo understand undertake unite unlock update use vary wait wake walk want warn wash waste wear "
    "welcome wish withdraw wonder wrap yield contribute adopt appear accompany accumulate achieve administer allow amend apply appoint "
    "assess await bind bring calculate campaign capture cater cause circulate classify coach combine commission communicate complain "
    "comprise compute concern conduct confirm constitute convert coordinate correspond count create credit cultivate curate customise "
    "customize deal decide dedicate define deliver denote deploy deposit derive detail determine develop devote differ discharge display "
    "distinguish dock document double download draft drop dump duplicate earn encounter enforce engage enlist ensure enter equip escort "
    "evolve exceed exchange expect explain expose express facilitate fetch finance flow forward foster frame furnish govern graze group "
    "host house identify illustrate import incorporate incur influence inhabit initiate inject instruct integrate intend interact invest "
    "invoke involve isolate jam justify land laminate launch leak live locate log match migrate moderate modify mount name negotiate note "
    "number observe obtain organise organize originate outline overlap pack paint pair participate permit photograph populate position "
    "possess practise precede prepare present preserve process procure program progress project provide punish pursue qualify quote rank "
    "react reassign recall recommend reconcile recruit redeem refer refill register regulate reimburse relocate rely render renew reopen "
    "reorder report request rescue reside resolve rotate route sample schedule score screen seat secure segment separate span specialise "
    "specialize staff stamp steer stow stream structure submit substitute succeed suggest summarise summarize supersede supervise support "
    "sustain table tackle target terminate tend trade transfer transport traverse trigger unify upgrade utilise utilize validate value "
    "vest vet wed weave wield accept access account acquire act adapt add address adjust admit advance affiliate age aid aim amount "
    "annotate announce anticipate approve argue arise arm arrange arrive assemble assert assign assist associate assume attach attack "
    "attempt attract audit authorise authorize award balance ban base bathe belong benefit bill block board boil bond borrow bounce brew"
)
_LEADS = ("proof", "over", "under", "with", "re", "co-", "pre")
VOWELS = frozenset("aeiou")


def s_form(base: str) -> str:
    """``carry`` -> ``carries``, ``pass`` -> ``passes``."""
    if base.endswith("y") and base[-2:-1] not in VOWELS:
        return f"{base[:-1]}ies"
    return f"{base}es" if base.endswith(("s", "x", "z", "ch", "sh", "o")) else f"{base}s"


def _ending(base: str, end: str) -> tuple[str, ...]:
    """The base with "ed" or "ing"; with its last letter doubled as well, where that may be right."""
    if base.endswith("e") and not (base.endswith(("ee", "oe")) and end == "ing"):
        return (f"{base[:-1]}{end}",)
    if base.endswith("y") and base[-2:-1] not in VOWELS and end == "ed":
        return (f"{base[:-1]}ied",)
    doubles = base[-1] not in "aeiouwxy" and base[-2:-1] in VOWELS and (len(base) < 3 or base[-3] not in VOWELS)
    return (f"{base}{end}", f"{base}{base[-1]}{end}") if doubles else (f"{base}{end}",)


@cache
def _known() -> tuple[dict[str, str], dict[str, str], dict[str, str], dict[str, str]]:
    """The base of each base, each form in "s", each participle or past, and each form in "ing"."""
    bases = VERBS | frozenset(_MORE.split())
    plain = {base: base for base in bases}
    third = {s_form(base): base for base in bases}
    past = {form: base for base in bases for form in _ending(base, "ed")}
    for entry in _STRONG.split(";"):
        base, *forms = entry.split()
        past |= dict.fromkeys(forms, base)
        plain[base] = base
        third[s_form(base)] = base
    del plain["found"]  # rather what is found
    going = {form: base for base in plain for form in _ending(base, "ing")}
    return plain, third, past, going


def plain_verb(word: str) -> str:
    """The verb of which this is the base; empty when it is none that is known."""
    return _known()[0].get(word, "")


def third_person(word: str) -> str:
    """The verb of ``takes``; empty when it is none."""
    return _known()[1].get(word, "")


def participle(word: str) -> str:
    """The verb of ``taken`` or ``managed``, also of one that is not known; empty when it is no such form."""
    if word in ("bed", "red", "speed", "feed", "need", "seed", "breed", "hundred", "shed", "led", "weed", "reed", "embed"):
        return "lead" if word == "led" else ""
    known = _known()[2].get(word, "") or next((_known()[2].get(word[len(lead) :], "") for lead in _LEADS if word.startswith(lead)), "")
    return known or (word.removesuffix("ed") if word.endswith("ed") and len(word) > 4 else "")


def perfect(base: str) -> str:
    """``taken`` of ``take``, ``managed`` of ``manage``."""
    strong = next((entry.split()[-1] for entry in _STRONG.split(";") if entry.split()[0] == base), "")
    return strong or _ending(base, "ed")[-1]


def gerund(word: str) -> str:
    """The verb of ``taking``; empty when it is none."""
    return _known()[3].get(word, "")


def participle_of(base: str) -> str:
    """``taken`` of ``take``, ``planned`` of ``plan``."""
    strong = next((entry.split()[2] for entry in _STRONG.split(";") if entry.split()[0] == base), "")
    forms = _ending(base, "ed")
    return strong or (forms[-1] if sum(letter in VOWELS for letter in base) == 1 else forms[0])
