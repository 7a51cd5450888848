"""Descriptions in German and French, put into English word by word; the user's own words come back as labels."""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType

from barnraise.contracts.manifest import Entity, Manifest
from barnraise.contracts.names import plural
from barnraise.planner.domain.language import french, german
from barnraise.planner.domain.language.grammar.forms import plain_verb
from barnraise.planner.domain.language.kinship import KNOWN
from barnraise.planner.domain.language.lexicon import ENUM_NOUNS
from barnraise.planner.domain.language.nouns import singular
from barnraise.planner.domain.language.types import is_field_word, type_of
from barnraise.planner.domain.language.verbs import is_verb

_LANGUAGES: dict[str, ModuleType] = {"de": german, "fr": french}
_SPANISH = frozenset(
    "quiero una para los las que necesito aplicación aplicacion con mis del cada tiene tienen el en es por crear gestionar nombre y su "
    "sus".split()
)
_COLUMNS = frozenset("columns stages phases statuses lanes".split())
_SINGLE = frozenset(("a", "each"))
_SEVERAL = frozenset("les des mes ses leurs nos aux tous toutes".split())
_PIECE = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*'?|\d+|\s+|.", re.S)
_ELISION = re.compile(r"\b([ldjnsmtc]|qu)['’](?=\w)", re.I)
_LONGEST, _LONGEST_WORD = 3, 40
_JOINTS = ("s", "es", "n", "en", "e", "")
_FEW = 7
_MOST_UNKNOWN = 0.5
"""Of the words that are neither articles nor verbs and their like."""

_TIDY = (
    (re.compile(r"\b(?:to )?(?:the )?(?:manage|management) of\b|\bto (?:the )?management\b"), "to manage"),
    (re.compile(r"\bfor (?=(?:manage|track|plan|organise|record|keep|show|log|follow|store|see)\b)"), "to "),
    (re.compile(r"\bof to manage\b"), "to manage"),
    (re.compile(r"^management\s+(?:the |of )?(?=[a-z]+s\b)"), "an app to manage "),
    (re.compile(r"\bi have need of\b|\bi have need\b|\bwe have need of\b"), "i need"),
    (re.compile(r"\bone which\b"), "which"),
    (re.compile(r"\bnumber (?=[a-z]+s\b)"), "number of "),
    (re.compile(r"\b(?:the|which|that) to (an? [\w ]{1,30}?|the [\w ]{1,30}?) (belongs?)\b"), r"\2 to \1"),
    (re.compile(r" +(?=[,.:;)])"), ""),
    (re.compile(r"(?<=\() +"), ""),
    (re.compile(r"[^\S\n]{2,}"), " "),
)


@dataclass(frozen=True)
class Translation:
    """``said``: for each English noun, singular and plural in the user's language."""

    text: str
    said: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Word:
    english: str
    forms: tuple[str, ...] = ()
    noun: bool = False
    many: bool = False


def language_of(text: str) -> str | None:
    """``de``, ``fr`` or ``es``; None for every other language, English above all."""
    words = {word.strip(".,!?:;()").lower() for word in _ELISION.sub(r"\1' ", text).split()}
    counts = {"de": len(words & german.KNOWS), "fr": len(words & french.KNOWS), "es": len(words & _SPANISH)}
    best = max(counts, key=lambda code: counts[code])
    return best if counts[best] >= 2 else None


def native_of(text: str) -> str | None:
    """``de`` or ``fr`` of a text without small words, by its nouns: ``Fuhrpark: Fahrzeuge, Fahrer, Fahrten``; None for English."""
    words = [_fold(word) for word in re.findall(r"[^\W\d_]{3,}", _ELISION.sub(r"\1' ", text))][:200]
    counts = {code: sum(1 for word in words if _is_native(code, word)) for code in _LANGUAGES}
    best = max(counts, key=lambda code: counts[code])
    english = sum(1 for word in words if singular(word) in _english_words())
    return best if counts[best] >= 2 and counts[best] > english and counts[best] * 3 >= len(words) else None


