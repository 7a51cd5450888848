"""Models as people set them up, in the database; and what a project may ask of them."""

import asyncio
import importlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from barnraise.chassis.errors import BarnraiseError
from barnraise.codegen.adapters.sealing import Sealer
from barnraise.contracts.models import (
    DropModel,
    GetModelSetup,
    ModelBudgets,
    ModelSettings,
    ModelSetup,
    ModelVerdict,
    SaveModel,
    SetBudgets,
    SetUpModel,
    TestModel,
)
from barnraise.models.budgets import Budgets
from barnraise.models.meters import ModelMeters
from barnraise.models.profiles import Profile, ProfilesInvalid, profile_of
from barnraise.models.terms import Terms
from barnraise.vfs import branches

EVERYWHERE = "any"
MOST_MODELS = 20


@dataclass(frozen=True)
class _Kept:
    """One row: ``profile`` is None where its key cannot be opened."""

    origin: str
    settings: ModelSettings
    has_key: bool
    profile: Profile | None


class Setup:
    """``filed``: the operator's own models, the last to be asked; ``budgets`` hold where nobody has set others; without ``sealer`` no keys
    are kept."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        sealer: Sealer | None,
        filed: Sequence[Profile],
        budgets: Budgets,
        problem: str | None = None,
        meters: ModelMeters | None = None,
    ) -> None:
        self._pool = pool
        self._sealer = sealer
        self._filed = tuple(filed)
        self._budgets = budgets
        self._problem = problem
        self._meters = meters

    async def terms(self, project_id: str) -> Terms:
        """The project's own models, then those for all, then the operator's; one with the same name takes another's place."""
        kept = await self._kept(project_id)
        taken = {one.settings.name for one in kept}
        profiles = [one.profile for one in kept if one.profile] + [profile for profile in self._filed if profile.name not in taken]
        budgets, _ = await self._budgets_of(project_id)
        return Terms(tuple(profiles), budgets)

    async def get(self, request: GetModelSetup) -> ModelSetup:
        return await self._describe(request.project_id)

    async def save(self, request: SaveModel) -> ModelSetup:
        key = await self._key(request)
        profile = _checked(request.settings, key)
        sealed = None if key is None else self._sealing().seal(key, _about(request.project_id, profile))
        async with self._pool.acquire() as connection, connection.transaction():
            await _stands(connection, request.project_id)
            count = "select count(*) from codegen.model_settings where project_id = $1 and name <> $2"
            if await connection.fetchval(count, request.project_id, profile.name) >= MOST_MODELS:
                raise BarnraiseError("limit_exceeded", f"At most {MOST_MODELS} models can be set up.", "Remove one of them first.")
            await connection.execute(
                """insert into codegen.model_settings (project_id, name, settings, sealed_key) values ($1, $2, $3, $4)
                on conflict (project_id, name) do update set settings = $3, sealed_key = $4, changed_at = now()""",
                request.project_id,
                profile.name,
                request.settings.model_dump_json(exclude_none=True),
                sealed,
            )
        return await self._describe(request.project_id)

    async def drop(self, request: DropModel) -> ModelSetup:
        done = await self._pool.execute(
            "delete from codegen.model_settings where project_id = $1 and name = $2", request.project_id, request.name
        )
        if done == "DELETE 0":
            raise BarnraiseError("not_found", f"No model '{request.name}' is set up here.", "Look at the list of models.")
        return await self._describe(request.project_id)

    async def test(self, request: TestModel) -> ModelVerdict:
        """Ask the model one small question; whatever comes of it is said in a sentence."""
        profile = _checked(request.settings, await self._key(request))
        if profile.needs_key:
            return ModelVerdict(ok=False, kind="no_key", sentence=f"There is no key for {profile.vendor}: give one.", seconds=0)
        probing = await asyncio.to_thread(importlib.import_module, "barnraise.models.probing")
        verdict = await probing.probe(profile, self._meters)
        return ModelVerdict(ok=verdict.ok, kind=verdict.kind, sentence=verdict.sentence[:1000], seconds=verdict.seconds)

    async def set_budgets(self, request: SetBudgets) -> ModelSetup:
        async with self._pool.acquire() as connection, connection.transaction():
            await _stands(connection, request.project_id)
            await connection.execute("delete from codegen.model_budgets where project_id = $1", request.project_id)
            if request.budgets is not None:
                query = "insert into codegen.model_budgets (project_id, budgets) values ($1, $2)"
                await connection.execute(query, request.project_id, request.budgets.model_dump_json())
        return await self._describe(request.project_id)

    async def _describe(self, project_id: str) -> ModelSetup:
        kept = await self._kept(project_id)
        taken = {one.settings.name for one in kept}
        models = [
            SetUpModel.model_validate(
                {"settings": one.settings, "origin": one.origin, "has_key": one.has_key, "readable": one.profile is not None}
            )
            for one in kept
        ]
        models += [
            SetUpModel(settings=_settings_of(profile), origin="file", has_key=profile.key is not None)
            for profile in self._filed
            if profile.name not in taken
        ]
        budgets, own = await self._budgets_of(project_id)
        return ModelSetup(
            models=tuple(models),
            budgets=ModelBudgets.model_validate(budgets.model_dump()),
            own_budgets=own,
            keeps_keys=self._sealer is not None,
            problem=self._problem,
        )

    async def _kept(self, project_id: str) -> list[_Kept]:
        """The project's own first, then those for all that it does not have itself, each in the order of their making."""
        query = "select * from codegen.model_settings where project_id = any($1::text[]) order by project_id = $2, position"
        rows = await self._pool.fetch(query, [project_id, EVERYWHERE], EVERYWHERE)
        found: dict[str, _Kept] = {}
        for row in rows:
            found.setdefault(row["name"], self._opened(row))
        return list(found.values())

    def _opened(self, row: Any) -> _Kept:
        settings = ModelSettings.model_validate_json(row["settings"])
        origin = "instance" if row["project_id"] == EVERYWHERE else "project"
        sealed: bytes | None = row["sealed_key"]
        try:
            profile = _profile(settings, None)
        except ProfilesInvalid:  # of an older version
            return _Kept(origin, settings, sealed is not None, None)
        if sealed is None:
            return _Kept(origin, settings, False, profile)
        key = self._sealer.open(sealed, _about(row["project_id"], profile)) if self._sealer else None
        return _Kept(origin, settings, True, _profile(settings, key) if key else None)

    async def _key(self, request: SaveModel | TestModel) -> str | None:
        """The key that is given; else the one that is kept for this very address."""
        if request.key is not None:
            return request.key or None
        query = "select * from codegen.model_settings where project_id = $1 and name = $2"
        row = await self._pool.fetchrow(query, request.project_id, request.settings.name)
        if row is None or row["sealed_key"] is None:
            return None
        about = _about(request.project_id, _checked(request.settings, None))
        key = self._sealing().open(row["sealed_key"], about)
        if key is None:
            detail = "The key that is kept was given for another address, or cannot be read any more: it goes nowhere else."
            raise BarnraiseError("invalid_request", detail, "Give the key again.")
        return key

    def _sealing(self) -> Sealer:
        if self._sealer is None:
            detail = "Keys cannot be kept here: there is no secret to seal them with."
            raise BarnraiseError("unavailable", detail, "Set BARNRAISE_SECRETS_KEY, or BARNRAISE_SECRETS_KEY_FILE.")
        return self._sealer

    async def _budgets_of(self, project_id: str) -> tuple[Budgets, bool]:
        """And whether they are its own."""
        query = "select project_id, budgets from codegen.model_budgets where project_id = any($1::text[]) order by project_id = $2 limit 1"
        row = await self._pool.fetchrow(query, [project_id, EVERYWHERE], EVERYWHERE)
        return (Budgets.model_validate_json(row["budgets"]), row["project_id"] == project_id) if row else (self._budgets, False)


