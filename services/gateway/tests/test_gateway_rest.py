"""The REST surface: what is answered, and what is kept and announced for it."""

import asyncio
import base64
import json
from decimal import Decimal

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from barnraise.chassis.clock import now
from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.commands import CancelJob, DropCode, DropPreview, DropProject, ResolveJob, RetryJob, StartJob
from barnraise.contracts.conflicts import FileConflict, Hunk
from barnraise.contracts.diagnostics import TestReport as Report
from barnraise.contracts.events import (
    CodeChanged,
    CodeProposed,
    CommitCreated,
    CommitTested,
    CommitValidated,
    Decision,
    FileChange,
    JobEnded,
    JobQueued,
    JobStarted,
    MergeConflicted,
    MessagePosted,
    PlanMade,
    PreviewReady,
    PreviewStopped,
    PreviewTroubled,
    ProjectCreated,
    ProjectDeleted,
    ProjectRenamed,
    StepEnded,
    StepStarted,
)
from barnraise.contracts.impact import GetImpact, Impact, TouchedSymbol
from barnraise.contracts.manifest import Manifest
from barnraise.contracts.memory import Memory
from barnraise.contracts.operations import BusState, Replayed, ServiceState, Spender, Spenders
from barnraise.contracts.problems import Problem
from barnraise.contracts.requests import (
    ChangeRef,
    DescribeBus,
    DescribeModels,
    DescribeSandbox,
    FilesWritten,
    ForgetMemory,
    GetMemory,
    GetPreview,
    GetSpenders,
    GetStatistics,
    GetTrace,
    ModelsState,
    ModelState,
    PreviewState,
    ProjectMemory,
    RefState,
    ReplayDeadLetter,
    SandboxState,
    SetMemory,
    StartPreview,
    Statistics,
    StopPreview,
    Trace,
    WriteFiles,
)

COMMIT = "a" * 40
PROMPT = "Track plants: plants have a name and a planting date."


async def create(api: httpx.AsyncClient, prompt: str = PROMPT, **more) -> dict:
    answer = await api.post("/api/v2/projects", json={"prompt": prompt, **more})
    assert answer.status_code == 202, answer.text
    return answer.json()


def about(made: dict, kind, name: str, **more):
    """An event of the project's job."""
    return kind(id=f"{made['job']['id']}:{name}", project_id=made["project"]["id"], job_id=made["job"]["id"], at=now(), **more)


def manifest(name: str = "plants", title: str = "Plants") -> Manifest:
    field = {"name": "name", "label": "Name", "type": "string"}
    entity = {"name": "Plant", "label": "Plant", "plural_label": "Plants", "fields": [field]}
    return Manifest.model_validate({"name": name, "title": title, "entities": [entity]})


DECISION = Decision(intent="create", reasons=("It names things.",))


async def test_a_prompt_is_accepted_kept_and_announced(world, api) -> None:
    made = await create(api)
    project, job, message = made["project"], made["job"], made["message"]
    assert project["name"] == "Track plants"
    assert project["status"] == "building"
    assert (job["status"], job["ahead"], job["action"], job["text"]) == ("queued", 0, "message", PROMPT)
    assert (message["role"], message["text"], message["job_id"]) == ("user", PROMPT, job["id"])
    kinds = [type(item) for item in world.bus.announced]
    assert kinds == [ProjectCreated, MessagePosted, StartJob]
    start = world.bus.announced[2]
    assert (start.id, start.job_id, start.position, start.text, start.name) == (job["id"], job["id"], 0, PROMPT, None)
    assert (await api.get(f"/api/v2/projects/{project['id']}")).json() == project
    assert (await api.get(f"/api/v2/jobs/{job['id']}")).json() == job
    assert (await api.get(f"/api/v2/projects/{project['id']}/messages")).json()["items"] == [message]
    assert (await api.get(f"/api/v2/projects/{project['id']}/jobs")).json()["items"] == [job]


async def test_a_given_name_is_kept_as_text_and_handed_on(world, api) -> None:
    made = await create(api, name="  <script>alert(1)</script> ")
    assert made["project"]["name"] == "<script>alert(1)</script>"
    assert world.bus.announced[2].name == "<script>alert(1)</script>"


async def test_a_message_while_a_job_runs_waits_behind_it(world, api) -> None:
    made = await create(api)
    first = await api.post(f"/api/v2/projects/{made['project']['id']}/messages", json={"text": "add a height"})
    second = await api.post(f"/api/v2/projects/{made['project']['id']}/undo", json={})
    assert first.status_code == second.status_code == 202
    assert (first.json()["job"]["ahead"], second.json()["job"]["ahead"]) == (1, 2)
    assert [item.position for item in world.bus.announced if isinstance(item, StartJob)] == [0, 1, 2]
    assert second.json()["job"]["action"] == "undo"
    await world.tell(about(made, JobEnded, "ended", status="succeeded", summary="Done."))
    assert (await api.get(f"/api/v2/jobs/{second.json()['job']['id']}")).json()["ahead"] == 1