def _is_native(code: str, word: str) -> bool:
    """Whether a word is one of this language, and none of English."""
    if singular(word) in _english_words() or is_verb(word):
        return False
    known = _lexicon(code)
    return word in known or (code == "de" and _compound(known, word) is not None)


@cache
def _english_words() -> frozenset[str]:
    told = {part for code in _LANGUAGES for word in _lexicon(code).values() for part in word.english.split()}
    return frozenset(singular(part) for part in told | KNOWN)


def translated(text: str, language: str) -> Translation | None:
    """The text in English; None when too many of its words are not known."""
    if language not in _LANGUAGES:
        return None
    words = _lexicon(language)
    pieces = _PIECE.findall(_verbs_first(re.sub(r"\bà\b", "au", _ELISION.sub(r"\1' ", text)), _LANGUAGES[language]))
    out: list[str] = []
    said: dict[str, tuple[str, str]] = {}
    unknown = total = at = 0
    while at < len(pieces):
        piece = pieces[at]
        if end := _names_values(pieces, at, out, words):
            out.append("".join({"und": "and", "oder": "or", "et": "and", "ou": "or"}.get(told, told) for told in pieces[at:end]))
            at = end
            continue
        if piece == "(" and _names_enum(out):
            end = next((n for n in range(at, min(len(pieces), at + 80)) if pieces[n] == ")"), at)
            out.append("".join(pieces[at:end]))
            at = max(end, at + 1)
            continue
        word, taken = _word(words, pieces, at)
        total += piece[0].isalpha() and (word is None or word.noun)
        unknown += piece[0].isalpha() and word is None
        number = True if word and _are_several(word, pieces, at, taken) else _number(pieces, at, out)
        out.append(_english(word, "".join(pieces[at : at + taken]), said, number) if word else piece)
        at += taken
    if unknown > total * _MOST_UNKNOWN or (not total and len(out) < _FEW):
        return None
    result = "".join(out)
    for pattern, instead in _TIDY:
        result = pattern.sub(instead, result)
    return Translation(result.strip(), said)


def relabelled(manifest: Manifest, said: dict[str, tuple[str, str]]) -> Manifest:
    """The manifest with the user's own words as labels."""

    def entity(one: Entity) -> Entity:
        own = said.get(one.label.lower())
        labels = {"label": own[0], "plural_label": own[1]} if own else {}
        fields = tuple(
            field.model_copy(update={"label": said[field.label.lower()][0]}) if field.label.lower() in said else field
            for field in one.fields
        )
        return one.model_copy(update={"fields": fields, **labels})

    words = [said.get(singular(word.lower()), said.get(word.lower(), (word, word))) for word in manifest.title.split()]
    whole = said.get(manifest.title.lower()) or said.get(singular(manifest.title.lower()))
    title = (whole[1] if manifest.title.lower() not in said else whole[0]) if whole else " ".join(word[0] for word in words)
    return manifest.model_copy(update={"entities": tuple(map(entity, manifest.entities)), "title": title or manifest.title})


def _number(pieces: list[str], at: int, out: list[str]) -> bool | None:
    """Whether the words before say that there are several; None when they do not tell."""
    before = next((piece.lower() for piece in reversed(pieces[max(0, at - 3) : at]) if piece.strip()), "")
    last = next((piece for piece in reversed(out[-3:]) if piece.strip()), "")
    return False if last in _SINGLE else True if before in _SEVERAL else None


