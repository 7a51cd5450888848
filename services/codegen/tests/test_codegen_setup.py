"""Models as people set them up: keys are sealed, bound to where they may go, and never come out; terms are the project's own first."""

from collections.abc import AsyncIterator
from importlib.resources import files
from typing import Any

import asyncpg
import pytest
from pydantic import ValidationError
from scripted_provider import KEY, Refuse, ScriptedProvider

from barnraise.chassis.clock import now
from barnraise.chassis.database import migrate
from barnraise.chassis.errors import BarnraiseError
from barnraise.codegen.adapters.journal import PostgresJournal
from barnraise.codegen.adapters.sealing import Sealer
from barnraise.codegen.adapters.setup import Setup
from barnraise.contracts.models import DropModel, GetModelSetup, ModelBudgets, ModelSettings, SaveModel, SetBudgets, TestModel
from barnraise.models.budgets import Budgets, Cap
from barnraise.models.profiles import Profile

pytestmark = pytest.mark.connected
SECRET = b"a secret of sixteen bytes or more"
FILED = (Profile(name="filed", vendor="ollama", model="f"),)


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database_url, min_size=1, max_size=3) as pool:
        await migrate(pool, "codegen", files("barnraise.codegen") / "migrations")
        await pool.execute("truncate codegen.model_settings, codegen.model_budgets, codegen.dropped")
        yield pool


@pytest.fixture
def setup(pool: asyncpg.Pool) -> Setup:
    return Setup(pool, Sealer(SECRET), FILED, Budgets())


def about(project_id: str = "p1") -> dict[str, Any]:
    return {"id": "r1", "project_id": project_id, "at": now()}


def model(name: str = "strong", **more: Any) -> ModelSettings:
    return ModelSettings.model_validate({"name": name, "vendor": "openai", "model": "g"} | more)


async def test_a_key_is_sealed_used_and_never_told(setup: Setup, pool: asyncpg.Pool) -> None:
    saved = await setup.save(SaveModel(**about(), settings=model(), key=KEY))
    assert [(one.settings.name, one.origin, one.has_key) for one in saved.models] == [("strong", "project", True), ("filed", "file", False)]
    assert KEY not in saved.model_dump_json() + repr(saved) + repr(SaveModel(**about(), settings=model(), key=KEY))
    assert KEY.encode() not in bytes(await pool.fetchval("select sealed_key from codegen.model_settings"))
    assert KEY not in str(await pool.fetch("select * from codegen.model_settings"))
    terms = await setup.terms("p1")
    assert [profile.name for profile in terms.profiles] == ["strong", "filed"]
    assert terms.profiles[0].key and terms.profiles[0].key.get_secret_value() == KEY
    assert [profile.name for profile in (await setup.terms("p2")).profiles] == ["filed"], "another project has no part in it"


async def test_a_key_goes_where_it_was_given_for_and_nowhere_else(setup: Setup, pool: asyncpg.Pool) -> None:
    await setup.save(SaveModel(**about(), settings=model(), key=KEY))
    await setup.save(SaveModel(**about(), settings=model(model="g2", parallel=2)))
    assert (await setup.terms("p1")).profiles[0].key, "another model at the same address keeps it"
    elsewhere = model(url="https://elsewhere.example/v1")
    for asked in (setup.save(SaveModel(**about(), settings=elsewhere)), setup.test(TestModel(**about(), settings=elsewhere))):
        with pytest.raises(BarnraiseError, match="goes nowhere else"):
            await asked
    # Whoever can write to the database cannot send a key elsewhere either, nor lend it to another project.
    await pool.execute("update codegen.model_settings set settings = $1", elsewhere.model_dump_json(exclude_none=True))
    await pool.execute("insert into codegen.model_settings (project_id, name, settings, sealed_key) select 'p2', name, $1, sealed_key "
                       "from codegen.model_settings", model().model_dump_json(exclude_none=True))  # fmt: skip
    for project_id in ("p1", "p2"):
        assert [profile.name for profile in (await setup.terms(project_id)).profiles] == ["filed"]
        assert not (await setup.get(GetModelSetup(**about(project_id)))).models[0].readable
    assert (await setup.save(SaveModel(**about(), settings=elsewhere, key=""))).models[0].has_key is False