async def test_events_become_the_job_and_the_project(world, api) -> None:
    made = await create(api)
    project_id, job_id = made["project"]["id"], made["job"]["id"]
    report = Report(passed=3, failed=0, skipped=1, seconds=0.5)
    for event in (
        about(made, JobQueued, "queued", action="message", ahead=0),
        about(made, JobStarted, "started", action="message"),
        about(made, StepStarted, "s1", step="plan", round=1),
        about(made, PlanMade, "plan", decision=DECISION, summary="Plants.", manifest=manifest()),
        about(made, StepEnded, "e1", step="plan", round=1, status="succeeded", seconds=0.5),
        about(made, StepStarted, "s2", step="validate", round=1),
        about(made, StepEnded, "e2", step="validate", round=1, status="failed", seconds=0.25),
        about(made, StepStarted, "s3", step="validate", round=2),
        about(made, StepEnded, "e3", step="validate", round=2, status="succeeded", seconds=0.25),
        about(made, CommitCreated, "commit", commit=COMMIT, origin="compile", summary="Plants"),
        about(made, CommitValidated, "validated", commit=COMMIT, passed=True, score=100, diagnostics=(), tools=()),
        about(made, StepStarted, "s4", step="test", round=1),
        about(made, CommitTested, "tested", commit=COMMIT, passed=True, verdict="exited", report=report),
        about(made, PreviewReady, "shown", preview_id="pv1", commit=COMMIT, host="abc", enforced=("network",)),
    ):
        last = await world.tell(event)
    running = (await api.get(f"/api/v2/jobs/{job_id}")).json()
    assert running["status"] == "running"
    assert [(step["step"], step["round"], step["status"]) for step in running["steps"]] == [
        ("plan", 1, "succeeded"),
        ("validate", 1, "failed"),
        ("validate", 2, "succeeded"),
        ("test", 1, "running"),
    ]
    assert running["tests"] == {"passed": 3, "failed": 0, "skipped": 1}
    assert running["timings"] == {"plan": 0.5, "generate": None, "validate": 0.5, "test": None, "preview": None, "total": None}
    assert running["preview_url"] == "http://abc.localhost:7700/"
    project = (await api.get(f"/api/v2/projects/{project_id}")).json()
    assert (project["status"], project["commit"], project["last_seq"]) == ("building", COMMIT, last)

    await world.tell(about(made, MessagePosted, "said", role="assistant", text="Here it is."))
    await world.tell(about(made, JobEnded, "ended", status="succeeded", summary="Made it.", commit=COMMIT))
    ended = (await api.get(f"/api/v2/projects/{project_id}")).json()
    assert (ended["status"], ended["preview_url"]) == ("ready", "http://abc.localhost:7700/")
    assert ended["job"]["summary"] == "Made it."
    assert ended["job"]["timings"]["total"] > 0
    turns = (await api.get(f"/api/v2/projects/{project_id}/messages")).json()["items"]
    assert [(turn["role"], turn["text"]) for turn in turns] == [("user", PROMPT), ("assistant", "Here it is.")]
    tests = (await api.get(f"/api/v2/projects/{project_id}/tests")).json()
    assert (tests["passed"], tests["report"]["passed"]) == (True, 3)
    assert (await api.get(f"/api/v2/projects/{project_id}/checks")).json()["score"] == 100
    await world.tell(about(made, PreviewStopped, "stopped", preview_id="pv1", reason="idle"))
    assert (await api.get(f"/api/v2/projects/{project_id}")).json()["preview_url"] is None


async def test_the_manifest_is_the_one_that_the_code_stands_for(world, api, check_problem) -> None:
    made = await create(api)
    where = f"/api/v2/projects/{made['project']['id']}/manifest"
    check_problem(await api.get(where), 404, "not_found")
    await world.tell(about(made, PlanMade, "plan", decision=DECISION, summary="First.", manifest=manifest("first")))
    assert (await api.get(where)).json()["manifest"]["name"] == "first"
    await world.tell(about(made, CodeChanged, "code", commit=COMMIT, changed=True, manifest=manifest("first")))
    await world.tell(about(made, PlanMade, "plan2", decision=DECISION, summary="Second.", manifest=manifest("second")))
    planned = (await api.get(where)).json()
    assert (planned["manifest"]["name"], planned["summary"]) == ("first", "Second.")
    await world.tell(about(made, CodeChanged, "undone", commit=COMMIT, changed=True, manifest=manifest("undone")))
    assert (await api.get(where)).json()["manifest"]["name"] == "undone"


async def test_a_job_that_the_planner_made_appears(world, api) -> None:
    made = await create(api)
    event = JobQueued(id="check1:queued", project_id=made["project"]["id"], job_id="check1", at=now(), action="check", ahead=1)
    await world.tell(event)
    job = (await api.get("/api/v2/jobs/check1")).json()
    assert (job["action"], job["status"], job["ahead"], job["trace_id"]) == ("check", "queued", 1, None)


async def test_cancel_asks_for_the_end_of_active_jobs_only(world, api, check_problem) -> None:
    made = await create(api)
    where = f"/api/v2/jobs/{made['job']['id']}/cancel"
    assert (await api.post(where)).status_code == 202
    assert isinstance(world.bus.announced[-1], CancelJob)
    await world.tell(about(made, JobEnded, "ended", status="cancelled", summary="Cancelled."))
    check_problem(await api.post(where), 409, "job_not_running")


async def test_a_failed_job_is_queued_again_by_retry_and_not_ended_by_an_old_end(world, api, check_problem) -> None:
    made = await create(api)
    where = f"/api/v2/jobs/{made['job']['id']}"
    check_problem(await api.post(f"{where}/retry"), 409, "job_not_retryable")
    ended = about(made, JobEnded, "ended", status="failed", summary="No.")
    seq = await world.tell(ended)
    answer = await api.post(f"{where}/retry")
    assert (answer.status_code, answer.json()["status"], answer.json()["ended_at"]) == (202, "queued", None)
    assert isinstance(world.bus.announced[-1], RetryJob)
    check_problem(await api.post(f"{where}/retry"), 409, "job_not_retryable")
    await (await world.gateway.projector.apply(ended, seq)).effect(None)
    assert (await api.get(where)).json()["status"] == "queued"
    await world.tell(about(made, JobStarted, "again", action="message"))
    assert (await api.get(where)).json()["status"] == "running"


HUNKS = tuple(Hunk(id=f"{number}" * 16, line=number, base="a\n", mine="m\n", theirs=None) for number in (1, 2))
IN_CONFLICT = Problem(code="merge_conflict", detail="It meets an edit.", next="Choose.")


async def in_conflict(world, api) -> str:
    """A job that waits for choices in two places; its path."""
    made = await create(api)
    files = (FileConflict(path="a.py", hunks=HUNKS),)
    await world.tell(about(made, MergeConflicted, "conflict", paths=("a.py",), files=files))
    await world.tell(about(made, JobEnded, "ended", status="needs_input", summary="Choose.", problem=IN_CONFLICT))
    return f"/api/v2/jobs/{made['job']['id']}"


async def test_a_conflict_is_shown_and_settled_by_choices(world, api, check_problem) -> None:
    where = await in_conflict(world, api)
    shown = (await api.get(f"{where}/conflict")).json()
    assert [hunk["id"] for hunk in shown["files"][0]["hunks"]] == [hunk.id for hunk in HUNKS]
    assert (shown["paths"], shown["files"][0]["hunks"][0]["theirs"]) == (["a.py"], None)
    answer = await api.post(f"{where}/resolve", json={"choices": [{"hunk": HUNKS[1].id, "take": "both"}], "rest": "mine"})
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")
    command = world.bus.announced[-1]
    assert isinstance(command, ResolveJob)
    assert {choice.hunk: choice.take for choice in command.choices} == {HUNKS[0].id: "mine", HUNKS[1].id: "both"}
    check_problem(await api.get(f"{where}/conflict"), 409, "job_not_resolvable")
    check_problem(await api.post(f"{where}/resolve", json={"rest": "mine"}), 409, "job_not_resolvable")