def _are_several(word: _Word, pieces: list[str], at: int, taken: int) -> bool:
    """Whether a noun that is alike for one and for several begins a sentence without an article: ``Fahrer bieten Fahrten an``."""
    before = next((piece for piece in reversed(pieces[max(0, at - 3) : at]) if piece.strip()), "")
    after = next((piece for piece in pieces[at + taken : at + taken + 3] if piece.strip()), "")
    only = word.forms[0] if word.noun and len(word.forms) == 1 else ""
    plain = bool(only) and type_of((word.english,)) == "string" and not is_field_word(word.english)
    if only.endswith(("s", "x", "z")) and before in (":", ",") and after in (",", "", ".", "et", "(") and plain:
        return True  # "clients, devis, factures"
    if only.endswith(("er", "el")) and (verb := _lexicon("de").get(_fold(before))) and plain_verb(verb.english):
        return True  # "Trainer bewerten Spieler"
    alike = only.endswith(("er", "el"))
    if alike and plain and before in (":", ",", "und") and after in (",", "", ".", "und") and _among_several(pieces, at, taken):
        return True  # "Bücher, Leser, Ausleihen"
    return alike and (before in ("", ".", ";") or (before == ":" and after not in (",", "und"))) and (after == "(" or after[:1].islower())


def _among_several(pieces: list[str], at: int, taken: int) -> bool:
    """Whether the word before, or the one behind, in an enumeration is of several."""
    words = _lexicon("de")
    around = [*reversed([piece for piece in pieces[max(0, at - 4) : at] if piece[0].isalpha()][-1:])]
    around += [piece for piece in pieces[at + taken : at + taken + 6] if piece[0].isalpha() and piece not in ("und", "oder")][:1]
    return any((word := words.get(_fold(piece))) and word.noun and word.many for piece in around)


def _english(word: _Word, surface: str, said: dict[str, tuple[str, str]], several: bool | None) -> str:
    if not word.noun:
        return word.english
    forms = ["-".join(part[:1].upper() + part[1:] for part in form.split("-")) for form in (word.forms or (surface, surface))]
    said.setdefault(word.english, (forms[0], forms[1] if len(forms) > 1 else forms[0]))
    if word.english.endswith("s") or not (word.many if several is None else several):
        return word.english
    return _plural(word.english)


def _plural(english: str) -> str:
    first, _, last = english.rpartition(" ")
    irregular = {"person": "people", "child": "children", "series": "series"}
    return f"{first} {irregular.get(last) or plural(last)}".strip()


def _names_values(pieces: list[str], at: int, out: list[str], words: dict[str, _Word]) -> int:
    """Where names end that are left as they are: ``mit Spalten Offen, In Arbeit und Fertig``, ``Angebote (offen, angenommen)``; else 0."""
    before = next((piece for piece in reversed(out[-3:]) if piece.strip()), "")
    if before in _COLUMNS and pieces[at][0].isupper():
        return next((end for end in range(at, min(len(pieces), at + 60)) if pieces[end] in ".;:\n("), len(pieces))
    if pieces[at] != "(" or ")" not in pieces[at : at + 40]:
        return 0
    end = pieces.index(")", at)
    named = [piece for piece in pieces[at:end] if piece[0].isalpha()]
    nouns = any((word := words.get(_fold(piece))) and word.noun for piece in named)
    return end if len(named) > 2 and not nouns and not any(_fold(piece) in words for piece in named if len(piece) < 4) else 0


def _names_enum(out: list[str]) -> bool:
    last = next((piece for piece in reversed(out) if piece.strip()), "")
    return last.split()[-1:] != [] and last.split()[-1] in ENUM_NOUNS


def _word(words: dict[str, _Word], pieces: list[str], at: int) -> tuple[_Word | None, int]:
    """The longest known phrase that begins here, and how many pieces it takes."""
    if not pieces[at][0].isalpha():
        return None, 1
    for size in range(2 * _LONGEST - 1, 0, -2):
        exact, phrase = _exact("".join(pieces[at : at + size])), _fold("".join(pieces[at : at + size]))
        shape = f"^{phrase}" if pieces[at][0].isupper() else phrase
        first = shape if shape != phrase else exact
        found = words.get(first) or words.get(exact) or words.get(phrase)
        if found and len(pieces[at : at + size]) == size:
            return found, size
    return _compound(words, _fold(pieces[at])), 1