async def test_a_project_comes_before_the_instance_and_the_file_comes_last(setup: Setup) -> None:
    await setup.save(SaveModel(**about("any"), settings=model("shared", model="for-all"), key=KEY))
    await setup.save(SaveModel(**about("any"), settings=model("filed", model="instead"), key=KEY))
    await setup.save(SaveModel(**about(), settings=model("mine"), key=KEY))
    await setup.save(SaveModel(**about(), settings=model("shared", model="my-own"), key=KEY))
    names = [(profile.name, profile.model) for profile in (await setup.terms("p1")).profiles]
    assert names == [("mine", "g"), ("shared", "my-own"), ("filed", "instead")]
    assert (await setup.terms("p1")).profiles[0].identity != Profile(name="x", vendor="openai", model="g", key="other").identity
    left = await setup.drop(DropModel(**about(), name="shared"))
    assert [(one.settings.name, one.origin) for one in left.models] == [("mine", "project"), ("shared", "instance"), ("filed", "instance")]
    with pytest.raises(BarnraiseError, match="not_found"):
        await setup.drop(DropModel(**about(), name="shared"))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"vendor": "nobody"}, "vendor must be one of"),
        ({"vendor": "compatible"}, "url is missing"),
        ({"url": "http://169.254.169.254/v1"}, "link-local"),
        ({"url": "http://[fe80::1]/v1"}, "link-local"),
        ({"url": "file:///etc/passwd"}, "url"),
        ({"url": f"https://{KEY}@host/v1"}, "url"),
    ],
)
async def test_what_cannot_be_set_up_is_refused_without_the_key(setup: Setup, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(BarnraiseError, match=said) as refused:
        await setup.save(SaveModel(**about(), settings=model(**settings), key=KEY))
    assert KEY not in str(refused.value)
    with pytest.raises(ValidationError) as wrong:
        SaveModel(**about(), settings=model(), key=KEY * 100)
    assert KEY not in str(wrong.value)


async def test_a_connection_is_tested_and_what_is_the_matter_is_said(setup: Setup) -> None:
    async with ScriptedProvider().serving() as provider:
        here = model(vendor="compatible", model="a", url=f"{provider.url}/v1")
        assert (await setup.test(TestModel(**about(), settings=here, key=KEY))).ok
        await setup.save(SaveModel(**about(), settings=here, key=KEY))
        assert (await setup.test(TestModel(**about(), settings=here))).ok, "with the key that is kept"
        unknown = here.model_copy(update={"model": "aa"})
        astray = here.model_copy(update={"url": provider.url})
        untold = here.model_copy(update={"url": provider.url.replace("http:", "https:") + "/v1"})
        for settings, key, kind in ((unknown, KEY, "unknown_model"), (astray, KEY, "wrong_path"), (untold, KEY, "no_tls")):
            verdict = await setup.test(TestModel(**about(), settings=settings, key=key))
            assert not verdict.ok and (verdict.kind == kind or "TLS" in verdict.sentence) and KEY not in verdict.sentence, verdict
        provider.otherwise = Refuse(401, f"Incorrect API key provided: {KEY}.")
        verdict = await setup.test(TestModel(**about(), settings=here, key=KEY))
        assert verdict.kind == "refused_key" and KEY not in verdict.sentence
    assert (await setup.test(TestModel(**about(), settings=model("keyless")))).kind == "no_key"


async def test_budgets_are_the_projects_then_the_instances_then_the_settings(pool: asyncpg.Pool) -> None:
    setup = Setup(pool, Sealer(SECRET), (), Budgets(job=Cap(tokens=5)))
    assert (await setup.terms("p1")).budgets.job.tokens == 5
    await setup.set_budgets(SetBudgets(**about("any"), budgets=ModelBudgets.model_validate({"job": {"tokens": 7}})))
    own = await setup.set_budgets(SetBudgets(**about(), budgets=ModelBudgets.model_validate({"project": {"cost": "2.5"}})))
    assert own.own_budgets and own.budgets.project.cost is not None and (await setup.terms("p1")).budgets.job.tokens is None
    assert (await setup.terms("p2")).budgets.job.tokens == 7
    assert not (await setup.set_budgets(SetBudgets(**about(), budgets=None))).own_budgets


async def test_nothing_is_left_of_a_deleted_project_and_without_a_secret_no_key_is_kept(setup: Setup, pool: asyncpg.Pool) -> None:
    await setup.save(SaveModel(**about(), settings=model(), key=KEY))
    journal = PostgresJournal(pool)
    async with journal.transaction() as transaction:
        await journal.drop(transaction, "p1")
    assert not await pool.fetchval("select count(*) from codegen.model_settings")
    with pytest.raises(BarnraiseError, match="project_deleted"):
        await setup.save(SaveModel(**about(), settings=model(), key=KEY))
    careless = Setup(pool, None, (), Budgets())
    with pytest.raises(BarnraiseError, match="no secret"):
        await careless.save(SaveModel(**about("p2"), settings=model(), key=KEY))
    assert (await careless.save(SaveModel(**about("p2"), settings=model(vendor="ollama")))).keeps_keys is False
    await setup.save(SaveModel(**about("p3"), settings=model(), key=KEY))
    other = Setup(pool, Sealer(b"another secret of enough bytes"), (), Budgets())
    assert (await other.terms("p3")).profiles == () and not (await other.get(GetModelSetup(**about("p3")))).models[0].readable
