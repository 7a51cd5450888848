"""What is near by meaning: a real model, a real database, and everything that may be missing of them."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from importlib.resources import files
from typing import Any

import asyncpg
import pytest

from barnraise.chassis.database import migrate
from barnraise.codegen.adapters.journal import PostgresJournal
from barnraise.codegen.adapters.minilm import MiniLm, minilm
from barnraise.codegen.adapters.vectors import PostgresVectors
from barnraise.codegen.domain.fusion import Closeness, fused, pieces, places
from barnraise.codegen.domain.showing import choose, read, survey, things
from barnraise.codegen.ports import Asked, ProjectDropped, Room, Said, Tier, Vector
from barnraise.codegen.service import Codegen
from barnraise.codegen.service.meaning import SOON, Meanings
from barnraise.contracts.commands import EditCode
from barnraise.contracts.events import CodeProposed, Context
from barnraise.contracts.memory import Exchange, Memory
from barnraise.patches.symbols import symbols_of

Pool = asyncpg.Pool
THINGS = {
    ("file", "app/receipts.py"): ("app receipts. receipt, money back, total paid,",),
    ("file", "app/herbs.py"): ("app herbs. basil, thyme, watering plan,", "app herbs. soil, light,"),
    ("decision", "d1"): ("Colours of the page are warm.",),
}


class Recorded:
    """The real embedder, and what it was asked; questions at once, other texts when it may ``go``."""

    def __init__(self) -> None:
        made = minilm()
        assert made, "the weights are part of the environment"
        self.real: MiniLm = made
        self.name, self.texts = made.name, list[str]()
        self.go = threading.Event()
        self.go.set()

    def __call__(self, texts: Sequence[str]) -> list[Vector]:
        if len(texts) > 1:
            self.go.wait(30)
        self.texts += texts
        return self.real(texts)


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    async with asyncpg.create_pool(database_url, min_size=1, max_size=4) as made:
        await migrate(made, "codegen", files("barnraise.codegen") / "migrations")
        yield made


def test_places_are_shared_by_equals_and_fusion_prefers_what_several_orders_agree_on() -> None:
    assert places({"a": 0.5, "b": 0.9, "c": 0.5, "d": 0.0, "e": -1}) == {"b": 1, "a": 2, "c": 2}
    both = fused({"first": 1, "second": 2}, {"second": 1, "other": 2}, {"second": 1, "first": 9})
    assert sorted(both, key=lambda key: -both[key]) == ["second", "first", "other"]
    assert fused({"x": 1}, {"x": 1})["x"] == 1 and fused({}, {}) == {}


def test_pieces_tell_names_and_places_and_nothing_that_a_body_changes() -> None:
    text = "class OrderLines:\n    def net_total(self):\n        return 1\n"
    found = pieces("app/orderLines.py", text, symbols_of("app/orderLines.py", text.encode()) or ())
    assert found == ("app order lines py. order lines, order lines net total, ",)
    other = text.replace("return 1", "return 'something else'")
    assert pieces("app/orderLines.py", other, symbols_of("app/orderLines.py", other.encode()) or ()) == found
    assert pieces("README.md", "# Shop\n\nIt sells pots.", ()) == ("readme md. # Shop It sells pots.",)
    symbols = symbols_of("a.py", b"def f(): ...") or ()
    for head in ('"""Who owes\nwhat."""', "// Who owes\n// what.\n", "/*\n * Who owes what.\n */", "#!/bin/sh\n# Who owes what.\n"):
        assert pieces("a.x", head + "\n\nrest", symbols) == ("a x. Who owes what.", "a x. f, "), "what a file says of itself"
    many = "".join(f"def a_rather_long_name_number_{n}(): ...\n" for n in range(400))
    cut = pieces("m.py", many, symbols_of("m.py", many.encode()) or ())
    assert len(cut) == 12 and all(len(piece) < 250 for piece in cut)


def test_the_model_reads_and_computes_as_the_original_does() -> None:
    model = minilm()
    assert model
    # From Hugging Face's tokenizers and ONNX Runtime, on the same files.
    tokens = [101, 28667, 7295, 23239, 6519, 28919, 4181, 1010, 15743, 7668, 1864, 1876, 7488, 1035, 2553, 19130, 18382, 102]
    assert model._tokens(["Rechnungen für Kunden, naïve café 日本 snake_case camelCase"]) == [tokens]
    assert model._tokens(["a" * 101])[0][1] == 100 != model._tokens(["a" * 100])[0][1], "of a word without an end nothing is read"
    asked, answer, other = model(["How many people live in Berlin?", "Around 3.5 million people live in Berlin.", "x " * 5000])
    assert asked[:4] == pytest.approx([0.1166963, -0.01370356, -0.01039795, 0.05895945], abs=5e-4)
    assert _dot(asked, answer) == pytest.approx(0.88779, abs=5e-4) and abs(_dot(asked, other)) < 0.3
    assert model(["How many people live in Berlin?"])[0] == pytest.approx(asked, abs=1e-5), "what stands beside it does not matter"
    assert _dot(asked, asked) == pytest.approx(1) and model([]) == [] and len(model([""])[0]) == 384


def _dot(one: Vector, other: Vector) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


@pytest.mark.connected
async def test_what_means_the_same_is_near_and_each_text_is_embedded_once(pool: Pool) -> None:
    embedder = Recorded()
    meanings = Meanings(embedder, PostgresVectors(pool), patience=60)
    near = await meanings.closeness("p1", "give customers a refund", THINGS)
    assert not near.without and max(near.scores, key=lambda key: near.scores[key]) == ("file", "app/receipts.py")
    by_hand = embedder.real(["give customers a refund", *THINGS[("file", "app/receipts.py")]])
    assert near.scores[("file", "app/receipts.py")] == pytest.approx(_dot(*by_hand), abs=1e-4)
    assert len(embedder.texts) == 1 + 4
    more = THINGS | {("exchange", "message 1"): ("make it green",)}
    assert set((await meanings.closeness("p1", "what was said of colours", more)).scores) == set(more)
    assert embedder.texts[5:] == ["what was said of colours", "make it green"], "what is known is not made again"
    assert (await Meanings(embedder, PostgresVectors(pool), patience=60).closeness("p2", "x", THINGS)).scores
    assert len(embedder.texts) == 7 + 1 + 4, "no project sees what another one has"


@pytest.mark.connected
async def test_nobody_waits_for_long_and_next_time_all_is_there(pool: Pool) -> None:
    embedder = Recorded()
    meanings = Meanings(embedder, PostgresVectors(pool), patience=0.05)
    embedder.go.clear()
    near = await meanings.closeness("p1", "refund", THINGS)
    assert near.scores == {} and near.without == "3 of 3 have not been read yet; next time they are."
    (making,) = meanings._making.values()
    embedder.go.set()
    await making
    assert (await meanings.closeness("p1", "refund", THINGS)).scores.keys() == THINGS.keys()
    embedder.go.clear()
    more = {thing: (*pieces, f"{pieces[0]} and more of it", f"{pieces[0]} and still more") for thing, pieces in THINGS.items()}
    assert (await meanings.closeness("p1", "refund", more)).scores.keys() == THINGS.keys(), "one piece of each is enough"
    embedder.go.set()
    await asyncio.gather(*meanings._making.values())
    many = {("file", f"f{n}"): (f"f{n}",) for n in range(SOON + 1)}
    patient = Meanings(embedder, PostgresVectors(pool), patience=60)
    embedder.go.clear()
    assert "49 of 49" in (await patient.closeness("p2", "refund", many)).without, "for so many nobody waits"
    embedder.go.set()
    await asyncio.gather(*patient._making.values())
    assert len((await patient.closeness("p2", "refund", many)).scores) == 49
    embedder.go.clear()
    await meanings.closeness("p3", "refund", THINGS)
    embedder.go.set()
    await meanings.aclose()
    assert not meanings._making


@pytest.mark.connected
async def test_nothing_is_left_of_a_deleted_project_or_of_what_nobody_asks_for(pool: Pool) -> None:
    embedder, vectors, journal = Recorded(), PostgresVectors(pool), PostgresJournal(pool)
    meanings = Meanings(embedder, vectors, patience=60)
    for project in ("gone", "kept"):
        await meanings.closeness(project, "refund", THINGS)
    async with journal.transaction() as transaction:
        await journal.drop(transaction, "gone")
    assert await pool.fetchval("select array_agg(distinct project_id) from codegen.vectors") == ["kept"]
    with pytest.raises(ProjectDropped):
        await vectors.keep("gone", "m", {b"1": [1.0]})
    assert (await meanings.closeness("gone", "refund", THINGS)).scores == {}
    assert not await pool.fetchval("select count(*) from codegen.vectors where project_id = 'gone'")
    await pool.execute("update codegen.vectors set used_on = current_date - 31")
    await meanings.closeness("kept", "refund", {key: pieces for key, pieces in THINGS.items() if key[0] == "decision"})
    await vectors.tidy()
    assert await pool.fetchval("select count(*) from codegen.vectors") == 1, "only what was asked for stays"
    assert await pool.fetchval("select relpersistence::text from pg_class where oid = 'codegen.vectors'::regclass") == "u", "in no backup"


@pytest.mark.connected
async def test_without_the_extension_or_the_right_to_it_words_are_left_and_it_may_come_later(pool: Pool, database_url: str) -> None:
    embedder = Recorded()
    await pool.execute("drop extension vector")
    await pool.execute("create role lean login password 'lean'")
    try:
        await pool.execute("grant usage on schema codegen to lean; grant all on all tables in schema codegen to lean")
        async with asyncpg.create_pool(database_url, user="lean", password="lean", min_size=1, max_size=2) as theirs:
            meanings = Meanings(embedder, PostgresVectors(theirs), patience=60)
            assert (await meanings.closeness("p1", "x", THINGS)).without == "PostgreSQL has no pgvector that codegen may use."
            assert not embedder.texts, "nothing was loaded for nothing"
            await pool.execute("create extension vector schema public")
            assert (await meanings.closeness("p1", "x", THINGS)).scores, "wherever it is"
        await pool.execute("drop extension vector")
        meanings = Meanings(embedder, PostgresVectors(pool), patience=60)
        assert (await meanings.closeness("p1", "x", THINGS)).scores, "who may make it makes it, as after a restore"
    finally:
        await pool.execute("drop owned by lean; drop role lean")


@pytest.mark.connected
async def test_a_failure_is_told_and_stops_nobody(pool: Pool) -> None:
    class Broken(Recorded):
        def __call__(self, texts: Sequence[str]) -> list[Vector]:
            raise MemoryError

    vectors = PostgresVectors(pool)
    assert (await Meanings(Broken(), vectors).closeness("p1", "x", THINGS)).without == "It failed: MemoryError."
    assert (await Meanings(None, vectors).closeness("p1", "x", THINGS)).without.startswith("Its weights are not installed")
    assert (await Meanings(Recorded(), vectors).closeness("p1", "x", {})).without == "There is nothing to compare."


def test_meanings_move_what_words_do_not_find_and_the_report_has_every_place() -> None:
    project = {f"app/thing{n}.py": b"def thing(): ...\n" for n in range(29)}
    project |= {"app/refunds.py": b"def pay_back(): ...\n", "app/invoices.py": b"def billed(): ...\n"}
    when = "2026-01-01T00:00:00Z"
    memory = [Memory.model_validate({"id": f"d{n}", "kind": "decision", "text": f"decided {n}", "at": when}) for n in range(3)]
    turns = [Exchange(said="hello", answered="yes")]
    seen = read(project)
    names = things(seen, memory, turns)
    assert {kind for kind, _ in names} == {"file", "decision", "exchange"} and len(names) == 31 + 4
    scores = dict.fromkeys(names, 0.1) | {("file", "app/refunds.py"): 0.8, ("decision", "d0"): 0.9}
    plain, hybrid = (choose(survey(seen, "money for invoices", close=close), 2000, memory, turns).context
                     for close in (Closeness({}, "no"), Closeness(scores)))  # fmt: skip
    assert plain and hybrid
    assert (plain.retrieval, plain.without, hybrid.retrieval, hybrid.without) == ("lexical", "no", "hybrid", "")
    parts = {part.name: part for part in hybrid.included}
    assert [part.name for part in hybrid.included if part.kind == "file"][:2] == ["app/invoices.py", "app/refunds.py"]
    assert (parts["app/refunds.py"].words, parts["app/refunds.py"].meaning) == (None, 1) and parts["app/invoices.py"].words == 1
    assert parts["d0"].meaning == 1 and parts["d0"].score > parts["d2"].score
    assert all(part.meaning is None for part in plain.included)
    assert "app/refunds.py" not in survey(seen, "invoices", close=Closeness(scores)).about, "meaning alone says nothing of whose work it is"


class Author:
    def __init__(self, context: int = 20_000) -> None:
        self.context = context

    async def __call__(self, asked: Asked) -> Said:
        return Said("Nothing to change.", "scripted", 10, 1, Decimal(0))

    async def room(self, project_id: str, tier: Tier, reply: int) -> Room:
        return Room(context=self.context, reply=reply)

    async def sees(self, project_id: str) -> bool:
        return False


@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.connected)], indirect=True)
async def test_a_change_is_told_what_was_near_and_no_secret_is_embedded(stage: Any) -> None:
    await stage.compile(stage.manifest(Task="title", Lamp="name"))
    token = "sk_live_" + "a1B2" * 8
    await stage.write({".env": b"PASSWORD=hunter2", "pay.txt": f"token {token}\n".encode()})
    embedder = Recorded()
    meanings = Meanings(embedder, PostgresVectors(stage.journal._database), patience=60)

    async def context(author: Author, meaning: Meanings | None) -> Context:
        codegen = Codegen(stage.codegen._workshop, author, meaning=meaning)
        turns = (Exchange(said=f"use {token}", answered="Done."),)
        command = EditCode(**stage.envelope(), commit=(await stage.open()).refs["main"], task="brighter lighting", conversation=turns)
        (told,) = [one for one in await stage.run(codegen.edit, command) if isinstance(one, CodeProposed)]
        assert told.context
        return told.context

    hybrid = await context(Author(), meanings)
    files = {part.name: part for part in hybrid.included if part.kind == "file"}
    assert hybrid.retrieval == "hybrid" and files["app/lamps.py"].meaning == 1 and files["app/lamps.py"].words is None
    assert "hunter2" not in str(embedder.texts) and token not in str(embedder.texts) and any("pay txt" in text for text in embedder.texts)
    assert (await context(Author(), None)).retrieval == "lexical"
    embedder.texts.clear()
    assert (await context(Author(context=0), meanings)).retrieval == "lexical" and not embedder.texts, "no model, no work"


@pytest.mark.connected
async def test_a_question_waits_for_one_batch_however_many_projects_are_new(pool: Pool) -> None:
    embedder = Recorded()
    meanings = Meanings(embedder, PostgresVectors(pool), patience=0.01)
    many = {("file", f"f{n}"): (f"f{n}",) for n in range(SOON + 1)}
    for project in ("p1", "p2", "p3"):
        await meanings.closeness(project, "refund", many)
    asked = asyncio.create_task(meanings.closeness("p4", "question", {("file", "a"): ("a", "b")}))
    await asyncio.gather(*meanings._making.values(), asked)
    batches = [number for number, text in enumerate(embedder.texts) if text == "f0"]
    assert embedder.texts.index("question") < batches[1], "asked before the second project was begun"
    await meanings.aclose()


@pytest.mark.connected
async def test_what_was_asked_at_once_is_made_once(pool: Pool) -> None:
    embedder = Recorded()
    meanings = Meanings(embedder, PostgresVectors(pool), patience=60)
    both = await asyncio.gather(*(meanings.closeness("p1", question, THINGS) for question in ("refund", "plants")))
    assert all(found.scores for found in both) and len(embedder.texts) == 2 + 4
