"""The escape suite: every attack is repelled by a sandbox, and succeeds where the wall that it is about is missing."""

import os
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import pytest
from weakened_boxes import NOBODY, Unconfined, Weakened

from barnraise.sandbox.adapters import layer as layers
from barnraise.sandbox.adapters.canaries.host import Files
from barnraise.sandbox.adapters.canaries.processes import Looker
from barnraise.sandbox.adapters.canaries.thread import alone
from barnraise.sandbox.adapters.canaries.witness import HostWitness, open_folder, witnessing
from barnraise.sandbox.adapters.runtime import Runtime
from barnraise.sandbox.domain.attacks import ATTACKS, Attack
from barnraise.sandbox.domain.limits import ENFORCEABLE
from barnraise.sandbox.ports import Driver
from barnraise.sandbox.service.escaping import EscapeSuite, Finding

pytestmark = pytest.mark.sandbox
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="walls are taken away by root")
names = [attack.name for attack in ATTACKS]


def findings(work: Callable[[HostWitness, Path], AsyncIterator[Finding]]) -> dict[str, Finding]:
    """What the work finds, by attack, with canaries in a folder of its own."""
    found: dict[str, Finding] = {}

    async def run(own_network: bool, signalled: Callable[[], int]) -> int:
        with ExitStack() as stack:
            folder = stack.enter_context(open_folder())
            witness = stack.enter_context(witnessing(folder, own_network, signalled))
            async for finding in work(witness, folder):
                found[finding.attack.name] = finding
        return 0

    alone(run)
    return found


@pytest.fixture(scope="module")
def held(open_driver) -> dict[str, Finding]:
    """All attacks in real sandboxes."""

    async def work(witness: HostWitness, folder: Path) -> AsyncIterator[Finding]:
        async with open_driver(folder / "instance") as driver:
            capability = await driver.probe()
            async for finding in EscapeSuite(driver, witness, capability.enforced).run(ATTACKS):
                yield finding

    return findings(work)


@pytest.fixture(scope="module")
def weakened(base_dir: Path) -> dict[str, Finding]:
    """Each attack where the wall that it is about is missing."""

    @asynccontextmanager
    async def without(attack: Attack, folder: Path) -> AsyncIterator[Driver]:
        place = folder / attack.name
        place.mkdir(mode=0o755)
        if attack.weakness in ("no walls", "setuid honoured"):
            plain = Unconfined(place, NOBODY if attack.weakness == "setuid honoured" else None)
            try:
                yield plain
            finally:
                await plain.close()
            return
        base = layers.find(base_dir)
        assert base
        runtime = Runtime(place)
        runtime.open()
        driver = Weakened(base, runtime, attack.weakness, folder)
        try:
            yield driver
        finally:
            await driver.close()
            runtime.close()

    async def work(witness: HostWitness, folder: Path) -> AsyncIterator[Finding]:
        for attack in ATTACKS:
            async with without(attack, folder) as driver:
                yield await EscapeSuite(driver, witness, ENFORCEABLE).attempt(attack)

    return findings(work)


@pytest.mark.drivers("local")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", names)
def test_is_repelled(name: str, held: dict[str, Finding]) -> None:
    finding = held[name]
    if finding.verdict == "not judged" and os.geteuid() != 0:
        pytest.skip(finding.said)
    assert finding.verdict in ("held", "not enforced"), finding


ONE_OF_EACH = (
    "loopback-tcp", "hypervisor-socket", "read-host-file", "link-out", "setuid-file", "signal-host", "environment", "become-root",
    "kernel-setting", "user-namespace", "residue", "neighbour-environment", "fork-bomb", "memory-bomb", "disk-bomb",
)  # fmt: skip
"""Of every kind a few: all of them on every driver are what `make bench` and `barnraise doctor --escape --driver` try."""


@pytest.mark.drivers("gvisor", "docker")
@pytest.mark.timeout(600)
def test_other_drivers_repel_a_few_of_each_kind(open_driver) -> None:
    async def work(witness: HostWitness, folder: Path) -> AsyncIterator[Finding]:
        async with open_driver(folder / "instance") as driver:
            enforced = (await driver.probe()).enforced
            async for finding in EscapeSuite(driver, witness, enforced).run([one for one in ATTACKS if one.name in ONE_OF_EACH]):
                yield finding

    found = findings(work)
    assert sorted(found) == sorted(ONE_OF_EACH)
    assert {name: finding for name, finding in found.items() if finding.verdict not in ("held", "not enforced", "not judged")} == {}
    assert sum(finding.verdict == "held" for finding in found.values()) > len(found) / 2


@as_root
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", names)
def test_succeeds_without_its_wall(name: str, weakened: dict[str, Finding]) -> None:
    finding = weakened[name]
    if finding.verdict == "not judged" and finding.said.startswith("This "):
        pytest.skip(finding.said)
    assert finding.verdict == "escaped", finding
    assert finding.attack.seen in finding.evidence, finding


def test_memory_that_goes_from_one_process_to_the_next_is_no_excess() -> None:
    looker = Looker("mark", next(attack for attack in ATTACKS if attack.name == "memory-of-many"))
    allowed = looker.attack.limits.memory
    for taken in (allowed * 2, allowed, allowed * 2, allowed):
        looker._weigh(taken)
    assert looker.seen == {}
    looker._weigh(allowed * 2)
    looker._weigh(allowed * 2)
    assert "excess" in looker.seen


def test_attacks_are_forty_and_more_with_names_of_their_own() -> None:
    assert len(set(names)) == len(names) >= 40
    assert {attack.enforced for attack in ATTACKS} <= set(ENFORCEABLE)


@as_root
def test_no_other_user_of_the_host_finds_the_program_that_is_root_s() -> None:
    with open_folder() as folder:
        found = Files(folder, "secret", "sealed")

        def stranger(*command: str | Path) -> subprocess.CompletedProcess[str]:
            return subprocess.run(list(map(str, command)), user=NOBODY, capture_output=True, text=True, check=False)

        assert stranger("/bin/cat", found.canary).stdout == "secret", "who is told the name may enter"
        assert stranger("/bin/ls", folder).returncode != 0
        assert len(found.folder.name) >= 24, "nor can its name be guessed"
