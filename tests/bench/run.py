"""Measure the bars: `make bench` prints a table of medians and writes bench.json. All load stays on loopback and ends by itself.

BARNRAISE_BENCH_DRIVERS="local docker" measures these sandbox drivers only.
"""

from __future__ import annotations

import argparse
import json
import os
import platform as machine
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import chunks
import compiled_projects
import critic
import evolution
import fan_out
import hosted
import language
import leaks
import ledgers
import models
import outages
import overhead
import patching
import recovery
import repairs
import retrieval
import rolling
import sandboxes
import scaling
import shown
from figures import Row, spread
from platform_client import Platform, sample_prompts
from rich.console import Console
from rich.table import Table

Bar = Callable[[Platform, int], Iterator[Row]]
REST_SECONDS = 5.0


def follow(platform: Platform, project: str, job: str) -> dict[str, Any]:
    """Wait for the job's end on the event stream, without polling."""
    with platform.http() as http, http.stream("GET", f"/api/v2/projects/{project}/events", params={"after": 0}) as stream:
        for line in stream.iter_lines():
            if line.startswith("data:") and '"job.ended.v1"' in line and job in line:
                return json.loads(line[5:])
    raise RuntimeError("the event stream ended before the job did")


def preview_url(platform: Platform, project: str) -> str:
    """Wait until the preview has said that it is ready, on the event stream; then ask for its address."""
    with platform.http() as http, http.stream("GET", f"/api/v2/projects/{project}/events", params={"after": 0}) as stream:
        for line in stream.iter_lines():
            if line.startswith("data:") and ('"preview.ready.v1"' in line or '"job.ended.v1"' in line):
                break
    return str(platform.get(f"/projects/{project}/preview")["url"])


def answers(platform: Platform, url: str) -> None:
    for path in ("/", "/api/health"):
        answer = platform.preview(url, path)
        if answer.status_code != 200:
            raise RuntimeError(f"{url}{path} answered {answer.status_code}")


def applications() -> list[dict[str, Any]]:
    return [sample for sample in sample_prompts() if "entities" in sample]


def prompt_to_preview(_: Platform, rounds: int) -> Iterator[Row]:
    """From the POST until page and API of the preview have answered 200; then the job's own verdict.

    Each round has a new platform, warmed by another application, so that no sample was ever checked before. A person rests between two:
    until the next sandbox waits for files.
    """
    times, totals, good, asked = [], [], 0, 0
    steps: dict[str, list[float]] = {}
    for _ in range(rounds):
        with running() as platform:
            warm = platform.create("Track lamps: lamps have a name and a wattage.")
            follow(platform, warm["project"]["id"], warm["job"]["id"])
            for sample in applications():
                time.sleep(REST_SECONDS)
                start = time.perf_counter()
                made = platform.create(sample["prompt"])
                answers(platform, preview_url(platform, made["project"]["id"]))
                times.append(time.perf_counter() - start)
                end = follow(platform, made["project"]["id"], made["job"]["id"])
                totals.append(time.perf_counter() - start)
                asked, good = asked + 1, good + (end["status"] == "succeeded")
                for step, seconds in platform.ended(made["job"]["id"])["timings"].items():
                    steps.setdefault(step, []).append(seconds or 0.0)
                with platform.http() as http:
                    http.delete(f"/api/v2/projects/{made['project']['id']}")
    answered = spread(times)
    reached = answered["p50"] <= 2 and answered["p95"] <= 4
    yield Row("prompt -> preview answers 200 (page and API)", answered, "s", "p50 <= 2, p95 <= 4", reached)
    yield Row("prompt -> job ended, tests and all", spread(totals), "s", "", None)
    for step in ("plan", "generate", "validate", "test", "preview"):
        yield Row(f"  step {step}", spread(steps[step]), "s", "", None)
    yield Row("samples built, checked, tested and started", {"p50": 100 * good / asked}, "%", "100", good == asked)


def refine_to_preview(platform: Platform, rounds: int) -> Iterator[Row]:
    """From the message until the preview's API shows the new field and its page answers."""
    made = platform.create(applications()[0]["prompt"])
    project = made["project"]["id"]
    follow(platform, project, made["job"]["id"])
    times = []
    for number in range(3 * rounds):
        start = time.perf_counter()
        job = platform.say(project, f"add a remark{number} to tasks")["job"]
        with platform.http() as http, http.stream("GET", f"/api/v2/projects/{project}/events", params={"after": 0}) as stream:
            for line in stream.iter_lines():
                if line.startswith("data:") and job["id"] in line and '"preview.ready.v1"' in line:
                    break
        url = str(platform.get(f"/projects/{project}/preview")["url"])
        while f"remark{number}" not in platform.preview(url, "/api/openapi.json").text:
            if time.perf_counter() - start > 20:
                raise RuntimeError("the refinement did not show within 20 s")
        answers(platform, url)
        times.append(time.perf_counter() - start)
        follow(platform, project, job["id"])
    yield Row("refine -> preview shows it", spread(times), "s", "p50 <= 1", spread(times)["p50"] <= 1)


