"""gVisor without an engine: the bundle that runsc gets, and what is said where it cannot run."""

from pathlib import Path
from typing import Any

import pytest

from barnraise.sandbox.adapters import layer as layers
from barnraise.sandbox.adapters import probing
from barnraise.sandbox.adapters.gvisor.driver import GvisorDriver
from barnraise.sandbox.adapters.runtime import Runtime
from barnraise.sandbox.domain.bundles import Bundle, describe, with_room_for_gvisor
from barnraise.sandbox.domain.limits import MIB, Exit, Limits
from barnraise.sandbox.ports import Infrastructure, Killed, SandboxUnavailable, Spec

BUNDLE = Bundle(["run", "it"], "/stage/root", ["A=1"], "/stage/data", "/opt/web/node_modules")
LIMITS = Limits(pids=100, disk=64 * MIB, scratch=32 * MIB, open_files=77, file_size=9 * MIB)


def test_a_bundle_has_no_right_and_nothing_to_write_to_but_sized_memory_and_the_data() -> None:
    described = describe(BUNDLE, LIMITS)
    process = described["process"]
    assert (process["args"], process["env"], process["noNewPrivileges"], process["terminal"]) == (["run", "it"], ["A=1"], True, False)
    assert set(process["capabilities"]) == {"bounding", "effective", "inheritable", "permitted", "ambient"}
    assert {right for rights in process["capabilities"].values() for right in rights} == {"CAP_CHOWN"}
    assert not process["capabilities"]["ambient"]
    assert described["root"] == {"path": "/stage/root", "readonly": True}
    assert {one["type"] for one in described["linux"]["namespaces"]} == {"pid", "ipc", "uts", "mount"}
    mounts = {mount["destination"]: mount for mount in described["mounts"]}
    memory = {path: mount["options"] for path, mount in mounts.items() if mount["type"] == "tmpfs"}
    assert all(any(option.startswith("size=") for option in options) for options in memory.values())
    assert {path for path, options in memory.items() if "ro" in options} == {"/sys"}
    assert f"size={64 * MIB}" in memory["/app"]
    assert f"size={32 * MIB}" in memory["/tmp"]
    assert [path for path, mount in mounts.items() if mount["type"] == "bind"] == ["/data"]
    bare = {mount["destination"] for mount in describe(Bundle(["x"], "/r"), LIMITS)["mounts"]}
    assert bare == {"/proc", "/sys", "/dev/shm", "/tmp", "/app"}


def test_what_a_process_may_have_is_counted_inside_and_gvisor_s_own_threads_are_not() -> None:
    limits = {one["type"]: (one["soft"], one["hard"]) for one in describe(BUNDLE, LIMITS)["process"]["rlimits"]}
    assert limits == {
        "RLIMIT_CORE": (0, 0), "RLIMIT_NOFILE": (77, 77), "RLIMIT_FSIZE": (9 * MIB, 9 * MIB), "RLIMIT_MEMLOCK": (MIB, MIB),
        "RLIMIT_NPROC": (100, 100),
    }  # fmt: skip
    assert with_room_for_gvisor(LIMITS) == 1024
    assert with_room_for_gvisor(Limits(pids=900)) == 1800


@pytest.fixture
def driver(base_dir: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    base = layers.find(base_dir)
    assert base
    runtime = Runtime(tmp_path)
    runtime.open()
    request.addfinalizer(runtime.close)
    return GvisorDriver(base, runtime, program=request.param)


@pytest.mark.parametrize("driver", ["/usr/bin/false"], indirect=True)
async def test_where_it_cannot_run_the_reason_is_said_and_nothing_is_left(driver: GvisorDriver) -> None:
    with pytest.raises(SandboxUnavailable, match="exit code 1") as error:
        await driver.probe()
    assert "user namespaces" in error.value.problem.next
    assert await driver.sweep() == 0
    await driver.close()


@pytest.mark.parametrize("driver", ["/usr/bin/false"], indirect=True)
async def test_the_bundles_of_a_dead_service_are_swept(driver: GvisorDriver) -> None:
    (driver._bundles / "left" / "state").mkdir(parents=True)
    assert await driver.sweep() == 1
    assert not list(driver._bundles.iterdir())
    await driver.close()


# a probe that somebody kills


class Answers:
    """A driver whose boxes do one after the other what they are told."""

    name, python = "double", "python"

    def __init__(self, *script: Any) -> None:
        self._script = list(script)

    async def run(self, spec: Spec, argv: Any, environment: Any) -> Any:
        return Answer(self._script.pop(0))


class Answer:
    def __init__(self, what: Any) -> None:
        self._what = what

    async def receive(self) -> Any:
        return self._what if isinstance(self._what, dict) else None

    async def ended(self) -> Exit:
        if isinstance(self._what, Exception):
            raise self._what
        return self._what if isinstance(self._what, Exit) else Exit("exited", 0)

    async def kill(self, why: str = "killed") -> None: ...


async def test_a_probe_that_was_killed_is_asked_again_and_one_that_hit_its_limit_is_not() -> None:
    driver = Answers(Killed("before it began"), Exit("exited", 137), {"children": 7})
    assert await probing._processes(driver)
    assert await probing._memory(Answers(Exit("out_of_memory", 137)))
    assert not await probing._memory(Answers(Exit("killed", None), Exit("exited", 137), Exit("exited", 137)))
    assert await probing._memory(Answers(Exit("timed_out", None), Exit("out_of_memory", 137)))
    with pytest.raises(Infrastructure):
        await probing._walls(Answers(Infrastructure("it cannot be started")))
    with pytest.raises(Killed):
        await probing._walls(Answers(*(Killed("again") for _ in range(3))))
