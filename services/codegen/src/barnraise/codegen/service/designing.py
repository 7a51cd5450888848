"""A model makes a plan: a manifest that is one, and what is to be done besides."""

from barnraise.chassis.clock import now
from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Outcome
from barnraise.codegen.domain import drafting
from barnraise.codegen.domain.drafting import Draft
from barnraise.codegen.domain.roles import Role, designer
from barnraise.codegen.domain.showing import Shown, choose, read, survey
from barnraise.codegen.ports import Asked, Author, Look, Meaning, Pictures, Said, Watch
from barnraise.codegen.service.editing import use_of
from barnraise.codegen.service.looking import looks_for, without_pictures
from barnraise.codegen.service.meaning import closeness
from barnraise.codegen.service.watching import Unwatched
from barnraise.contracts.commands import DesignManifest
from barnraise.contracts.events import Decision, ManifestDesigned

ROUNDS = 3
_UNWATCHED = Unwatched()


async def design_manifest(
    author: Author | None,
    command: DesignManifest,
    pictures: Pictures | None = None,
    watch: Watch = _UNWATCHED,
    meaning: Meaning | None = None,
) -> Outcome:
    """Announces ManifestDesigned. Raises ``no_model``, ``limit_exceeded``, ``manifest_invalid``, ``picture_unreadable``."""
    if author is None:
        raise BarnraiseError("no_model", "No model is set up.", "Set one up (docs/models.md), or say it in words that need none.")
    brought = (*command.attachments, *([command.shot] if command.shot else []))
    looks = await looks_for(author, pictures, command.project_id, brought)
    if command.shot and not looks:
        raise BarnraiseError("no_model", "No model that sees is set up any more.", "Look at the preview yourself.")
    unseen = () if looks else tuple(one.name for one in command.attachments if one.picture)
    command = command if looks else without_pictures(command)
    role = designer(command)
    room = await author.room(command.project_id, role.tier, role.reply)
    nothing = read({})
    seen = survey(nothing, command.text, close=await closeness(meaning, author, command, command.text, nothing))
    shown = choose(seen, min(role.context, room.context), command.memory, command.conversation, role.name, command.attachments)
    with watch.during("invoke_agent", role.name):
        draft, used = await _drafted(author, command, role, room.reply, shown, looks, watch)
    return Outcome([_told(command, draft, used, shown, unseen, looked=bool(looks))])


async def _drafted(
    author: Author, command: DesignManifest, role: Role, reply: int, shown: Shown, looks: tuple[Look, ...], watch: Watch
) -> tuple[Draft, list[Said]]:
    """A draft that is one; what is wrong with it is told to the model, a few times."""
    turns = [drafting.request(command, shown)]
    used: list[Said] = []
    wrong = ""
    for _ in range(ROUNDS):
        asked = Asked(
            drafting.instructions(role),
            tuple(turns),
            command.project_id,
            command.job_id,
            tier=role.tier,
            schema=drafting.SCHEMA,
            reply=reply,
            looks=looks,
        )
        said = await author(asked)
        used.append(said)
        with watch.during("execute_tool", role.tool):
            draft = drafting.read(said.text, command)
        if isinstance(draft, Draft):
            return draft, used
        wrong = draft
        turns += [said.text, drafting.again(wrong)]
    raise BarnraiseError("manifest_invalid", f"The model's plan is none: {wrong}"[:1900], "Say it differently.")


def _told(
    command: DesignManifest, draft: Draft, used: list[Said], shown: Shown, unseen: tuple[str, ...], *, looked: bool
) -> ManifestDesigned:
    blind = tuple(f"{name} could not be looked at: no model that sees is set up." for name in unseen)
    return ManifestDesigned(
        id=f"{command.id}:design",
        project_id=command.project_id,
        job_id=command.job_id,
        at=now(),
        decision=Decision(
            intent="refine" if command.manifest else "create",
            reasons=(_reason(command),),
            understood=draft.understood,
            assumed=draft.assumed,
            open_points=(*draft.open_points, *blind),
        ),
        manifest=draft.manifest,
        summary=draft.summary or (f"{draft.manifest.title} is planned." if draft.manifest else ""),
        tasks=draft.tasks if draft.manifest else (),
        independent=draft.independent,
        answer=draft.answer,
        used=use_of(used),
        context=shown.context,
        looked=looked,
    )


def _reason(command: DesignManifest) -> str:
    seen = [one.name for one in command.attachments if one.picture]
    return f"A model looked at {', '.join(seen)}."[:1000] if seen else "A model read what no rule could."
