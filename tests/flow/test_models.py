"""A platform with a model: what no plan can say is done to the code, and whatever the model does, no project gets worse."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from platform_client import Platform
from scripted_provider import KEY, Act, Refuse, Say, ScriptedProvider

from barnraise.codegen.domain.experiments import variant_of
from barnraise.contracts.experiments import Experiment, Variant

pytestmark = [pytest.mark.flow, pytest.mark.sandbox]

WISH = "greet every visitor with Ahoy"
MODULE = """<file path="backend/app/greeting.py">
\"\"\"How visitors are greeted.\"\"\"


def greet(name: str) -> str:
    return f"{word}, {name}!"
</file>
"""
TESTS = """<file path="backend/tests/test_greeting.py">
from app.greeting import greet


def test_visitors_are_greeted() -> None:
    assert greet("Ada") == "Ahoy, Ada!"
</file>
"""
GOOD = MODULE.replace("{word}", "Ahoy")
UNSOUND = MODULE.replace('f"{word}, {name}!"', "undefined_name + name")
FAILING = MODULE.replace("{word}", "Hello")


PROMPT = "a thing for my pottery, you know, with the kiln and all that glazing chaos?!"
PLANNED = {
    "manifest": {
        "name": "pottery",
        "title": "Pottery",
        "entities": [{"name": "Pot", "label": "Pot", "plural_label": "Pots", "fields": [{"name": "glaze", "label": "Glaze"}]}],
    },
    "summary": "Pottery keeps pots and their glazes.",
    "understood": ["Pots have a glaze."],
    "tasks": [WISH],
}


def reply(*edits: str) -> Say:
    return Say("Visitors are greeted with Ahoy.\n<changes>\n" + "".join(edits) + "</changes>\n", pieces=5)


@pytest.fixture(scope="module")
def provider() -> Iterator[ScriptedProvider]:
    with ScriptedProvider().serving_aside() as provider:
        yield provider


@pytest.fixture(scope="module")
def modelled(provider: ScriptedProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    profile = {"name": "scripted", "vendor": "compatible", "model": "m", "url": f"{provider.url}/v1", "key": KEY}
    running = Platform.start(tmp_path_factory.mktemp("home"), BARNRAISE_MODELS=json.dumps([profile]), BARNRAISE_SANDBOX_WARM="false")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def project(modelled: Platform) -> str:
    made = modelled.create("Track plants: plants have a name and a species.")
    assert modelled.ended(made["job"]["id"], timeout=120)["status"] == "succeeded"
    return str(made["project"]["id"])


@pytest.fixture
def wish(provider: ScriptedProvider, modelled: Platform, project: str) -> Iterator[Any]:
    """Says the wish while the model follows that script; the ended job."""
    provider.otherwise = Say("I do not know.")

    def say(*acts: Act, otherwise: Act | None = None) -> dict[str, Any]:
        provider.script["m"].clear()
        provider.play("m", *acts)
        provider.otherwise = otherwise or Say("I do not know.")
        return modelled.ended(modelled.say(project, WISH)["job"]["id"], timeout=120)

    yield say


def main_of(platform: Platform, project: str) -> str:
    return str(platform.get(f"/projects/{project}/commits", limit=1)["items"][0]["commit"])


def said(platform: Platform, project: str) -> str:
    return str(platform.get(f"/projects/{project}/messages")["items"][-1]["text"])


@pytest.mark.slow
def test_an_experiment_gives_a_project_one_variant_until_it_is_rolled_back(
    modelled: Platform, project: str, provider: ScriptedProvider, tmp_path: Path
) -> None:
    provider.script["m"].clear()
    provider.otherwise = Say("Which header do you mean?")
    wish = "answer with an X-Greeting header"
    prompts = {"as-it-is": "You are variant one.", "terse": "You are variant two."}
    experiment = Experiment(
        name="shorter", role="backend", variants=tuple(Variant(name=name, prompt=prompt) for name, prompt in prompts.items())
    )
    given = prompts[variant_of(experiment, project).name]
    file = tmp_path / "shorter.toml"
    variants = "".join(f'[[variants]]\nname = "{name}"\nprompt = "{prompt}"\n' for name, prompt in prompts.items())
    file.write_text(f'name = "shorter"\nrole = "backend"\n{variants}')

    def told() -> str:
        """What the model is told when the wish is said."""
        modelled.ended(modelled.say(project, wish)["job"]["id"], timeout=120)
        return json.dumps(provider.asked[-1][1])

    assert "You work on the server" in told()
    started = modelled.cli("experiments", "start", str(file))
    assert started.returncode == 0 and "shorter (backend, running): Not decided" in started.stdout, started.stderr
    for _ in range(2):
        heard = told()
        assert [prompt for prompt in prompts.values() if prompt in heard] == [given]
    (state,) = modelled.get("/experiments")["items"]
    assert sum(outcome["given"] for outcome in state["outcomes"]) == 1, "the project counts once"
    assert modelled.cli("experiments", "rollback", "shorter").returncode == 0
    assert "You work on the server" in told() and given not in told()
    wrong = modelled.cli("experiments", "rollback", "unknown")
    assert wrong.returncode != 0 and "no experiment" in wrong.stderr


def test_a_change_lands_when_it_is_sound_and_is_undone_like_any_other(wish: Any, modelled: Platform, project: str) -> None:
    before = main_of(modelled, project)
    job = wish(reply(UNSOUND, TESTS), reply(GOOD))
    assert job["status"] == "succeeded", job
    told = said(modelled, project)
    assert told.startswith("Visitors are greeted with Ahoy. (scripted (m): 36 tokens)") and "preview shows it" in told
    assert "Ahoy" in modelled.get(f"/projects/{project}/files/backend/app/greeting.py")["content"]
    touched = "Adds `greet`, `test_visitors_are_greeted`. Tests: backend/tests/test_greeting.py."
    proposed = [item["event"] for item in modelled.events(project) if item["event"]["type"] == "code.proposed.v1"]
    assert proposed[-1]["impact"]["text"] == touched
    shown = modelled.cli("diff", project)
    assert touched in shown.stderr + shown.stdout, shown
    assert [ref["name"] for ref in modelled.get(f"/projects/{project}/branches")["items"]] == ["blueprint", "main"]
    steps = [
        (event["event"]["step"], event["event"]["status"])
        for event in modelled.events(project)
        if event["event"]["type"] == "step.ended.v1"
    ]
    assert steps[-8:] == [
        ("generate", "succeeded"), ("validate", "failed"), ("validate", "succeeded"), ("repair", "succeeded"), ("validate", "succeeded"),
        ("test", "succeeded"), ("generate", "succeeded"), ("preview", "succeeded"),
    ]  # fmt: skip
    undone = modelled.ended(modelled.say(project, "undo")["job"]["id"])
    assert undone["status"] == "succeeded"
    with modelled.http() as http:
        assert http.get(f"/api/v2/projects/{project}/files/backend/app/greeting.py").status_code == 404
        assert KEY not in json.dumps(modelled.events(project)) and before in json.dumps(modelled.events(project))


@pytest.mark.slow
def test_what_no_rule_can_read_is_planned_by_a_model_and_what_no_plan_can_say_is_done_to_the_code(
    provider: ScriptedProvider, modelled: Platform
) -> None:
    provider.script["m"].clear()
    empty = PLANNED | {"manifest": PLANNED["manifest"] | {"entities": []}}  # type: ignore[operator]
    provider.play("m", Say(json.dumps(empty)), Say(json.dumps(PLANNED)), reply(GOOD, TESTS))
    made = modelled.create(PROMPT)
    pottery = made["project"]["id"]
    job = modelled.ended(made["job"]["id"], timeout=150)
    told = said(modelled, pottery)
    assert job["status"] == "succeeded" and "Visitors are greeted with Ahoy. (scripted (m): 54 tokens)" in told, (job, told)
    assert "needs an entity" in json.dumps(provider.asked[-2][1]), "the model was told what was wrong with its first plan"
    assert modelled.get(f"/projects/{pottery}/manifest")["manifest"]["entities"][0]["name"] == "Pot"
    assert "Ahoy" in modelled.get(f"/projects/{pottery}/files/backend/app/greeting.py")["content"]
    (proposed,) = [item["event"] for item in modelled.events(pottery) if item["event"]["type"] == "code.proposed.v1"]
    shown = [part["name"] for part in proposed["context"]["included"] if part["kind"] == "file"]
    assert "backend/app/main.py" in shown and len(shown) == proposed["read"], "what the model was shown can be seen"


@pytest.mark.slow
def test_independent_tasks_are_written_at_the_same_time_and_all_land(provider: ScriptedProvider, modelled: Platform) -> None:
    provider.script["m"].clear()
    provider.most_open = 0
    farewell = GOOD.replace("greeting.py", "farewell.py").replace("greet", "part").replace("Ahoy", "Farewell")
    planned = PLANNED | {"tasks": [WISH, "part from every visitor with Farewell"], "independent": True}
    slow = [replace(reply(edit), pieces=10, pause=0.2) for edit in (GOOD, farewell)]
    provider.play("m", Say(json.dumps(planned)), *slow)
    made = modelled.create(PROMPT)
    job = modelled.ended(made["job"]["id"], timeout=150)
    pottery = made["project"]["id"]
    assert job["status"] == "succeeded" and provider.most_open == 2, (job, said(modelled, pottery), provider.most_open)
    assert "Ahoy" in modelled.get(f"/projects/{pottery}/files/backend/app/greeting.py")["content"]
    assert "Farewell" in modelled.get(f"/projects/{pottery}/files/backend/app/farewell.py")["content"]
    assert not modelled.get(f"/projects/{pottery}/proposals")["items"]
    merged = [item["event"] for item in modelled.events(pottery) if item["event"]["type"] == "code.proposed.v1"]
    assert [bool(event["base"]) for event in merged] == [False, False, True], (
        "the second was merged with the first, and judged, before it landed"
    )


@pytest.mark.slow
def test_what_is_wanted_from_now_on_is_told_to_models_and_of_two_ways_the_better_one_is_taken(
    provider: ScriptedProvider, modelled: Platform, project: str
) -> None:
    provider.script["m"].clear()
    kept = modelled.ended(modelled.say(project, "From now on write British English in comments.")["job"]["id"])
    assert kept["status"] == "succeeded" and "I keep that in mind" in said(modelled, project)
    entry = modelled.get(f"/projects/{project}/memory")["items"][-1]
    assert modelled.cli("memory", project, "Always greet politely", "--change", entry["id"]).returncode == 0
    provider.play("m", reply(FAILING, TESTS), reply(GOOD, TESTS))
    job = modelled.ended(modelled.say(project, f"try two ways: {WISH}")["job"]["id"], timeout=150)
    assert job["status"] == "succeeded", (job, said(modelled, project))
    assert "the best of 2 ways" in said(modelled, project)
    assert "Always greet politely" in json.dumps(provider.asked[-1][1]), "the wish is told"
    assert "Ahoy" in modelled.get(f"/projects/{project}/files/backend/app/greeting.py")["content"]
    branches = [ref["name"] for ref in modelled.get(f"/projects/{project}/branches")["items"]]
    assert [name for name in branches if name.startswith(f"proposals/{job['id']}")] == [f"proposals/{job['id']}"]
    decisions = [one["text"] for one in modelled.get(f"/projects/{project}/memory")["items"] if one["kind"] == "decision"]
    assert decisions and decisions[-1].startswith("Visitors are greeted with Ahoy.")
    assert modelled.ended(modelled.say(project, "undo")["job"]["id"])["status"] == "succeeded"


@pytest.mark.parametrize(
    ("acts", "code"),
    [
        ([reply(UNSOUND)] * 4, "proposal_unsound"),
        ([reply(FAILING, TESTS)] * 3, "proposal_unsound"),
        ([reply('<file path="../outside.py">\nx = 1\n</file>\n')] * 3, "proposal_unsound"),
        ([reply('<file path=".barnraise/manifest.json">\n{}\n</file>\n')] * 3, "proposal_unsound"),
        ([reply('<delete path="README.md"/>\n')], "approval_needed"),
        ([reply(GOOD, TESTS)], None),
    ],
    ids=["unsound", "failing", "outside", "manifest", "deletes", "words"],
)
@pytest.mark.slow
def test_what_is_not_good_never_reaches_main(wish: Any, modelled: Platform, project: str, acts: list[Act], code: str | None) -> None:
    before = main_of(modelled, project)
    job = wish(*acts) if code else wish(Say("Which visitors do you mean?"))
    assert job["status"] == "needs_input", (job, said(modelled, project))
    assert (job["problem"] or {}).get("code") == code
    assert main_of(modelled, project) == before
    assert "othing was changed" in said(modelled, project)


@pytest.mark.slow
def test_what_waits_for_a_person_is_merged_by_one_exactly_as_it_was_seen(wish: Any, modelled: Platform, project: str) -> None:
    job = wish(reply('<delete path="README.md"/>\n'))
    (waiting,) = [item for item in modelled.get(f"/projects/{project}/proposals")["items"] if item["job_id"] == job["id"]]
    assert waiting["waits"]["code"] == "approval_needed" and waiting["checks"]["passed"] and waiting["tests"]["passed"]
    shown = modelled.get(f"/projects/{project}/diff", **{"from": waiting["base"], "to": waiting["commit"]["commit"]})
    assert [(file["path"], file["change"]) for file in shown["files"]] == [("README.md", "deleted")]
    used = modelled.get(f"/jobs/{job['id']}/usage")
    assert (used["calls"], used["input"], used["output"], used["cached"], used["open"]) == (1, 11, 7, 4, 0)
    before, where = main_of(modelled, project), f"/api/v2/projects/{project}/proposals/{waiting['branch']}"
    with modelled.http() as http:
        other = http.post(f"{where}/merge", json={"commit": waiting["base"]}).json()["job"]["id"]
        assert modelled.ended(other)["problem"]["code"] == "version_conflict" and main_of(modelled, project) == before
        merged = http.post(f"{where}/merge", json={"commit": waiting["commit"]["commit"]}).json()["job"]["id"]
        assert modelled.ended(merged, timeout=120)["status"] == "succeeded"
        assert http.get(f"/api/v2/projects/{project}/files/README.md").status_code == 404
        for item in modelled.get(f"/projects/{project}/proposals")["items"]:
            discarded = http.post(
                f"/api/v2/projects/{project}/proposals/{item['branch']}/discard", json={"commit": item["commit"]["commit"]}
            )
            assert discarded.status_code == 204, discarded.text
        assert modelled.get(f"/projects/{project}/proposals")["items"] == []
        undone = http.post(f"/api/v2/projects/{project}/undo").json()["job"]["id"]
        assert modelled.ended(undone, timeout=120)["status"] == "succeeded"


@pytest.mark.slow
def test_a_provider_that_is_down_costs_one_answer_and_nothing_else(wish: Any, modelled: Platform, project: str) -> None:
    before = main_of(modelled, project)
    job = wish(otherwise=Refuse(401, "Incorrect API key provided."))
    assert job["status"] == "needs_input" and job["problem"]["code"] == "no_model", job
    assert main_of(modelled, project) == before
    assert KEY not in said(modelled, project)
    by_plan = modelled.ended(modelled.say(project, "add a height to plants")["job"]["id"])
    assert by_plan["status"] == "succeeded", "what plans can say needs no model"


def test_a_project_has_models_and_budgets_of_its_own(wish: Any, modelled: Platform, project: str, provider: ScriptedProvider) -> None:
    where = f"/api/v2/projects/{project}"
    own = {"name": "own", "vendor": "compatible", "model": "a", "url": f"{provider.url}/v1"}
    with modelled.http() as http:
        verdict = http.post(f"{where}/models/test", json={"settings": own | {"model": "zz"}, "key": KEY}).json()
        assert not verdict["ok"] and "has no model zz" in verdict["sentence"], verdict
        saved = http.put(f"{where}/models/own", json={"settings": own, "key": KEY})
        assert saved.status_code == 200 and KEY not in saved.text, saved.text
        assert [(one["settings"]["name"], one["origin"]) for one in saved.json()["models"]] == [("own", "project"), ("scripted", "file")]
        assert http.post(f"{where}/models/test", json={"settings": own}).json()["ok"], "with the key that is kept"
        moved = http.post(f"{where}/models/test", json={"settings": own | {"url": "https://elsewhere.example/v1"}})
        assert moved.status_code == 422 and "goes nowhere else" in moved.json()["detail"]
        wrong = http.put(f"{where}/models/own", json={"settings": own | {"tasks": ["magic"]}, "key": KEY})
        assert wrong.status_code == 422 and KEY not in wrong.text
        before = provider.asked_for("a")
        provider.play("a", Say("Which visitors do you mean?"))
        assert wish()["status"] == "needs_input" and said(modelled, project).startswith("Which visitors")
        assert provider.asked_for("a") == before + 1, "its own model was asked, and not the operator's"
        assert http.put(f"{where}/budgets", json={"budgets": {"job": {"tokens": 1}}}).json()["own_budgets"]
        assert wish()["problem"]["code"] == "limit_exceeded"
        assert http.put(f"{where}/budgets", json={"budgets": None}).status_code == 200
        assert http.delete(f"{where}/models/own").status_code == 204
    assert KEY not in json.dumps(modelled.events(project))
    assert (modelled.home / "secrets.key").stat().st_mode & 0o777 == 0o600


def test_no_log_knows_the_key(modelled: Platform) -> None:
    with contextlib.suppress(FileNotFoundError):
        for log in (modelled.home / "logs").iterdir():
            assert KEY not in log.read_text(errors="replace"), log
