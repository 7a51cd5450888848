"""The pictures that came with a message, for models that see."""

from collections.abc import Sequence
from typing import TypeVar

from barnraise.chassis.errors import BarnraiseError
from barnraise.codegen.ports import Author, Look, Pictures
from barnraise.contracts.commands import DesignManifest, EditCode
from barnraise.contracts.documents import Attachment

C = TypeVar("C", DesignManifest, EditCode)


async def looks_for(author: Author, pictures: Pictures | None, project_id: str, attachments: Sequence[Attachment]) -> tuple[Look, ...]:
    """In the order of the attachments, where a model sees; nothing where none does. Raises ``picture_unreadable`` when one is gone."""
    seen = [one for one in attachments if one.picture]
    if not seen or not await author.sees(project_id):
        return ()
    return tuple([await _look(pictures, one) for one in seen])


def without_pictures(command: C) -> C:
    """The command as those get it who see nothing."""
    return command.model_copy(update={"attachments": tuple(one for one in command.attachments if not one.picture)})


async def _look(pictures: Pictures | None, attachment: Attachment) -> Look:
    assert attachment.picture
    try:
        data = await pictures.get(attachment.picture.key) if pictures else None
    except KeyError:
        data = None
    if data is None:
        raise BarnraiseError("picture_unreadable", f"{attachment.name} is not there any more.", "Send it again.")
    return Look(attachment.name, attachment.picture.media_type, data)
