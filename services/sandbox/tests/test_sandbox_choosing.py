"""Which driver is taken, what a weak one needs to be taken, and what is said of each."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from barnraise.sandbox.adapters.drivers import AUTOMATIC, Options, Pods, candidates
from barnraise.sandbox.adapters.runtime import Runtime
from barnraise.sandbox.adapters.used import UsedDrivers
from barnraise.sandbox.domain.limits import ENFORCEABLE, WATCHED_DATA, WATCHED_MEMORY, WHOLE_PROCESSORS, Capability, advice, lacking
from barnraise.sandbox.ports import Box, Infrastructure, SandboxUnavailable, Spec
from barnraise.sandbox.service.choosing import Candidate, choose, survey, sweep_others
from barnraise.sandbox.settings import Settings, beside

NOTHING: frozenset[str] = frozenset()


class Double:
    """A driver that holds all but ``lacks``, or whose probe fails."""

    def __init__(self, name: str, *lacks: str, broken: Exception | None = None) -> None:
        self.name = name
        self._lacks = lacks
        self._broken = broken
        self.done: list[str] = []

    async def probe(self) -> Capability:
        self.done.append("probe")
        if self._broken:
            raise self._broken
        return Capability(self.name, tuple(word for word in ENFORCEABLE if word not in self._lacks), self._lacks)

    async def start(self, spec: Spec) -> Box:
        raise AssertionError

    async def sweep(self) -> int:
        self.done.append("sweep")
        return 1

    async def discard(self, data: Path) -> None: ...

    async def close(self) -> None:
        self.done.append("close")


def offer(driver: Double | SandboxUnavailable, name: str = "none") -> Candidate:
    async def opened() -> Double:
        if isinstance(driver, SandboxUnavailable):
            raise driver
        return driver

    return Candidate(driver.name if isinstance(driver, Double) else name, opened)


async def test_the_first_that_is_safe_is_swept_before_it_is_used() -> None:
    first, second = Double("first"), Double("second")
    driver, capability = await choose([offer(first), offer(second)], NOTHING)
    assert (driver, capability.driver, capability.accepted) == (first, "first", ())
    assert (first.done, second.done) == (["sweep", "probe"], [])


@pytest.mark.parametrize(
    "bad",
    [
        offer(SandboxUnavailable("It is not here.", "Install it.")),
        offer(Double("broken", broken=Infrastructure("It fell over."))),
        offer(Double("broken", broken=SandboxUnavailable("It may not.", "Allow it."))),
        offer(Double("weak", "network")),
    ],
)
async def test_one_that_cannot_be_used_is_passed_over(bad: Candidate) -> None:
    good = Double("good")
    driver, _ = await choose([bad, offer(good)], NOTHING)
    assert driver is good


async def test_what_another_driver_has_left_is_swept_as_soon_as_it_can_be_reached(tmp_path: Path) -> None:
    used = UsedDrivers(tmp_path / "data")
    away = offer(SandboxUnavailable("It does not answer.", "Start it."), "docker")
    docker, local = Double("docker"), Double("local")
    await sweep_others([offer(local), offer(docker)], used, "docker")
    assert docker.done == [], "its own driver was swept when it was chosen"
    await sweep_others([offer(local), away], used, "local")
    assert used.names() == ["local", "docker"]
    await sweep_others([offer(local), offer(docker)], used, "local")
    assert (docker.done, local.done, used.names()) == (["sweep", "close"], [], ["local"])
    await sweep_others([offer(local), offer(docker)], used, "local")
    assert docker.done == ["sweep", "close"], "an engine that was never used again is not asked"


async def test_one_that_is_passed_over_is_closed() -> None:
    weak = Double("weak", "memory")
    await choose([offer(weak), offer(Double("good"))], NOTHING)
    assert weak.done == ["sweep", "probe", "close"]


async def test_when_none_can_be_used_each_says_why() -> None:
    offered = [offer(SandboxUnavailable("It is not here.", "Install it."), "first"), offer(Double("weak", "network", "disk"))]
    with pytest.raises(SandboxUnavailable) as error:
        await choose(offered, NOTHING)
    assert "first: It is not here." in error.value.problem.detail
    assert "weak: A sandbox here would not be safe: weak does not hold for network, disk." in error.value.problem.detail
    assert error.value.problem.next == "Install it."


async def test_a_reason_that_all_share_is_said_once() -> None:
    same = SandboxUnavailable("No base.", "Make it.")
    with pytest.raises(SandboxUnavailable) as error:
        await choose([offer(same, "first"), offer(same, "second")], NOTHING)
    assert error.value.problem.detail == "No base."


async def test_one_that_was_asked_for_by_name_says_its_own_reason() -> None:
    with pytest.raises(SandboxUnavailable, match=r"^sandbox_unavailable: A sandbox here would not be safe") as error:
        await choose([offer(Double("weak", "memory", "disk"))], frozenset({"memory"}))
    assert "does not hold for disk" in error.value.problem.detail
    assert error.value.problem.next.endswith("BARNRAISE_SANDBOX_ACCEPT=memory,disk")


async def test_a_weakness_that_is_accepted_by_name_is_said() -> None:
    _, capability = await choose([offer(Double("weak", "memory", "cpu"))], frozenset({"memory", "cpu", "network"}))
    assert (capability.accepted, capability.missing) == (("memory", "cpu"), ("memory", "cpu"))


async def test_a_share_of_the_processor_must_hold_or_be_accepted_like_any_other() -> None:
    with pytest.raises(SandboxUnavailable, match="does not hold for cpu") as error:
        await choose([offer(Double("weak", "cpu"))], NOTHING)
    assert error.value.problem.next.endswith("BARNRAISE_SANDBOX_ACCEPT=cpu")


async def test_what_is_accepted_but_holds_is_no_weakness() -> None:
    _, capability = await choose([offer(Double("sound"))], frozenset(ENFORCEABLE))
    assert capability.accepted == ()


@pytest.mark.parametrize("word", ENFORCEABLE)
def test_everything_must_hold(word: str) -> None:
    assert lacking(one for one in ENFORCEABLE if one != word) == (word,)


@pytest.mark.parametrize("way", [WATCHED_MEMORY, WHOLE_PROCESSORS])
def test_what_holds_in_a_coarser_way_holds_and_says_how_it_would_exactly(way: str) -> None:
    held = [word for word in ENFORCEABLE if not way.startswith(word)]
    assert lacking([*held, WATCHED_DATA]) != ()
    assert lacking([*held, way, WATCHED_DATA]) == ()
    said = advice([*held, way])
    assert said
    assert f"in place of {way}, give" in said
    assert advice([*ENFORCEABLE, WATCHED_DATA]) is None


async def test_every_driver_has_a_row() -> None:
    drivers = [Double("sound"), Double("weak", "disk"), Double("odd", "network")]
    missing = offer(SandboxUnavailable("It is not here.", "Install it."), "absent")
    rows = await survey([*map(offer, drivers), missing], frozenset({"network"}))
    said = [row.document() for row in rows]
    assert [(row["driver"], row["available"], row["accepted"]) for row in said] == [
        ("sound", True, []), ("weak", False, []), ("odd", True, ["network"]), ("absent", False, []),
    ]  # fmt: skip
    assert (said[3]["reason"], said[3]["fix"]) == ("It is not here.", "Install it.")
    assert all(driver.done[-1] == "close" for driver in drivers)


def settings(**more: str) -> Settings:
    return Settings.model_validate(
        {"nats_url": "n", "database_url": "d", "objects_url": "o", "cache_dir": "c", "data_dir": "d", "base_dir": "b"} | more
    )


def test_what_may_be_accepted_is_named_in_the_doctor_s_words() -> None:
    assert settings(sandbox_accept=" memory, system calls ,").accepted == {"memory", "system calls"}
    assert settings().accepted == frozenset()
    with pytest.raises(ValidationError, match="not among network, files"):
        settings(sandbox_accept="memory,everything")


def test_another_driver_is_no_driver() -> None:
    with pytest.raises(ValidationError, match="docker"):
        settings(sandbox_driver="vm")


async def test_without_a_base_layer_nothing_of_this_machine_is_opened(tmp_path: Path) -> None:
    assert AUTOMATIC == ("local", "gvisor", "docker+gvisor", "docker")
    with pytest.raises(SandboxUnavailable, match="base layer") as error:
        await choose(candidates(AUTOMATIC, Options(tmp_path, tmp_path), Runtime(tmp_path)), NOTHING)
    assert "barnraise up" in error.value.problem.next


async def test_an_engine_that_is_not_there_is_said_with_its_fix(base_dir: Path, tmp_path: Path) -> None:
    options = Options(base_dir, tmp_path, docker=f"unix://{tmp_path}/none.sock")
    for name in ("docker", "docker+gvisor"):
        with pytest.raises(SandboxUnavailable, match="There is no Docker Engine on this machine") as error:
            await choose(candidates((name,), options, Runtime(tmp_path)), NOTHING)
        assert "Start Docker" in error.value.problem.next


@pytest.mark.parametrize(
    ("pods", "reason", "fix"),
    [
        (Pods(), "No cluster is configured", "BARNRAISE_SANDBOX_IMAGE"),
        (Pods(image="i"), "There is no cluster around", "BARNRAISE_SANDBOX_SERVER"),
        (Pods("http://127.0.0.1:9", image="i"), "The cluster at http://127.0.0.1:9 cannot be used", "BARNRAISE_SANDBOX_NAMESPACE"),
    ],
)
async def test_a_cluster_that_is_not_there_is_said_with_its_fix(tmp_path: Path, pods: Pods, reason: str, fix: str) -> None:
    with pytest.raises(SandboxUnavailable, match=reason) as error:
        await choose(candidates(("kubernetes",), Options(tmp_path, tmp_path, pods=pods), Runtime(tmp_path)), NOTHING)
    assert fix in error.value.problem.next


def test_looking_at_sandboxes_heeds_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARNRAISE_SANDBOX_DRIVER", "docker")
    monkeypatch.setenv("BARNRAISE_SANDBOX_ACCEPT", "memory")
    seen = beside(tmp_path, tmp_path)
    assert (seen.sandbox_driver, seen.accepted) == ("docker", {"memory"})