@pytest.mark.parametrize(
    "body",
    [{}, {"choices": [{"hunk": "f" * 16, "take": "mine"}]}, {"rest": "ours"}, {"choices": [{"hunk": HUNKS[0].id, "take": "x"}]}],
)
async def test_choices_that_are_none_are_refused_and_the_job_still_waits(world, api, check_problem, body) -> None:
    where = await in_conflict(world, api)
    check_problem(await api.post(f"{where}/resolve", json=body), 422, "invalid_request")
    assert (await api.get(where)).json()["status"] == "needs_input"


async def test_an_older_conflict_can_still_be_settled_when_a_newer_one_has_come(world, api) -> None:
    where = await in_conflict(world, api)
    project = (await api.get(where)).json()["project_id"]
    other = (await api.post(f"/api/v2/projects/{project}/messages", json={"text": "rename it"})).json()
    files = (FileConflict(path="b.py", hunks=(HUNKS[0].model_copy(update={"id": "b" * 16}),)),)
    later = {"project": {"id": project}, "job": other["job"]}
    await world.tell(about(later, MergeConflicted, "conflict", paths=("b.py",), files=files))
    await world.tell(about(later, JobEnded, "ended", status="needs_input", summary="Choose.", problem=IN_CONFLICT))
    for job, path in ((where, "a.py"), (f"/api/v2/jobs/{other['job']['id']}", "b.py")):
        assert (await api.get(f"{job}/conflict")).json()["paths"] == [path]
        assert (await api.post(f"{job}/resolve", json={"rest": "mine"})).status_code == 202


async def test_a_job_without_a_conflict_has_nothing_to_choose(world, api, check_problem) -> None:
    made = await create(api)
    check_problem(await api.get(f"/api/v2/jobs/{made['job']['id']}/conflict"), 409, "job_not_resolvable")
    check_problem(await api.get("/api/v2/jobs/nosuch/conflict"), 404, "not_found")
    check_problem(await api.post("/api/v2/jobs/nosuch/resolve", json={"rest": "mine"}), 404, "not_found")


async def test_restore_starts_a_job_that_knows_its_commit_for_good(world, api, check_problem) -> None:
    made = await create(api)
    where = f"/api/v2/projects/{made['project']['id']}/restore"
    job = (await api.post(where, json={"commit": COMMIT})).json()["job"]
    assert job["action"] == "restore"
    command = world.bus.announced[-1]
    assert isinstance(command, StartJob)
    assert (command.action, command.commit) == ("restore", COMMIT)
    await world.gateway.jobs.republish(older=0)
    assert {told.commit for told in world.bus.announced if isinstance(told, StartJob) and told.id == job["id"]} == {COMMIT}
    check_problem(await api.post(where, json={"commit": "main"}), 422, "invalid_request")


async def test_undoing_a_step_starts_a_job_that_knows_the_step_for_good(world, api, check_problem) -> None:
    where = f"/api/v2/projects/{(await create(api))['project']['id']}/steps"
    job = (await api.post(f"{where}/{COMMIT}/undo")).json()["job"]
    assert job["action"] == "undo"
    await world.gateway.jobs.republish(older=0)
    assert {told.commit for told in world.bus.announced if isinstance(told, StartJob) and told.id == job["id"]} == {COMMIT}
    check_problem(await api.post(f"{where}/main/undo"), 422, "invalid_request")
    check_problem(await api.post(f"/api/v2/projects/nosuch/steps/{COMMIT}/undo"), 404, "not_found")


async def test_tags_are_made_listed_and_taken_away(world, api, check_problem) -> None:
    project = (await create(api))["project"]["id"]
    where = f"/api/v2/projects/{project}/tags"
    commit = world.code.put(project, {"a.txt": b"1\n"})

    def change(request: ChangeRef) -> RefState:
        if request.ref == "tags/bad":
            raise BarnraiseError("name_invalid", "It cannot be a name.", "Use another one.")
        world.code.named = {request.ref: request.new} if request.new else {}
        return RefState(ref=request.ref, commit=request.new)

    world.bus.answers[ChangeRef] = change
    made = await api.post(where, json={"name": "v1.0"}, headers={"Idempotency-Key": "k"})
    assert (made.status_code, made.json()["name"], made.json()["commit"]["commit"]) == (201, "v1.0", commit)
    again = await api.post(where, json={"name": "v1.0"}, headers={"Idempotency-Key": "k"})
    assert (again.json(), again.headers["idempotency-replayed"]) == (made.json(), "true")
    assert [(asked.ref, asked.old, asked.new) for asked in world.bus.asked] == [("tags/v1.0", None, commit)]
    assert [item["name"] for item in (await api.get(where)).json()["items"]] == ["v1.0"]
    assert (await api.delete(f"{where}/v1.0")).status_code == 204
    assert (world.bus.asked[-1].old, world.bus.asked[-1].new) == (commit, None)
    check_problem(await api.delete(f"{where}/v1.0"), 404, "not_found")
    check_problem(await api.post(where, json={"name": "bad"}), 422, "name_invalid")
    check_problem(await api.post(where, json={"name": "v2", "commit": "nosuch"}), 404, "not_found")
    check_problem(await api.post(where, json={"name": ""}), 422, "invalid_request")
    check_problem(await api.get("/api/v2/projects/nosuch/tags"), 404, "not_found")


