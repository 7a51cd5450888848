"""Running an application's own tests."""

import asyncio
import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from barnraise.chassis import tracing
from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.logs import get_logger
from barnraise.chassis.outcome import Transaction
from barnraise.contracts.diagnostics import Artefact, TestCase, TestReport
from barnraise.sandbox.domain.artefacts import left
from barnraise.sandbox.domain.junit import MAX_CASES, UnreadableError, parse_report
from barnraise.sandbox.domain.limits import TEST, TEST_SECONDS, Exit
from barnraise.sandbox.ports import Announcer, Artefacts, Box, Code, Spec
from barnraise.sandbox.service.fairness import Idle, fair_time
from barnraise.sandbox.service.logs import Cause, LogStream
from barnraise.sandbox.service.pool import Pool
from barnraise.sandbox.service.provisioning import Provisioner

MOST_SAID = 12 << 20
"""Bytes of an answer: reports and what the tests have left, in base64."""
_TEST = re.compile(r"(^|/)(test_[^/]*|[^/]*_test)\.py$|\.test\.tsx?$")


class TestRuns:
    """One sandbox for each run."""

    __test__ = False

    def __init__(
        self, pool: Pool, code: Code, announcer: Announcer, wall: float = TEST_SECONDS, packages: Provisioner | None = None,
        artefacts: Artefacts | None = None, idle: Idle = lambda: None,
    ) -> None:  # fmt: skip
        self._pool = pool
        self._packages = packages or Provisioner(None)
        self._code = code
        self._announcer = announcer
        self._wall = wall
        self._artefacts = artefacts
        self._idle = idle

    async def run(self, cause: Cause, commit: str) -> tuple[Exit, TestReport]:
        """How the run ended and what the tests said; Infrastructure when the platform failed, ``nothing_to_test`` without tests."""
        files = await self._code.files(cause.project_id, commit)
        if not any(_TEST.search(path) for path in files):
            raise BarnraiseError("nothing_to_test", "There are no tests here.", "Tests are files such as backend/tests/test_app.py.")
        own = await self._packages.provide(files)
        box, _ = await (self._pool.fresh(Spec("test", TEST, more=own.more)) if own.more else self._pool.take())
        log = LogStream("test", box.id, self._announcer)
        log.attach(cause)
        log.say(own.said)
        pump = asyncio.create_task(log.pump(box.output))
        try:
            answer, end = await self._to_the_end(box, files)
        finally:
            await asyncio.shield(box.kill())
            await pump
        report = _report(answer, end, log.tail(), own.trouble)
        return end, report.model_copy(update={"artefacts": await self._keep(cause.project_id, answer)})

    async def _keep(self, project_id: str, answer: Mapping[str, Any] | None) -> tuple[Artefact, ...]:
        """What the run has left, beside what the last report speaks of."""
        if self._artefacts is None:
            return ()
        found = list(left(answer))
        try:
            await self._artefacts.keep(project_id, {one.digest: content for one, content in found})
        except Exception as outage:  # of the object store: the verdict stands without what the run has left
            get_logger().warning("what the tests have left is not kept", error=repr(outage))
            return ()
        return tuple(one for one, _ in found)

    async def reported(self, transaction: Transaction, project_id: str, report: TestReport) -> None:
        """With the transaction, what the run has left takes the place of what the one before it had."""
        if self._artefacts:
            await self._artefacts.reported(transaction, project_id, [one.digest for one in report.artefacts])

    async def forget(self, project_id: str) -> None:
        """Nothing of its runs is kept any more."""
        if self._artefacts:
            await self._artefacts.forget(project_id)

    async def _to_the_end(self, box: Box, files: Mapping[str, bytes]) -> tuple[Mapping[str, Any] | None, Exit]:
        answer = None
        try:
            async with fair_time(box, self._wall, self._idle):
                # The tests' process may go on with the trace, but nobody believes what it would say of it.
                with tracing.span("test in a sandbox", attributes={"sandbox.id": box.id}):
                    await box.send({"files": encode(files), "trace": tracing.inject({}).get("traceparent", "")})
                    answer = await box.receive(at_most=MOST_SAID)
                    return answer, await box.ended()
        except TimeoutError:
            await box.kill("timed_out")
        return answer, await box.ended()


def passed(end: Exit, report: TestReport) -> bool:
    """At least one test, and none that failed; nothing else is a success."""
    return end.verdict == "exited" and end.code == 0 and report.failed == 0 and report.passed > 0


def encode(files: Mapping[str, bytes | None]) -> dict[str, str | None]:
    """Files as they travel into a sandbox: base64; None deletes."""
    return {path: None if content is None else base64.b64encode(content).decode() for path, content in files.items()}


def _report(answer: Mapping[str, Any] | None, end: Exit, tail: str, trouble: str) -> TestReport:
    """Of both suites; a part that cannot be read counts nothing, and a run that ended ill without a failed test is a failure itself.
    ``trouble`` with the project's packages may be why."""
    said = answer or {}
    parts = [_part(said[name]) for name in ("report", "page_report") if name in said]
    report = TestReport(
        passed=sum(part.passed for part in parts),
        failed=sum(part.failed for part in parts),
        skipped=sum(part.skipped for part in parts),
        seconds=round(sum(part.seconds for part in parts), 3),
        cases=tuple(case for part in parts for case in part.cases)[:MAX_CASES],
    )
    if passed(end, report):
        return report
    if not report.failed:
        report = report.model_copy(update={"failed": 1, "cases": (_whole_run(end, tail),)})
    first = (TestCase(name="the project's packages", outcome="error", message=trouble[:4000]),) if trouble else ()
    return report.model_copy(update={"cases": (*first, *report.cases)[:MAX_CASES]})


def _part(encoded: object) -> TestReport:
    try:
        return parse_report(base64.b64decode(str(encoded or ""), validate=True))
    except (UnreadableError, binascii.Error):
        return TestReport(passed=0, failed=0, skipped=0, seconds=0.0)


def _whole_run(end: Exit, tail: str) -> TestCase:
    """What is wrong when no single test is: the run was stopped, there were no tests, or the report is unreadable."""
    reason = end.detail or ("There were no tests." if end.code in (0, 5) else f"The test run ended with code {end.code}.")
    return TestCase(name="the test run", outcome="error", message=f"{reason}\n{tail}"[:4000])
