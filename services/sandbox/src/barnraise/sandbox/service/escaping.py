"""The escape suite: every attack is carried out in a sandbox of its own, and judged by canaries outside it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from barnraise.chassis.errors import BarnraiseError
from barnraise.sandbox.domain.attacks import Attack, Evidence
from barnraise.sandbox.ports import Box, Driver, Infrastructure, Scene, Spec, Witness

LOOK_SECONDS = 0.05
ENDING_SECONDS = 0.1
MOST_SAID = 1 << 20
Verdict = Literal["held", "escaped", "not enforced", "not judged", "failed"]


@dataclass(frozen=True)
class Finding:
    """``evidence`` is what the canaries saw, ``said`` the attacker's own word. ``not enforced``: the machine cannot keep that promise,
    which the driver admits; ``not judged``: there is no canary here; ``failed``: the sandbox could not be started."""

    attack: Attack
    verdict: Verdict
    evidence: Mapping[Evidence, str] = field(default_factory=dict)
    said: str = ""
    seconds: float = 0.0

    def document(self) -> dict[str, Any]:
        attack = self.attack
        return {
            "attack": attack.name, "tries": attack.tries, "about": attack.enforced, "verdict": self.verdict,
            "evidence": dict(self.evidence), "said": self.said[:200], "seconds": round(self.seconds, 3),
        }  # fmt: skip


@dataclass
class Heard:
    """What came out of one sandbox."""

    said: str = ""
    output: bytes = b""
    printed: int = 0
    oversized: int = 0


class EscapeSuite:
    def __init__(self, driver: Driver, witness: Witness, enforced: Sequence[str]) -> None:
        self._driver = driver
        self._witness = witness
        self._enforced = enforced

    async def run(self, attacks: Sequence[Attack]) -> AsyncIterator[Finding]:
        """One after another, for canaries cannot tell two apart."""
        for attack in attacks:
            yield await self.attempt(attack)

    async def attempt(self, attack: Attack) -> Finding:
        lacks = self._witness.lacks(attack)
        if lacks:
            return Finding(attack, "not judged", said=lacks)
        loop = asyncio.get_running_loop()
        begun, scene = loop.time(), self._witness.arm(attack)
        try:
            evidence, heard = await self._carry_out(scene)
        except Infrastructure as error:
            return Finding(attack, "failed", said=error.problem.detail)
        finally:
            self._witness.clean(scene)
        verdict: Verdict = "held" if not evidence else "escaped" if attack.enforced in self._enforced else "not enforced"
        return Finding(attack, verdict, evidence, heard.said, loop.time() - begun)

    async def _carry_out(self, scene: Scene) -> tuple[dict[Evidence, str], Heard]:
        evidence: dict[Evidence, str] = {}
        async with contextlib.AsyncExitStack() as stack:
            orders = dict(scene.orders)
            neighbour = await self._neighbour(scene, orders, stack) if scene.attack.neighbour else None
            heard = await self._attack(scene, orders)
            if neighbour and scene.attack.neighbour == "beside" and await _ends(neighbour):
                evidence["change"] = "the neighbour was ended"
        evidence |= self._witness.judge(scene, heard.output + heard.said.encode(errors="replace"))
        evidence |= _overflow(scene.attack, heard)
        if scene.data:
            await self._hand_on(scene, scene.data)
            evidence |= self._witness.judge(scene, b"")
            if scene.data.exists():
                evidence["left"] = f"{scene.data} could not be removed"
        if scene.attack.seen == "said" and heard.said and not heard.said.split("(")[0].endswith("Error"):
            evidence["said"] = heard.said
        return evidence, heard

    async def _neighbour(self, scene: Scene, orders: dict[str, Any], stack: contextlib.AsyncExitStack) -> Box:
        box = await self._enter(scene, scene.other_data, stack)
        await box.send(scene.neighbour)
        answer = await box.receive(at_most=MOST_SAID)
        orders["planted"] = str((answer or {}).get("said"))
        if scene.attack.neighbour == "before":
            await box.kill()
        return box

    async def _attack(self, scene: Scene, orders: Mapping[str, Any]) -> Heard:
        heard = Heard()
        async with contextlib.AsyncExitStack() as stack:
            box = await self._enter(scene, scene.data, stack, heard)
            await box.send({**orders, "endpoint": str(box.endpoint)})
            hearing = asyncio.create_task(_hear(box, heard))
            try:
                async with asyncio.timeout(scene.attack.limits.wall):
                    while not hearing.done():
                        await asyncio.to_thread(self._witness.look, scene)
                        await asyncio.wait([hearing], timeout=LOOK_SECONDS)
            except TimeoutError:
                await box.kill("timed_out")
            await asyncio.to_thread(self._witness.look, scene)
            if box.endpoint:
                await asyncio.to_thread(self._witness.knock, scene, box.endpoint)
            await box.kill()
            await hearing
        return heard

    async def _enter(self, scene: Scene, data: Path | None, stack: contextlib.AsyncExitStack, heard: Heard | None = None) -> Box:
        """A sandbox whose program waits for orders; it ends with the stack."""
        box = await self._driver.start(Spec("attack", scene.attack.limits, data, listens=scene.attack.listens))
        reading = asyncio.create_task(_read(box, heard or Heard()))
        stack.push_async_callback(_end, box, reading)
        if await box.receive(at_most=MOST_SAID) is None:
            await box.ended()
            raise Infrastructure("The sandbox ended before the attack.")
        return box

    async def _hand_on(self, scene: Scene, data: Path) -> None:
        """As a preview's data are: to a new sandbox, and in the end removed."""
        async with contextlib.AsyncExitStack() as stack:
            await self._enter(scene, data, stack)
        await self._driver.discard(data)


async def _ends(box: Box) -> bool:
    """Whether it has ended, or does in a moment."""
    with contextlib.suppress(TimeoutError, Infrastructure):
        async with asyncio.timeout(ENDING_SECONDS):
            await box.ended()
    return box.gone()


async def _read(box: Box, heard: Heard) -> None:
    async for chunk in box.output():
        heard.printed += len(chunk.data)
        heard.output = (heard.output + chunk.data)[-MOST_SAID:]


async def _hear(box: Box, heard: Heard) -> None:
    """Until it has said how it went, or nothing more."""
    answer = await box.receive(at_most=MOST_SAID)
    if answer is not None:
        text = str(answer.get("said"))
        heard.oversized = max(0, len(text) - MOST_SAID)
        heard.said = text[:MOST_SAID]


async def _end(box: Box, reading: "asyncio.Task[None]") -> None:
    await box.kill()
    with contextlib.suppress(BarnraiseError):
        await reading


def _overflow(attack: Attack, heard: Heard) -> dict[Evidence, str]:
    if heard.oversized:
        return {"excess": f"a message of {heard.oversized + MOST_SAID} bytes was read"}
    if attack.limits.output is not None and heard.printed > attack.limits.output:
        return {"excess": f"{heard.printed} bytes of output were passed on"}
    return {}