def cold_start(platform: Platform, rounds: int) -> Iterator[Row]:
    """Stop everything and start it again; ready is when `up` says so. Everything is installed and built."""
    times = []
    for _ in range(rounds + 2):
        platform.stop()
        start = time.perf_counter()
        platform.cli("up", "--detach", "--port", "0", timeout=120)
        with platform.http() as http:
            http.get("/readyz").raise_for_status()
        times.append(time.perf_counter() - start)
    yield Row("cold start to ready", spread(times), "s", "<= 8", sorted(times)[len(times) // 2] <= 8)


def idle_memory(platform: Platform, rounds: int) -> Iterator[Row]:
    """Proportional set size of every process, with those that it has started and that are not listed themselves."""
    pids = {name: info["pid"] for name, info in platform.state()["processes"].items()}
    sizes: dict[str, float] = {}
    for _ in range(20):  # what waits for an application is made ready after the platform is
        before, sizes = sizes, {name: pss(pid, set(pids.values())) for name, pid in pids.items()}
        if before and sum(sizes.values()) < 1.01 * sum(before.values()):
            break
        time.sleep(4)
    largest = max(sizes, key=lambda name: sizes[name])
    yield Row("memory of the idle platform", {"p50": sum(sizes.values())}, "MiB", "reported", None)
    for name, size in sorted(sizes.items(), key=lambda item: -item[1]):
        yield Row(f"  {name}{' (largest)' if name == largest else ''}", {"p50": size}, "MiB", "", None)


def pss(pid: int, others: set[int]) -> float:
    """MiB of a process and its descendants, without ``others``."""
    total = 0
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            total += int(line.split()[1])
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return total / 1024 + sum(pss(int(child), others) for child in children if int(child) not in others)


THINGS = (
    "tasks clients invoices vendors rooms guests teams players matches venues courses lessons students teachers books shelves pets owners "
    "visits medicines"
).split()


def compiling(platform: Platform, rounds: int) -> Iterator[Row]:
    """The step that compiles a manifest and commits it durably, from the conductor's asking to its hearing of the commit, over the bus."""
    prompt = " ".join(f"{thing.capitalize()} have a name, a start date, a price and a status (new, open, done)." for thing in THINGS)
    first, refined = [], []
    for _ in range(max(9, rounds)):
        made = platform.create(prompt)
        project = made["project"]["id"]
        first.append(_generated(platform, project, made["job"]["id"]))
        for number in range(2):
            refined.append(_generated(platform, project, platform.say(project, f"add a remark{number} to tasks")["job"]["id"]))
        with platform.http() as http:
            http.delete(f"/api/v2/projects/{project}")
    yield Row(f"manifest of {len(THINGS)} entities -> committed tree", spread(first), "s", "p50 <= 0.3", spread(first)["p50"] <= 0.3)
    yield Row("  one more field in it -> merged commit", spread(refined), "s", "p50 <= 0.15", spread(refined)["p50"] <= 0.15)


def _generated(platform: Platform, project: str, job: str) -> float:
    """Seconds of the step, once the whole job has ended: nothing else shall run beside the next one."""
    follow(platform, project, job)
    return float(platform.ended(job)["timings"]["generate"])


def reading(_: Platform, rounds: int) -> Iterator[Row]:
    """How well requirements are read; nothing of it depends on the machine."""
    yield from language.rows()


def compiled(_: Platform, rounds: int) -> Iterator[Row]:
    """How good what is compiled is; the platform is not asked."""
    yield from compiled_projects.rows()


BARS: dict[str, Bar] = {
    "memory": idle_memory,
    "cold": cold_start,
    "prompt": prompt_to_preview,
    "refine": refine_to_preview,
    "compile": compiling,
    "language": reading,
    "evolution": evolution.rows,
    "compiled": compiled,
    "fanout": fan_out.latency,
    "saturation": fan_out.saturation,
    "resume": fan_out.resume,
    "claims": sandboxes.claims,
    "suite": sandboxes.suite,
    "starts": shown.starts,
    "edits": shown.edits,
    "wakes": hosted.wakes,
    "proxy": hosted.proxying,
    "twenty": hosted.twenty,
    "escapes": sandboxes.escapes,
    "leaks": leaks.rows,
    "patches": patching.rows,
    "models": models.rows,
    "outages": outages.rows,
    "ledgers": ledgers.rows,
    "critic": critic.rows,
    "overhead": overhead.rows,
    "repairs": repairs.rows,
    "retrieval": retrieval.searching,
    "chunks": chunks.rows,
    "scaling": scaling.rows,
    "recovery": recovery.rows,
    "rolling": rolling.rows,
}


@contextmanager
def running() -> Iterator[Platform]:
    with tempfile.TemporaryDirectory(prefix="barnraise-bench-", ignore_cleanup_errors=True) as home:
        platform = Platform.start(Path(home))
        try:
            yield platform
        finally:
            platform.stop()


def describe() -> str:
    model = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    others = f"load of others {os.getloadavg()[0]:.1f}"
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB, Linux {machine.release()}, Python {machine.python_version()}, {others}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=list(BARS), default=list(BARS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path("bench.json"))
    parser.add_argument("--kills", type=int, default=leaks.KILLS, help="how often 'leaks' kills")
    options = parser.parse_args()
    bars = BARS | {"leaks": partial(leaks.rows, kills=options.kills)}
    rows: list[Row] = []
    described = describe()
    with running() as platform:
        for name in options.only:
            for row in bars[name](platform, options.rounds):
                rows.append(row)
                print(row, file=sys.stderr)
    table = Table("bar", "p50", "p95", "min", "max", "n", "unit", "must reach", "", title=described)
    for row in rows:
        table.add_row(*row.cells())
    Console(width=160).print(table)
    options.out.write_text(json.dumps({"machine": described, "rows": [row.document() for row in rows]}, indent=2) + "\n")
    return 1 if any(row.reached is False for row in rows) else 0


if __name__ == "__main__":
    raise SystemExit(main())