def _compound(words: dict[str, _Word], folded: str) -> _Word | None:
    """``kundennummer``: two known nouns, the last of which is the thing."""
    for cut in range(3, len(folded) - 2 if len(folded) <= _LONGEST_WORD else 0):
        last, first = words.get(folded[cut:]), folded[:cut]
        if last is None or not last.noun:
            continue
        for joint in _JOINTS:
            stem = words.get(first.removesuffix(joint) if joint and first.endswith(joint) else first)
            if stem and stem.noun:
                return _Word(f"{stem.english} {last.english}", (), noun=True, many=last.many)
    return None


_FRENCH_ORDER: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bnote sur (\d{1,3})\b", re.I), r"note from 0 to \1"),
    (re.compile(r"\bde (\d{1,3}) au (\d{1,3})\b", re.I), r"from \1 to \2"),
    (re.compile(r"\bdu au\b", re.I), "from to"),
)
_DONE_LAST = re.compile(
    r"\b(wird|werden|wurde|wurden|ist|sind)\b ((?:von|an|in|im|auf|zu|aus|bei|für|durch|einer|einem|mehreren|dem"
    r"|der)\b [^.,;:()\n]{2,60}?) "
    r"((?:ge|be|ver|er|zu|aus|durch|unter|ein|hoch|ab|an)?\w{2,16}(?:t|en))(?= (?:und|oder|sowie)\b|[.,;]|$)",
    re.I | re.M,
)
_ORS = re.compile(
    r"\b(wird|werden) (von [^.,;:()\n]{2,40}?) (\w{3,16}t|\w{3,16}en) (und|oder) (\w{3,16}t|\w{3,16}en)(?=[.,;]|$)", re.I | re.M
)
_GERMAN_ORDER: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bvon (\d{1,4}) bis (\d{1,4})\b", re.I), r"from \1 to \2"),
    (re.compile(r"\bvon(?=,)", re.I), "from"),
    (re.compile(r"\bvon ?[-/]? ?bis(?=[,.;)]|$| und\b)", re.I), "from to"),
    (re.compile(r"\bbis(?=[,.;)]|$| und\b)", re.I), "until"),
    (re.compile(r"\b(?:läuft|laufen)((?: \w+){0,3}?) ab\b", re.I), "expire"),
    (re.compile(r"\b(?:verlängert|verlängern) sich\b", re.I), "renew"),
    (
        re.compile(r"\b(welche[nrs]?|was|wo|wann|wie viele?)( \w+)? (ich|wir)((?: (?!habe)\w+){0,3}?) (\w+) (habe|haben)\b", re.I),
        r"\1\2 \3 haben \5\4",
    ),
    (re.compile(r"\bwem ich was (\w+) habe\b", re.I), r"was ich haben \1"),
    (re.compile(r"\b(findet|finden) ([^.,;:()\n]{2,50}?) statt\b", re.I), r"\1 statt \2"),
    (re.compile(r"\b(?:nimmt|nehmen) an ([^.,;:()\n]{2,40}?) teil\b", re.I), r"belegen \1"),
    (re.compile(r"\b(?:meldet|melden) sich (?:für|zu|bei) ([^.,;:()\n]{2,40}?) an\b", re.I), r"belegen \1"),
    (re.compile(r"\b(?:meldet|melden) sich ((?:mit|über|per) [^.,;:()\n]{2,40}?) an\b", re.I), r"können sich \1 anmelden"),
    (re.compile(r"\b(?:für|zu) ((?:jede[nrms]?|eine[nrm]?) \w+) können sich (\w+) anmelden\b", re.I), r"\2 belegen \1"),
    (re.compile(r"\b(?:leiht|leihen) ([^.,;:()\n]{2,40}?) aus\b", re.I), r"leihen \1"),
    (re.compile(r"\b(?:bietet|bieten) ([^.,;:\n]{2,60}?) an\b", re.I), r"bieten \1"),
    (re.compile(r"\b(?:zu|für|in|an|bei|pro) (jede[nrms]? \w+) (?:gibt es|gehören|gehört) (?:mehrere |viele )?", re.I), r"\1 hat mehrere "),
    (re.compile(r"\bes gibt ", re.I), "wir haben "),
    (re.compile(r"\b(?:besteht|bestehen) aus\b", re.I), "hat"),
    (re.compile(r"\b(?:verfügt|verfügen) über\b", re.I), "hat"),
    (_ORS, r"\1 \3 \2"),
    (_DONE_LAST, r"\1 \3 \2"),
    (re.compile(r"\b(wird|werden|wurde|wurden) (\w{3,16}) von\b", re.I), r"\1 \2 durch"),
)
"""Where German has its verbs: ``wird von einem Arzt behandelt``, ``nimmt an Kursen teil``."""


