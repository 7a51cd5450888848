"""Singular and plural of English nouns, by rule and exception.

A library knows more words, but the one there is instruments itself at import for seconds; the prompts' nouns are few kinds.
"""

_IRREGULAR = dict(
    pair.split(":")
    for pair in (
        "people:person children:child men:man women:woman feet:foot teeth:tooth mice:mouse geese:goose oxen:ox lives:life wives:wife "
        "knives:knife leaves:leaf shelves:shelf wolves:wolf halves:half calves:calf loaves:loaf thieves:thief scarves:scarf "
        "indices:index matrices:matrix vertices:vertex appendices:appendix criteria:criterion phenomena:phenomenon analyses:analysis "
        "theses:thesis crises:crisis diagnoses:diagnosis hypotheses:hypothesis axes:axis quizzes:quiz caches:cache headaches:headache "
        "toothaches:toothache shoes:shoe toes:toe canoes:canoe movies:movie cookies:cookie ties:tie pies:pie zombies:zombie "
        "calories:calorie selfies:selfie rookies:rookie brownies:brownie hoodies:hoodie smoothies:smoothie genies:genie "
        "prairies:prairie buses:bus gases:gas menus:menu skus:sku gurus:guru"
    ).split()
)
_SAME = frozenset(
    "series species news equipment information sheep fish staff feedback data media status address gas bus canvas tennis analysis "
    "basis thesis crisis diagnosis hypothesis axis iris lens atlas bonus campus virus corpus focus radius census chaos kudos "
    "mathematics physics athletics gymnastics logistics politics statistics analytics always perhaps its his this".split()
)
_HISSING = ("sses", "xes", "shes", "zzes", "oes")
_KEEP_E_BEFORE_US = frozenset("houses causes uses spouses clauses warehouses excuses blouses pauses nurses courses".split())


def singular(word: str) -> str:
    """The singular of a lower-case noun; the noun itself when it is one."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _SAME or len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(_HISSING) or word.endswith("ches"):
        return word[:-2]
    if word.endswith("uses") and word not in _KEEP_E_BEFORE_US:
        return word[:-2]
    return word[:-1]