async def _stands(connection: Any, project_id: str) -> None:
    """Under the lock that deleting takes: nothing is written of a project that is gone."""
    await branches.lock(connection, project_id)
    if await connection.fetchval("select true from codegen.dropped where project_id = $1", project_id):
        raise BarnraiseError("project_deleted", "This project was deleted.", "Create a new project.")


def _profile(settings: ModelSettings, key: str | None) -> Profile:
    return profile_of(settings.model_dump(exclude_none=True) | ({"key": key} if key else {}))


def _checked(settings: ModelSettings, key: str | None) -> Profile:
    try:
        profile = _profile(settings, key)
    except ProfilesInvalid as error:
        raise BarnraiseError("invalid_request", str(error), "See docs/models.md.") from error
    if _link_local(profile.url):
        detail = "Addresses of the machine's own network segment (link-local) are not asked."
        raise BarnraiseError("invalid_request", detail, "Give the address of a provider.")
    return profile


def _link_local(url: str) -> bool:
    """Where clouds answer every process of a machine, with its credentials."""
    try:
        return ipaddress.ip_address(urlsplit(url).hostname or "").is_link_local
    except ValueError:
        return (urlsplit(url).hostname or "").rstrip(".").lower() in ("metadata", "metadata.google.internal", "instance-data")


def _about(project_id: str, profile: Profile) -> str:
    """What a key is sealed for: whose it is, and where it may go."""
    return "\n".join((project_id, profile.vendor, profile.protocol, profile.url.rstrip("/")))


def _settings_of(profile: Profile) -> ModelSettings:
    said = profile.model_dump(mode="json", exclude={"key"}, exclude_none=True)
    return ModelSettings.model_validate(said | {"tasks": sorted(profile.tasks)})