async def test_a_proposal_waits_with_its_reason_and_is_merged_as_it_was_seen_or_put_aside(world, api, check_problem) -> None:
    made = await create(api)
    project, job_id = made["project"]["id"], made["job"]["id"]
    where, branch = f"/api/v2/projects/{project}", f"proposals/{job_id}"
    base, commit = (world.code.put(project, {"a.txt": text}) for text in (b"1", b"2"))
    world.code.named = {branch: commit}
    files = (FileChange(path="a.txt", change="deleted", removed=1),)
    proposed = {"branch": branch, "commit": commit, "tree": commit, "changed": True, "text": "It is gone.", "files": files}
    touched = Impact(text="Removes `a`. No test reaches it.", symbols=(TouchedSymbol(path="a.txt", name="a", change="removed"),))
    proposed["impact"] = touched
    await world.tell(about(made, CodeProposed, "proposed", **proposed))
    checked = {"passed": True, "score": 98, "diagnostics": (), "tools": ()}
    await world.tell(about(made, CommitValidated, "checked", commit=commit, **checked))
    report = Report(passed=3, failed=0, skipped=0, seconds=1)
    await world.tell(about(made, CommitTested, "tested", commit=base, passed=True, verdict="exited", report=report))
    problem = Problem(code="approval_needed", detail="a.txt would be gone.", next="Merge it.")
    await world.tell(about(made, JobEnded, "ended", status="needs_input", summary="It waits.", problem=problem))
    (item,) = (await api.get(f"{where}/proposals")).json()["items"]
    assert (item["branch"], item["base"], item["text"], item["waits"]["code"]) == (branch, base, "It is gone.", "approval_needed")
    assert item["checks"] == {"passed": True, "score": 98, "errors": 0} and item["files"][0]["change"] == "deleted"
    assert item["impact"] == touched.model_dump(mode="json")
    world.bus.answers[GetImpact] = lambda asked: touched if (asked.base, asked.commit) == (base, commit) else Impact()
    between = {"from": base, "to": commit}
    assert (await api.get(f"{where}/impact", params=between)).json()["text"] == touched.text
    assert item["tests"] is None, "those of another commit say nothing of this one"
    await world.tell(about(made, CommitTested, "tested-2", commit=commit, passed=True, verdict="exited", report=report))
    assert (await api.get(f"{where}/proposals")).json()["items"][0]["tests"]["passed"] == 3
    job = (await api.post(f"{where}/proposals/{branch}/merge", json={"commit": commit})).json()["job"]
    assert (job["action"], world.bus.announced[-1].source, world.bus.announced[-1].commit) == ("merge", branch, commit)
    world.bus.answers[ChangeRef] = lambda request: RefState(ref=request.ref, commit=request.new)
    check_problem(await api.post(f"{where}/proposals/{branch}/discard", json={"commit": base}), 409, "version_conflict")
    assert (await api.post(f"{where}/proposals/{branch}/discard", json={"commit": commit})).status_code == 204
    moved = [(asked.ref, asked.old, asked.new) for asked in world.bus.asked[-2:]]
    assert moved == [(f"tags/discarded/{branch}", None, commit), (branch, commit, None)], "kept under a name before the branch goes"
    for name in ("proposals/nobody", "main"):
        check_problem(await api.post(f"{where}/proposals/{name}/merge", json={"commit": commit}), 404, "not_found")


async def test_branches_begin_are_written_to_merged_and_deleted(world, api, check_problem) -> None:
    project = (await create(api))["project"]["id"]
    where = f"/api/v2/projects/{project}"
    commit = world.code.put(project, {"a.txt": b"1\n"})

    def change(request: ChangeRef) -> RefState:
        world.code.named = {request.ref: request.new} if request.new else {}
        return RefState(ref=request.ref, commit=request.new)

    world.bus.answers[ChangeRef] = change
    world.bus.answers[WriteFiles] = lambda request: FilesWritten(commit=commit, changed=True)
    made = await api.post(f"{where}/branches", json={"name": "idea/dark"})
    assert (made.status_code, made.json()["name"], made.json()["commit"]["commit"]) == (201, "idea/dark", commit)
    assert [item["name"] for item in (await api.get(f"{where}/branches")).json()["items"]] == ["idea/dark"]
    await api.put(f"{where}/files/a.txt", params={"branch": "idea/dark"}, json={"content": "2", "base": commit})
    assert world.bus.asked[-1].branch == "idea/dark"
    job = (await api.post(f"{where}/branches/idea/dark/merge")).json()["job"]
    assert (job["action"], world.bus.announced[-1].source) == ("merge", "idea/dark")
    assert (await api.delete(f"{where}/branches/idea/dark")).status_code == 204
    assert (world.bus.asked[-1].ref, world.bus.asked[-1].old, world.bus.asked[-1].new) == ("idea/dark", commit, None)
    for refused in (
        api.delete(f"{where}/branches/idea/dark"),
        api.post(f"{where}/branches/idea/dark/merge"),
        api.delete(f"{where}/branches/tags/x"),
    ):
        check_problem(await refused, 404, "not_found")
    check_problem(await api.post(f"{where}/branches", json={"name": "tags/x"}), 422, "name_invalid")


async def test_blame_tells_the_step_of_each_run_of_lines(world, api, check_problem) -> None:
    project = (await create(api))["project"]["id"]
    commit = world.code.put(project, {"docs/a b.txt": b"1\n2\n"})
    told = (await api.get(f"/api/v2/projects/{project}/blame/docs/a b.txt")).json()
    assert (told["path"], told["commit"]) == ("docs/a b.txt", commit)
    assert [(run["line"], run["count"], run["commit"], run["origin"]) for run in told["items"]] == [(1, 2, commit, "compile")]
    check_problem(await api.get(f"/api/v2/projects/{project}/blame/nothing"), 404, "not_found")
    check_problem(await api.get("/api/v2/projects/nosuch/blame/a"), 404, "not_found")


async def test_a_clone_is_a_project_of_its_own_with_a_job_that_brings_the_code(world, api, check_problem) -> None:
    source = (await create(api, name="Garden"))["project"]["id"]
    where = f"/api/v2/projects/{source}/clone"
    check_problem(await api.post(where, json={}), 404, "not_found")
    commit = world.code.put(source, {"a.txt": b"1"})
    made = await api.post(where, json={}, headers={"Idempotency-Key": "k"})
    assert (made.status_code, made.json()["project"]["name"], made.json()["job"]["action"]) == (202, "Garden (copy)", "clone")
    assert (await api.post(where, json={}, headers={"Idempotency-Key": "k"})).json() == made.json()
    project = made.json()["project"]["id"]
    created, start = world.bus.announced[-2:]
    assert (created.project_id, start.project_id, start.source, start.commit) == (project, project, source, None)
    assert project != source
    await api.post(where, json={"name": "Then", "commit": "main"})
    assert (world.bus.announced[-1].source, world.bus.announced[-1].commit) == (source, commit)
    check_problem(await api.post(where, json={"name": " "}), 422, "name_invalid")
    check_problem(await api.post(where, json={"commit": "nosuch"}), 404, "not_found")
    check_problem(await api.post("/api/v2/projects/nosuch/clone", json={}), 404, "not_found")


