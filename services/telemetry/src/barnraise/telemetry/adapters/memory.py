"""Records in memory, for tests of the service."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median

from barnraise.chassis.clock import now
from barnraise.chassis.outcome import Transaction
from barnraise.contracts.events import JobEnded, StepEnded
from barnraise.contracts.requests import Span, Statistics, StepStatistics
from barnraise.telemetry.domain.dead import DeadLetter, Kept


class MemoryRecords:
    def __init__(self) -> None:
        self.steps: dict[str, StepEnded] = {}
        self.jobs: dict[str, JobEnded] = {}
        self._dropped: set[str] = set()
        self._dead: dict[tuple[str, str, int], Kept] = {}
        self._spans: dict[tuple[str, str], Span] = {}

    async def add_step(self, transaction: Transaction, event: StepEnded) -> None:
        if event.project_id not in self._dropped:
            self.steps.setdefault(event.id, event)

    async def add_job(self, transaction: Transaction, event: JobEnded) -> None:
        if event.project_id not in self._dropped:
            self.jobs[event.job_id or ""] = event

    async def forget(self, transaction: Transaction, project_id: str) -> None:
        self._dropped.add(project_id)
        self.steps = {key: step for key, step in self.steps.items() if step.project_id != project_id}
        self.jobs = {key: job for key, job in self.jobs.items() if job.project_id != project_id}

    async def old_dead(self, days: int) -> list[DeadLetter]:
        return [kept.letter for kept in self._dead.values() if kept.at < now() - timedelta(days=days)]

    async def tidy(self, days: int) -> None:
        self._dead = {key: kept for key, kept in self._dead.items() if kept.at >= now() - timedelta(days=days)}

    async def add_spans(self, spans: Sequence[Span]) -> None:
        self._spans |= {(span.trace_id, span.span_id): span for span in spans}

    async def add_dead(self, letter: DeadLetter) -> None:
        self._dead.setdefault((letter.stream, letter.consumer, letter.sequence), Kept(letter, now()))

    async def dead(self, limit: int) -> list[Kept]:
        return sorted(self._dead.values(), key=lambda kept: (kept.replayed_at is not None, -kept.at.timestamp()))[:limit]

    async def letter(self, stream: str, consumer: str, sequence: int) -> Kept | None:
        return self._dead.get((stream, consumer, sequence))

    async def open_dead(self) -> dict[tuple[str, str], int]:
        return dict(Counter(key[:2] for key, kept in self._dead.items() if kept.replayed_at is None))

    async def replayed(self, stream: str, consumer: str, sequence: int) -> datetime:
        kept = self._dead[stream, consumer, sequence]
        when = kept.replayed_at or now()
        self._dead[stream, consumer, sequence] = replace(kept, replayed_at=when)
        return when

    async def spans(self, trace_id: str) -> list[Span]:
        return sorted((span for span in self._spans.values() if span.trace_id == trace_id), key=lambda span: (span.start, span.span_id))

    async def statistics(self, project_id: str | None) -> Statistics:
        mine = [step for step in self.steps.values() if project_id in (None, step.project_id)]
        steps = tuple(self._summary(name, [step for step in mine if step.step == name]) for name in sorted({step.step for step in mine}))
        ended = [job.status for job in self.jobs.values() if project_id in (None, job.project_id)]
        return Statistics(steps=steps, jobs={status: ended.count(status) for status in ended})

    async def drop_spans(self, older_than_days: int) -> None:
        newest = max((span.start for span in self._spans.values()), default=0.0)
        self._spans = {key: span for key, span in self._spans.items() if span.start >= newest - older_than_days * 86400}

    def _summary(self, name: str, steps: list[StepEnded]) -> StepStatistics:
        seconds = sorted(step.seconds for step in steps)
        failed = sum(step.status == "failed" for step in steps)
        position = 0.9 * (len(seconds) - 1)
        low, high = seconds[int(position)], seconds[min(int(position) + 1, len(seconds) - 1)]
        p90 = low + (high - low) * (position - int(position))
        return StepStatistics(step=name, count=len(steps), failed=failed, p50=median(seconds), p90=p90)
