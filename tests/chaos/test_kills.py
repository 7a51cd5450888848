"""Kill -9 of every process and at every fail point: the job ends as if nothing had happened, once."""

import os
import random
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from platform_client import SITE, Platform, ends, until

pytestmark = [pytest.mark.chaos, pytest.mark.flow, pytest.mark.slow, pytest.mark.timeout(1500)]

LAMPS = "Track lamps: lamps have a name, a wattage and a colour."

PROCESSES = ["gateway", "planner", "codegen", "validator", "sandbox", "telemetry", "nats", "postgres"]
ALL = os.environ.get("BARNRAISE_CHAOS") == "all"
EVERY = ["received", "claimed", "worked", "finishing", "committed", "published", "marked", "acked"]
SOME = ["claimed", "committed", "published"]
"""The services' own tests try every point; all of them here, too, with BARNRAISE_CHAOS=all."""
SERVICES = ("gateway", "planner", "codegen", "validator", "sandbox")
OWN = ["codegen.packed", "gateway.submitted"], ["codegen.stored"]
POINTS = [[f"{service}.{point}"] for service in ("planner", "codegen") for point in EVERY]
POINTS += [[f"{service}.{point}"] for service in ("validator", "sandbox", "gateway") for point in SOME]
POINTS += [[point] for points in OWN for point in points]
ROUNDS = POINTS if ALL else [*([f"{service}.{point}" for service in SERVICES] for point in SOME), *OWN]
"""What is armed for one job: a point of each service, one of which dies after the other; with BARNRAISE_CHAOS=all each point alone."""
STEPS = ["plan", "generate", "validate", "preview", "test"]
PAIRS = [(name, step) for one, name in enumerate(PROCESSES) for other, step in enumerate(STEPS) if (one + other) % len(STEPS) == 0 or ALL]
"""Each process once, and each step; with BARNRAISE_CHAOS=all each process at each step."""
JOBS = 50 if ALL else 10


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    home = tmp_path_factory.mktemp("fragile")
    (home / "failpoints").mkdir()
    # Without waiting sandboxes: each kill would have one made that nobody takes.
    platform = Platform.start(home, BARNRAISE_FAILPOINT_DIR=str(home / "failpoints"), BARNRAISE_SANDBOX_WARM="false")
    yield platform
    platform.stop()


def arm(platform: Platform, point: str) -> Path:
    """Arm a fail point: the next process that passes it dies there. Returns the file that says it has."""
    folder = platform.home / "failpoints"
    (folder / point).touch()
    return folder / f"{point}.hit"


def pid(platform: Platform, name: str) -> int:
    return int(platform.state()["processes"][name]["pid"])


def kill(platform: Platform, name: str) -> None:
    before = pid(platform, name)
    os.kill(before, signal.SIGKILL)
    until(lambda: pid(platform, name) != before)


def submit(platform: Platform, key: str, prompt: str = SITE) -> dict:
    """Submit as a careful client does: the same idempotency key until there is an answer."""

    def once() -> dict | None:
        try:
            with platform.http() as http:
                answer = http.post("/api/v2/projects", json={"prompt": prompt}, headers={"Idempotency-Key": key})
        except httpx.HTTPError:
            return None
        return answer.json() if answer.status_code == 202 else None

    return until(once, timeout=60, every=0.2)


def check_once(platform: Platform, answer: dict, job: dict) -> None:
    """The job succeeded, its effects and its events are there exactly once."""
    assert job["status"] == "succeeded", job
    project = answer["project"]["id"]
    events = until(lambda: (found := platform.events(project)) and any(ends(found, job["id"])) and found)
    ids = [item["event"]["id"] for item in events]
    assert len(ids) == len(set(ids)), "an event stands twice"
    assert len(list(ends(events, job["id"]))) == 1
    commits = platform.get(f"/projects/{project}/commits")["items"]
    assert len([commit for commit in commits if commit["origin"] == "compile"]) == 1, commits
    assert len(platform.get(f"/projects/{project}/jobs")["items"]) == 1
    assert len(platform.get(f"/projects/{project}/messages")["items"]) == 2


@pytest.mark.parametrize("points", ROUNDS, ids="-".join)
def test_a_kill_at_any_fail_point_changes_nothing(fragile: Platform, points: list[str]) -> None:
    hits = [arm(fragile, point) for point in points]
    answer = submit(fragile, f"point-{points[0]}", LAMPS if points[-1].endswith(".claimed") else SITE)
    job = fragile.ended(answer["job"]["id"], timeout=180)
    assert [hit.name for hit in hits if not hit.exists()] == [], "nothing passed there"
    check_once(fragile, answer, job)


@pytest.mark.parametrize(("name", "step"), PAIRS)
def test_a_kill_of_any_process_at_any_step_changes_nothing(fragile: Platform, name: str, step: str) -> None:
    answer = submit(fragile, f"process-{name}-{step}")
    project = answer["project"]["id"]

    def reached() -> bool:
        return any(i["event"]["type"] == "step.started.v1" and i["event"]["step"] == step for i in fragile.events(project))

    until(reached, every=0.02)
    kill(fragile, name)
    check_once(fragile, answer, fragile.ended(answer["job"]["id"], timeout=180))


def test_many_jobs_survive_random_kills(fragile: Platform, record_property: Callable[[str, object], None]) -> None:
    seed = int(os.environ.get("BARNRAISE_CHAOS_SEED", "20261121"))
    record_property("seed", seed)
    chance = random.Random(seed)
    answers = []
    for number in range(JOBS):
        answers.append(submit(fragile, f"soak-{number}"))
        if number % 3 == 2:
            kill(fragile, chance.choice(PROCESSES))
        if number % 5 == 4:
            fragile.ended(answers[-5]["job"]["id"], timeout=180)
    for answer in answers:
        check_once(fragile, answer, fragile.ended(answer["job"]["id"], timeout=240))
