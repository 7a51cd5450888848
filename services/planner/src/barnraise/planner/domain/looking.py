"""Pictures that came with a message. No rule reads them: a model that sees makes the plan, and without one that is said."""

from collections.abc import Sequence

from barnraise.contracts.commands import MakePlan
from barnraise.contracts.documents import MAX_EDGE, Attachment
from barnraise.contracts.events import PlanAnswered, PlanMade
from barnraise.planner.domain.language.nouns import listed

_BLIND = (
    "{names} could not be looked at: no model that sees is set up. Give one the task “vision” (docs/models.md), "
    "or say in words what {it} {shows}."
)
_UNSEEN = "{names} was not looked at: nothing in the message needs it."
_PHONE, _SCREEN, _LOW = (420, 900), 1280, 480
_NARROW = 0.75
"""Of its height; a picture that is narrower is one of a phone."""
_DESIGNED = ("create", "refine", "unclear", "edit")


def pictures_of(attachments: Sequence[Attachment]) -> list[str]:
    """Their names."""
    return [one.name for one in attachments if one.picture]


def shape_of(attachments: Sequence[Attachment]) -> tuple[int, int]:
    """Pixels for a picture of the same shape as the first that came with the message."""
    given = next(one.picture for one in attachments if one.picture)
    if given.width < given.height * _NARROW:
        return _PHONE
    return _SCREEN, max(_LOW, min(MAX_EDGE, round(_SCREEN * given.height / given.width)))


def without_pictures(command: MakePlan) -> MakePlan:
    """What rules can read of it."""
    return command.model_copy(update={"attachments": tuple(one for one in command.attachments if not one.picture)})


def with_pictures(made: PlanMade | PlanAnswered, command: MakePlan, *, sees: bool) -> PlanMade | PlanAnswered:
    """The plan or the answer of the message's words, marked to be designed by a model that ``sees``; else it says what was not seen."""
    names = pictures_of(command.attachments)
    intent = made.decision.intent
    begun = command.manifest is not None or command.imported
    if not sees:
        it, shows = ("it", "shows") if len(names) == 1 else ("they", "show")
        return _noting(made, _BLIND.format(names=listed(names), it=it, shows=shows))
    if intent == "question" and not begun:  # "can you build this?"
        return made.model_copy(update={"design": True, "decision": made.decision.model_copy(update={"intent": "unclear"})})
    if intent == "question" or (intent in _DESIGNED and not command.imported):
        return made.model_copy(update={"design": True})
    return made if intent == "edit" else _noting(made, _UNSEEN.format(names=listed(names)))


def _noting(made: PlanMade | PlanAnswered, note: str) -> PlanMade | PlanAnswered:
    decision = made.decision.model_copy(update={"open_points": (*made.decision.open_points, note)})
    changed: dict[str, object] = {"decision": decision}
    if isinstance(made, PlanAnswered):
        changed |= {"text": f"{made.text[:3000]}\n\n{note}".strip(), "design": made.design and made.decision.intent == "question"}
    return made.model_copy(update=changed)