def _verbs_first(text: str, language: ModuleType) -> str:
    """``Bücher verwalten`` -> ``verwalten Bücher``: English has the verb before what it is about."""
    if not language.VERBS_LAST:
        for order, instead in _FRENCH_ORDER:
            text = order.sub(instead, text)
        return text
    for order, instead in _GERMAN_ORDER:
        text = order.sub(instead, text)
    verbs = "|".join(language.VERBS_LAST.split())
    start = r"\b(?:um|mit (?:der|dem) (?:ich|wir)|zum|ich möchte|wir möchten|ich will|wir wollen)"
    pattern = rf"({start}) ([^.:;\n]{{2,80}}?) (?:zu )?(?:{verbs})\b(?: (?:kann|können|möchte|will))?"
    return re.sub(pattern, r"\1 to manage \2", text, flags=re.IGNORECASE)


@cache
def _lexicon(language: str) -> dict[str, _Word]:
    module = _LANGUAGES[language]
    words = {"to manage": _Word("to manage"), "manage": _Word("manage")}
    for entry in module.SMALL.split(";"):
        forms, _, english = entry.strip().partition("=")
        told = [form.replace("_", " ") for form in forms.split()]
        words |= {key: _Word(english) for form in told for key in (_fold(form), _exact(form))}
    for entry in module.NOUNS.split(";"):
        told, _, english = entry.strip().partition("=")
        forms = tuple(form.replace("_", " ") for form in told.split())
        for number, form in enumerate(forms):
            word = _Word(english, forms, noun=True, many=number > 0)
            words.setdefault(f"^{_fold(form)}", word)  # German nouns are known by their capitals
            words.setdefault(_fold(form), word)
            words.setdefault(_plain(form), word)
            words.setdefault(_exact(form), word)
        if module is german:
            words |= {form: word for form, word in _datives(forms, english).items() if form not in words}
    return words


def _datives(forms: tuple[str, ...], english: str) -> dict[str, _Word]:
    """``mit Teilnehmern``, ``von Hunden``: plurals that end in no "n" have one behind many a preposition."""
    plurals = [form for form in forms[1:] or forms if form.endswith(("e", "er", "el"))]
    word = _Word(english, forms, noun=True, many=True)
    return {shape: word for form in plurals for shape in (f"^{_fold(form)}n", f"{_fold(form)}n", f"{_plain(form)}n")}


def _fold(word: str) -> str:
    """Lower case, and umlauts in two letters."""
    word = (
        re.sub(r"\s+", " ", word.lower()).replace("d' ", "d'").replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    )
    return unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()


def _exact(word: str) -> str:
    """With its accents: ``facture`` is no ``facturé``."""
    return f"={word.lower()}"


def _plain(word: str) -> str:
    """Without any accent, as those write who have no such keys."""
    return unicodedata.normalize("NFKD", word.lower()).encode("ascii", "ignore").decode()