async def test_a_file_is_stored_before_its_job_is_accepted_and_goes_when_it_has_served(world, api, check_problem) -> None:
    data = b"PK\x03\x04" + bytes(range(256)) * 20_000  # more than any other body may have
    answer = await api.post("/api/v2/projects/import", content=data, params={"name": "Shop"}, headers={"Idempotency-Key": "k"})
    made = answer.json()
    assert (answer.status_code, made["project"]["name"], made["job"]["action"]) == (202, "Shop", "import")
    upload = f"uploads/{made['project']['id']}"
    assert (world.bus.announced[-1].source, world.uploads.objects) == (upload, {upload: data})
    again = await api.post("/api/v2/projects/import", content=data, params={"name": "Shop"}, headers={"Idempotency-Key": "k"})
    assert (again.json(), list(world.uploads.objects)) == (made, [upload])
    await world.tell(about(made, JobEnded, "failed", status="failed", summary="No."))
    assert list(world.uploads.objects) == [upload]
    await world.tell(about(made, JobEnded, "ended", status="succeeded", summary="Yes."))
    assert world.uploads.objects == {}


async def test_what_is_no_project_file_is_refused_at_once(world, api, check_problem) -> None:
    where = "/api/v2/projects/import"
    for data in (b"", b"%PDF-1.7", b"PK"):
        check_problem(await api.post(where, content=data), 415, "unsupported_media_type")
    check_problem(await api.post(where, content=b"PK\x03\x04", params={"name": "a\nb"}), 422, "name_invalid")
    check_problem(await api.post(where, content=b"PK\x03\x04" + b"x" * (32 << 20)), 413, "too_large")
    assert (world.uploads.objects, world.bus.announced) == ({}, [])


async def test_a_plan_that_came_with_the_code_is_shown(world, api, check_problem) -> None:
    made = (await api.post("/api/v2/projects/import", content=b"PK\x03\x04")).json()
    where = f"/api/v2/projects/{made['project']['id']}/manifest"
    check_problem(await api.get(where), 404, "not_found")
    await world.tell(about(made, CodeChanged, "code", commit=COMMIT, changed=True, manifest=manifest()))
    assert (await api.get(where)).json()["decision"]["reasons"] == ["The plan came with the code."]


async def test_rename(world, api, check_problem) -> None:
    made = await create(api)
    where = f"/api/v2/projects/{made['project']['id']}"
    assert (await api.patch(where, json={"name": "Garden"})).json()["name"] == "Garden"
    assert isinstance(world.bus.announced[-1], ProjectRenamed)
    check_problem(await api.patch(where, json={"name": " "}), 422, "name_invalid")
    check_problem(await api.patch("/api/v2/projects/nosuch", json={"name": "Garden"}), 404, "not_found")


async def test_a_project_that_nobody_named_follows_its_application_s_title(world, api) -> None:
    made = await create(api)
    where = f"/api/v2/projects/{made['project']['id']}"
    event = about(made, CodeChanged, "code", commit=COMMIT, changed=True, manifest=manifest(title="Green House"))
    await world.tell(event)
    assert (await api.get(where)).json()["name"] == "Green House"
    assert [(said.id, said.name) for said in world.said] == [(f"{event.id}:named", "Green House")]
    await api.patch(where, json={"name": "Mine"})
    await world.tell(about(made, CodeChanged, "again", commit=COMMIT, changed=True, manifest=manifest(title="Other")))
    assert (await api.get(where)).json()["name"] == "Mine"


async def test_a_project_that_was_named_keeps_its_name(world, api) -> None:
    made = await create(api, name="Jungle")
    await world.tell(about(made, CodeChanged, "code", commit=COMMIT, changed=True, manifest=manifest()))
    assert (await api.get(f"/api/v2/projects/{made['project']['id']}")).json()["name"] == "Jungle"
    assert world.said == []


async def test_a_deleted_project_is_gone_and_everybody_is_told(world, api, check_problem) -> None:
    made = await create(api, name="Same")
    project_id = made["project"]["id"]
    where = f"/api/v2/projects/{project_id}"
    assert (await api.delete(where)).status_code == 204
    told = world.bus.announced[-4:]
    assert [type(item) for item in told] == [DropProject, DropPreview, DropCode, ProjectDeleted]
    assert all(item.project_id == project_id for item in told)
    for path in ("", "/messages", "/jobs", "/files", "/manifest", "/events", "/preview", "/export"):
        check_problem(await api.get(f"{where}{path}"), 404, "not_found")
    check_problem(await api.delete(where), 404, "not_found")
    check_problem(await api.post(f"{where}/messages", json={"text": "more"}), 404, "not_found")
    check_problem(await api.get(f"/api/v2/jobs/{made['job']['id']}"), 410, "project_deleted")
    check_problem(await api.post(f"/api/v2/jobs/{made['job']['id']}/cancel"), 410, "project_deleted")
    await world.tell(about(made, JobEnded, "ended", status="cancelled", summary="Late."))
    assert (await api.get("/api/v2/projects")).json()["items"] == []
    assert (await create(api, name="Same"))["project"]["name"] == "Same"


