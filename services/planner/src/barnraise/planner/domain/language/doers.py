"""Who does something, where a field asks for it: "assignee", "who does it", "bought by" are people, if such are kept."""

from barnraise.planner.domain.language.grammar.forms import participle
from barnraise.planner.domain.language.kinship import STAFF
from barnraise.planner.domain.language.nouns import Words
from barnraise.planner.domain.language.sheet import DOER, Sheet

_ASSIGNEES = (("assignee",), ("assigned", "to"))
_MATES = frozenset("kid child volunteer flatmate roommate housemate student pupil resident sibling player neighbour neighbor".split())


def is_somebody(sheet: Sheet, owner: str, words: Words) -> bool:
    """Whether an item is one of the people that are kept; if so it is bound. Who does something is a person even where none were named."""
    known = [name for nouns in (STAFF, _MATES) for name in sheet.drafts if name != owner and sheet.noun(name) in nouns]
    by = len(words) == 2 and words[1] == "by" and bool(participle(words[0]))
    if words == DOER:
        sheet.bind(owner, known[0] if known else sheet.entity(("person",)))
    elif known and (words in _ASSIGNEES or by):
        sheet.bind(owner, known[0], role=() if words == ("assigned", "to") else words)
    else:
        return False
    return True
