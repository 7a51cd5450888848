"""A deleted project leaves nothing behind but the mark that it was deleted."""

from collections.abc import Sequence

from barnraise.chassis.outcome import Outcome, Transaction
from barnraise.codegen.service.workshop import Workshop
from barnraise.contracts.base import Message
from barnraise.contracts.commands import DropCode


async def drop_code(workshop: Workshop, command: DropCode) -> Outcome:
    """Rows, packs and cache in one effect, repeatable: a crash in between leaves the rows, and the command comes again."""

    async def effect(transaction: Transaction) -> Sequence[Message]:
        # The journal first: its lock keeps out a writer that has stored a pack and not listed it yet.
        await workshop.journal.drop(transaction, command.project_id)
        await workshop.repositories.forget(command.project_id)
        return ()

    return Outcome(effect=effect)