async def test_files_are_read_as_json_and_as_bytes(world, api, check_problem) -> None:
    made = await create(api)
    where = f"/api/v2/projects/{made['project']['id']}/files"
    assert (await api.get(where)).json() == {"commit": None, "items": []}
    commit = world.code.put(made["project"]["id"], {"README.md": b"# Plants\n", "logo.bin": b"\xff\x00"})
    assert [item["path"] for item in (await api.get(where)).json()["items"]] == ["README.md", "logo.bin"]
    text = await api.get(f"{where}/README.md")
    assert (text.json()["content"], text.json()["encoding"], text.json()["commit"]) == ("# Plants\n", "utf-8", commit)
    binary = (await api.get(f"{where}/logo.bin")).json()
    assert (base64.b64decode(binary["content"]), binary["encoding"]) == (b"\xff\x00", "base64")
    raw = await api.get(f"{where}/logo.bin", headers={"Accept": "application/octet-stream"})
    assert (raw.content, raw.headers["content-type"]) == (b"\xff\x00", "application/octet-stream")
    assert raw.headers["content-disposition"].startswith("attachment;")
    again = await api.get(f"{where}/README.md", headers={"If-None-Match": text.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = await api.get(f"{where}/README.md", headers={"If-None-Match": raw.headers["etag"]})
    assert other.status_code == 200
    check_problem(await api.get(f"{where}/nosuch.md"), 404, "not_found")
    check_problem(await api.get(f"{where}/%2E%2E/up"), 422, "path_invalid")


async def test_a_file_is_written_through_codegen(world, api, check_problem) -> None:
    made = await create(api)
    where = f"/api/v2/projects/{made['project']['id']}/files/web/App.tsx"
    check_problem(await api.put(where, json={"content": "x", "base": COMMIT}), 503, "unavailable")
    world.bus.answers[WriteFiles] = lambda _: FilesWritten(commit="b" * 40, changed=True)
    written = await api.put(where, json={"content": "é", "base": COMMIT}, headers={"Idempotency-Key": "k1"})
    assert written.json() == {"commit": "b" * 40, "changed": True}
    asked = world.bus.asked[-1]
    assert (asked.base, asked.files[0].path, base64.b64decode(asked.files[0].content)) == (COMMIT, "web/App.tsx", "é".encode())
    await api.put(where, json={"content": "é", "base": COMMIT}, headers={"Idempotency-Key": "k1"})
    assert world.bus.asked[-1].id == asked.id
    await api.put(where, json={"content": base64.b64encode(b"\xff").decode(), "encoding": "base64", "base": COMMIT})
    assert world.bus.asked[-1].id != asked.id
    assert base64.b64decode(world.bus.asked[-1].files[0].content) == b"\xff"
    assert (await api.delete(where, params={"base": COMMIT})).status_code == 200
    assert world.bus.asked[-1].files[0].content is None
    check_problem(await api.put(where, json={"content": "!", "encoding": "base64", "base": COMMIT}), 422, "invalid_request")
    check_problem(await api.put(where, json={"content": "x", "base": "HEAD"}), 422, "invalid_request")
    check_problem(await api.delete(where), 422, "invalid_request")
    check_problem(await api.put(where, json={"content": "x" * (2 << 20) + "x", "base": COMMIT}), 413, "too_large")


async def test_history_diff_and_export(world, api, check_problem) -> None:
    made = await create(api)
    where = f"/api/v2/projects/{made['project']['id']}"
    assert (await api.get(f"{where}/commits")).json() == {"items": [], "next_cursor": None, "has_more": False}
    check_problem(await api.get(f"{where}/export"), 404, "not_found")
    commits = [world.code.put(made["project"]["id"], {"a": b"%d" % number}) for number in range(5)]
    seen, cursor = [], None
    while True:
        page = (await api.get(f"{where}/commits", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        seen += [item["commit"] for item in page["items"]]
        cursor = page["next_cursor"]
        if not page["has_more"]:
            break
    assert seen == commits[::-1]
    diff = (await api.get(f"{where}/diff", params={"from": commits[0], "to": commits[1]})).json()
    assert (diff["from"], diff["to"]) == (commits[0], commits[1])
    bundle = await api.get(f"{where}/export", params={"format": "bundle"})
    assert bundle.headers["content-disposition"] == "attachment; filename*=UTF-8''track-plants.bundle"
    check_problem(await api.get(f"{where}/export", params={"format": "tar"}), 422, "invalid_request")


async def test_previews_are_asked_for(world, api, check_problem) -> None:
    made = await create(api)
    where = f"/api/v2/projects/{made['project']['id']}/preview"
    check_problem(await api.get(where), 503, "unavailable")
    check_problem(await api.post(f"{where}/start"), 404, "not_found")
    commit = world.code.put(made["project"]["id"], {"a": b""})
    for kind in (GetPreview, StartPreview):
        world.bus.answers[kind] = lambda _: PreviewState(
            status="running", host="abc", commit=commit, enforced=("network",), accepted=("disk",), memory=9
        )
    world.bus.answers[StopPreview] = lambda _: PreviewState(status="stopped", host="abc")
    shown = {"status": "running", "url": "http://abc.localhost:7700/", "commit": commit, "enforced": ["network"], "memory": 9}
    shown |= {"detail": None, "trouble": None, "accepted": ["disk"]}
    assert (await api.get(where)).json() == shown
    assert (await api.post(f"{where}/start")).json() == shown
    assert world.bus.asked[-1].commit == commit
    assert (await api.post(f"{where}/stop")).json()["url"] is None


async def test_a_preview_tells_the_last_trouble_of_what_it_shows(world, api) -> None:
    made = await create(api)
    project_id, other = made["project"]["id"], "d" * 40
    state = PreviewState(status="running", project_id=project_id, host="abc", commit=COMMIT, enforced=())
    world.bus.answers[GetPreview] = lambda _: state
    said = {"preview_id": "abc", "source": "script", "text": "x is undefined", "detail": "at App", "where": "/#/a"}
    await world.tell(about(made, PreviewTroubled, "t1", commit=COMMIT, **said))
    shown = (await api.get(f"/api/v2/projects/{project_id}/preview")).json()["trouble"]
    assert shown == {"commit": COMMIT, "source": "script", "text": "x is undefined", "detail": "at App", "where": "/#/a"}
    state = state.model_copy(update={"commit": other})
    assert (await api.get(f"/api/v2/projects/{project_id}/preview")).json()["trouble"] is None


async def test_an_idempotency_key_starts_a_preview_once(world, api) -> None:
    made = await create(api)
    world.code.put(made["project"]["id"], {"a": b""})
    world.bus.answers[StartPreview] = lambda _: PreviewState(status="starting", host="abc")
    where = f"/api/v2/projects/{made['project']['id']}/preview/start"
    first = await api.post(where, headers={"Idempotency-Key": "start"})
    second = await api.post(where, headers={"Idempotency-Key": "start"})
    assert first.content == second.content
    assert second.headers["idempotency-replayed"] == "true"
    assert len([request for request in world.bus.asked if isinstance(request, StartPreview)]) == 1


async def test_a_way_is_looked_at_in_the_preview(world, api, check_problem) -> None:
    project = (await create(api))["project"]["id"]
    way, head = (world.code.put(project, {"a": text}) for text in (b"1", b"2"))
    world.bus.answers[StartPreview] = lambda asked: PreviewState(status="starting", host="abc", commit=asked.commit)
    where = f"/api/v2/projects/{project}/preview/start"
    assert (await api.post(where, json={"commit": way})).json()["commit"] == way
    assert (await api.post(where, json={})).json()["commit"] == head
    assert (await api.post(where)).json()["commit"] == head
    check_problem(await api.post(where, json={"commit": "0" * 40}), 404, "not_found")


async def test_a_failed_call_gives_its_key_back(world, api, check_problem) -> None:
    made = await create(api)
    world.code.put(made["project"]["id"], {"a": b""})
    where = f"/api/v2/projects/{made['project']['id']}/preview/start"
    check_problem(await api.post(where, headers={"Idempotency-Key": "start"}), 503, "unavailable")
    world.bus.answers[StartPreview] = lambda _: PreviewState(status="starting", host="abc")
    assert (await api.post(where, headers={"Idempotency-Key": "start"})).status_code == 200


async def test_the_system_is_described_with_services_down(world, api) -> None:
    world.bus.present = {"planner": True, "sandbox": False}
    alone = (await api.get("/api/v2/system")).json()
    assert alone["services"] == {"planner": "up", "sandbox": "down"}
    assert alone["sandbox"]["available"] is False
    assert alone["sandbox"]["fix"]
    world.bus.answers[DescribeSandbox] = lambda _: SandboxState(available=True, driver="bubblewrap", enforced=("network",))
    assert (await api.get("/api/v2/system")).json()["sandbox"]["driver"] == "bubblewrap"


async def test_the_health_of_models_comes_from_who_asks_them(world, api, check_problem) -> None:
    check_problem(await api.get("/api/v2/health/models"), 503, "unavailable")
    world.bus.answers[DescribeModels] = lambda _: ModelsState(models=(), problem="Two models have the name fast.")
    assert (await api.get("/api/v2/health/models")).json() == {"models": [], "problem": "Two models have the name fast."}


async def test_operators_see_the_bus_even_when_others_are_down_and_replay_a_dead_letter(world, api, check_problem) -> None:
    check_problem(await api.get("/api/v2/operations"), 503, "unavailable")
    codegen = ServiceState(service="codegen", workers=0, heard=41.0)
    world.bus.answers[DescribeBus] = lambda _: BusState(services=(codegen,), queues=(), dead=(), trouble=("No workers for codegen.",))
    told = (await api.get("/api/v2/operations")).json()
    assert told["trouble"] == ["No workers for codegen."] and told["models"] == told["spenders"] == []
    figures = {"success": 0.0, "seconds": None, "attempts": 9, "waiting": 0, "failure": "quota"}
    failing = ModelState(name="fast", vendor="v", model="m", tasks=(), state="failing", **figures)
    world.bus.answers[DescribeModels] = lambda _: ModelsState(models=(failing,))
    world.bus.answers[GetSpenders] = lambda _: Spenders(spenders=(Spender(project_id="p1", calls=1, tokens=2, cost=Decimal("0.5")),))
    told = (await api.get("/api/v2/operations")).json()
    assert told["trouble"][1:] == ["The model fast fails (quota)."] and told["spenders"][0]["cost"] == "0.5"
    world.bus.answers[ReplayDeadLetter] = lambda asked: Replayed(id=asked.letter, at=now())
    assert (await api.post("/api/v2/operations/dead/COMMANDS:c:7/replay")).json()["id"] == "COMMANDS:c:7"
    async with world.client(Authorization="Bearer nobody") as stranger:
        check_problem(await stranger.get("/api/v2/operations"), 401, "unauthorized")
        check_problem(await stranger.post("/api/v2/operations/dead/COMMANDS:c:7/replay"), 401, "unauthorized")


async def test_what_a_project_remembers_is_shown_changed_and_forgotten(world, api, check_problem) -> None:
    project = (await create(api))["project"]["id"]
    where = f"/api/v2/projects/{project}/memory"
    check_problem(await api.get(where), 503, "unavailable")
    kept: dict[str, str] = {}

    def remembered(request) -> ProjectMemory:
        if isinstance(request, SetMemory):
            kept[request.entry] = request.text
        elif isinstance(request, ForgetMemory):
            kept.pop(request.entry, None) if request.entry else kept.clear()
        items = tuple(Memory(id=entry, kind="wish", text=text, at=request.at) for entry, text in kept.items())
        return ProjectMemory(items=items)

    for kind in (GetMemory, SetMemory, ForgetMemory):
        world.bus.answers[kind] = remembered
    for entry in ("w1", "w2"):
        assert (await api.put(f"{where}/{entry}", json={"text": f" use {entry} "})).json()["items"][-1]["text"] == f"use {entry}"
    assert [one["id"] for one in (await api.delete(f"{where}/w1")).json()["items"]] == ["w2"]
    assert (await api.delete(where)).json() == {"items": []} == (await api.get(where)).json()
    check_problem(await api.put(f"{where}/w1", json={"text": "x" * 501}), 422, "invalid_request")
    check_problem(await api.put(f"{where}/w1", json={"text": "  "}), 422, "prompt_empty")
    check_problem(await api.put(f"{where}/No.Id", json={"text": "x"}), 422, "invalid_request")
    check_problem(await api.get("/api/v2/projects/nosuch/memory"), 404, "not_found")


async def test_what_a_model_proposed_is_merged_as_it_was_looked_at(world, api, check_problem) -> None:
    project = (await create(api))["project"]["id"]
    where = f"/api/v2/projects/{project}"
    commit = world.code.put(project, {"a.txt": b"1\n"})
    world.code.named = {"proposals/j1": commit, "idea": commit}
    await api.post(f"{where}/branches/proposals/j1/merge")
    assert (world.bus.announced[-1].source, world.bus.announced[-1].commit) == ("proposals/j1", commit)
    await api.post(f"{where}/branches/idea/merge")
    assert world.bus.announced[-1].commit is None
    check_problem(await api.post(f"{where}/branches/idea/merge", json={"commit": "e" * 40}), 409, "version_conflict")


async def test_several_ways_are_asked_for_with_the_message(world, api, check_problem) -> None:
    project = (await create(api))["project"]["id"]
    await api.post(f"/api/v2/projects/{project}/messages", json={"text": "greet everybody", "attempts": 3})
    assert world.bus.announced[-1].attempts == 3
    check_problem(await api.post(f"/api/v2/projects/{project}/messages", json={"text": "x", "attempts": 5}), 422, "invalid_request")


async def test_statistics_and_traces_come_from_telemetry(world, api, check_problem) -> None:
    world.bus.answers[GetStatistics] = lambda asked: Statistics(steps=(), jobs={asked.project_id: 1})
    world.bus.answers[GetTrace] = lambda _: Trace(spans=())
    assert (await api.get("/api/v2/statistics")).json() == {"steps": [], "jobs": {"any": 1}}
    check_problem(await api.get("/api/v2/statistics", params={"project": "nosuch"}), 404, "not_found")
    assert (await api.get(f"/api/v2/traces/{'a' * 32}")).json() == {"spans": []}
    check_problem(await api.get("/api/v2/traces/x"), 404, "not_found")


async def test_a_click_is_told_without_an_answer(api, check_problem) -> None:
    click = {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01", "name": "click POST", "seconds": 0.25}
    told = await api.post("/api/v2/clicks", json=click)
    assert (told.status_code, told.content, "traceparent" in told.headers) == (204, b"", False)
    for wrong in ({"traceparent": "x"}, {"seconds": -1}, {"seconds": 1e9}, {"name": ""}, {"more": 1}):
        check_problem(await api.post("/api/v2/clicks", json=click | wrong), 422, "invalid_request")


async def test_the_same_key_twenty_times_at_once_makes_one_project(world, api) -> None:
    async def once() -> httpx.Response:
        return await api.post("/api/v2/projects", json={"prompt": PROMPT}, headers={"Idempotency-Key": "one"})

    answers = await asyncio.gather(*(once() for _ in range(20)))
    accepted = [answer for answer in answers if answer.status_code == 202]
    assert accepted
    assert {answer.content for answer in accepted} == {accepted[0].content}
    assert all(answer.json()["code"] == "idempotency_in_flight" for answer in answers if answer.status_code != 202)
    assert len((await api.get("/api/v2/projects")).json()["items"]) == 1


async def test_a_key_is_bound_to_its_request(api, check_problem) -> None:
    headers = {"Idempotency-Key": "bound"}
    first = await api.post("/api/v2/projects", json={"prompt": PROMPT}, headers=headers)
    again = await api.post("/api/v2/projects", json={"prompt": PROMPT}, headers=headers)
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    check_problem(await api.post("/api/v2/projects", json={"prompt": "Other"}, headers=headers), 422, "idempotency_mismatch")
    where = f"/api/v2/projects/{first.json()['project']['id']}"
    check_problem(await api.post(f"{where}/undo", json={}, headers=headers), 422, "idempotency_mismatch")
    for bad in ("", "x" * 256, "a\u00e9"):
        answer = await api.post("/api/v2/projects", json={"prompt": PROMPT}, headers={"Idempotency-Key": bad.encode("latin-1")})
        check_problem(answer, 422, "invalid_request")


async def test_every_post_honours_the_key(world, api) -> None:
    made = await create(api)
    project = f"/api/v2/projects/{made['project']['id']}"
    calls = {
        f"{project}/messages": {"text": "add a height"},
        f"{project}/undo": None,
        f"{project}/redo": None,
        f"{project}/tests": None,
        f"/api/v2/jobs/{made['job']['id']}/cancel": None,
    }
    for number, (path, body) in enumerate(calls.items()):
        first = await api.post(path, json=body, headers={"Idempotency-Key": f"key-{number}"})
        told = len(world.bus.announced)
        second = await api.post(path, json=body, headers={"Idempotency-Key": f"key-{number}"})
        assert first.status_code == second.status_code == 202
        assert first.content == second.content
        assert len(world.bus.announced) == told


async def test_jobs_that_nobody_took_up_are_announced_again(world, api) -> None:
    made = await create(api)
    assert await world.gateway.jobs.republish(0) == 1
    assert world.bus.announced[-1] == world.bus.announced[2].model_copy(update={"at": world.bus.announced[-1].at})
    await world.tell(about(made, JobQueued, "queued", action="message", ahead=0))
    assert await world.gateway.jobs.republish(0) == 0


async def test_the_documents_are_valid_and_every_operation_has_examples_and_problems(api) -> None:
    document = (await api.get("/api/v2/openapi.json")).json()
    assert document == (await api.get("/openapi.json")).json()
    OpenAPIV31SpecValidator(document).validate()
    identities = []
    for path, item in document["paths"].items():
        for method, operation in item.items():
            identities.append(operation["operationId"])
            assert operation["description"], (method, path)
            assert {"401", "422", "500", "503"} <= set(operation["responses"]), (method, path)
            for status, answer in operation["responses"].items():
                shown = [media for media in answer.get("content", {}).values() if media.get("example") or media.get("examples")]
                assert shown or status in ("204", "304", "307") or path.endswith("/export"), (method, path, status)
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            if name := body.get("$ref", "").rpartition("/")[2]:
                assert document["components"]["schemas"][name]["examples"]
    assert len(identities) == len(set(identities))
    assert {"create_project", "get_job", "project_events", "write_file", "create_link"} <= set(identities)
    channels = (await api.get("/asyncapi.json")).json()
    assert channels["asyncapi"].startswith("3.")
    json.dumps(channels)


@pytest.mark.parametrize("path", ["/projects", "/jobs", "/messages"])
async def test_pages_lead_through_a_list_once_and_in_order(api, path) -> None:
    if path == "/projects":
        for number in range(7):
            await create(api, name=f"P{number}")
        where, key = "/api/v2/projects", "name"
    else:
        made = await create(api, "M0")
        where, key = f"/api/v2/projects/{made['project']['id']}{path}", "text"
        for number in range(1, 7):
            await api.post(f"/api/v2/projects/{made['project']['id']}/messages", json={"text": f"M{number}"})
    seen, cursor = [], None
    while True:
        page = (await api.get(where, params={"limit": 3} | ({"cursor": cursor} if cursor else {}))).json()
        assert len(page["items"]) <= 3
        seen += [item[key] for item in page["items"]]
        cursor = page["next_cursor"]
        if not page["has_more"]:
            assert cursor is None
            break
    assert seen == sorted(seen, reverse=path != "/messages")
    assert len(seen) == 7
