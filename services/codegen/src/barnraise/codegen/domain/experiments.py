"""Experiments: who is given which variant, what came of it, and by which rule one wins.

A project is given one variant, by a hash, and keeps it. What counts of a project is its first change: later ones of the same project would
not be independent. The sample is fixed before: the first ``sample`` projects of each variant, all of which must be settled. Then, and only
then, each other variant is compared with the first by a two-proportion z-test of the changes kept, at 5 % divided by the number of
comparisons (Bonferroni). Looking earlier, or more often, changes nothing, since nothing is decided before.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from barnraise.codegen.domain.roles import Role
from barnraise.codegen.domain.steps import Step, standing_jobs
from barnraise.contracts.experiments import Experiment, Variant, VariantOutcome

SETTLES = timedelta(hours=24)
"""After this nobody waits for a change to land, nor for it to be undone."""
LEVEL = 0.05


@dataclass(frozen=True)
class Trial:
    """The first change of a project by a variant. ``findings`` and ``failing``: what was wrong with the first proposal; ``score``: what the
    critic gave it, None where nobody knows. ``cost`` (US dollars) and ``seconds``: of all model calls of its job."""

    variant: str
    at: datetime
    fate: Literal["open", "kept", "undone", "not_landed"]
    repairs: int = 0
    findings: int = 0
    failing: int = 0
    score: int | None = None
    cost: Decimal = Decimal(0)
    seconds: float = 0.0


def variant_of(experiment: Experiment, project_id: str) -> Variant:
    """The same for the same project, whoever asks and when."""
    digest = hashlib.sha256(f"{experiment.name} {project_id}".encode()).digest()
    return experiment.variants[int.from_bytes(digest[:8], "big") % len(experiment.variants)]


def played(role: Role, variant: Variant) -> Role:
    """The role as the variant has it."""
    return replace(role, prompt=variant.prompt or role.prompt, prefer=variant.model or "")


def fate(steps: Sequence[Step], job_id: str, at: datetime, now: datetime) -> Literal["open", "kept", "undone", "not_landed"]:
    """What became of a job's change, by the steps of its project."""
    landed = any(step.job_id == job_id and step.origin == "merge" for step in steps)
    if landed and job_id not in standing_jobs(steps):
        return "undone"
    if now - at < SETTLES:
        return "open"
    return "kept" if landed else "not_landed"


def sampled(experiment: Experiment, trials: Sequence[Trial]) -> dict[str, list[Trial]]:
    """The first projects of each variant."""
    ordered = sorted(trials, key=lambda trial: trial.at)
    return {variant.name: [one for one in ordered if one.variant == variant.name][: experiment.sample] for variant in experiment.variants}


def outcomes(experiment: Experiment, trials: Sequence[Trial]) -> tuple[VariantOutcome, ...]:
    return tuple(_outcome(name, found) for name, found in sampled(experiment, trials).items())


def decided(experiment: Experiment, found: Sequence[VariantOutcome]) -> bool:
    """Whether all of the sample is known."""
    return all(one.settled == experiment.sample for one in found)


def winner(experiment: Experiment, found: Sequence[VariantOutcome]) -> str | None:
    """The best of the variants that are shown to be better than the first; None: none is, or it is not known yet."""
    if not decided(experiment, found):
        return None
    first, *others = found
    level = LEVEL / len(others)
    better = [one for one in others if one.kept > first.kept and p_value(one.kept, first.kept, experiment.sample) < level]
    return max(better, key=lambda one: (one.kept, -one.cost), default=first).name if better else None


def p_value(one: int, other: int, sample: int) -> float:
    """Two-sided, of two proportions with the same ``sample``; pooled (Fleiss, Statistical Methods for Rates and Proportions, 2.2)."""
    pooled = (one + other) / (2 * sample)
    spread = math.sqrt(2 * pooled * (1 - pooled) / sample)
    return math.erfc(abs(one - other) / sample / spread / math.sqrt(2)) if spread else 1.0


def told(experiment: Experiment, found: Sequence[VariantOutcome], won: str | None) -> str:
    """How it stands, in a sentence."""
    first = experiment.variants[0].name
    rates = ", ".join(f"{one.name} {one.kept} of {one.settled}" for one in found)
    if won:
        return f"{won} is better than {first} (changes kept: {rates}) and is used for all projects."
    if decided(experiment, found):
        return f"No variant is shown to be better than {first} (changes kept: {rates}); the role is as it was."
    return f"Not decided: {experiment.sample} projects of each variant have to be known (changes kept: {rates})."


def _outcome(name: str, trials: Sequence[Trial]) -> VariantOutcome:
    settled = [trial for trial in trials if trial.fate != "open"]
    count = max(1, len(trials))
    scores = [trial.score for trial in trials if trial.score is not None]
    return VariantOutcome(
        name=name,
        given=len(trials),
        settled=len(settled),
        kept=sum(trial.fate == "kept" for trial in settled),
        undone=sum(trial.fate == "undone" for trial in settled),
        repairs=sum(trial.repairs for trial in trials) / count,
        findings=sum(trial.findings for trial in trials) / count,
        failing=sum(trial.failing for trial in trials) / count,
        score=sum(scores) / len(scores) if scores else None,
        cost=sum((trial.cost for trial in trials), Decimal(0)) / count,
        seconds=sum(trial.seconds for trial in trials) / count,
    )
