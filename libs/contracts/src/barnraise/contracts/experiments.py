"""Experiments with what models are told and which are asked: variants of one role, what came of each, and which won."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from barnraise.contracts.base import Contract
from barnraise.contracts.models import ModelName
from barnraise.contracts.request import Request

ExperimentName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
ExperimentRole = Literal["edit", "backend", "uix", "test", "quality", "devops"]
"""Those whose work is checked, tested and merged, so that it can be said what came of it."""


class Variant(Contract):
    """What is different: the role's ``prompt``, which ``model`` (by its profile's name) is asked first, both, or nothing."""

    name: ExperimentName
    prompt: Annotated[str, Field(min_length=1, max_length=8000)] | None = None
    model: ModelName | None = None


class Experiment(Contract):
    """``variants``: the first is what the others have to beat. ``sample``: how many projects of each are looked at, and no more."""

    name: ExperimentName
    role: ExperimentRole
    variants: Annotated[tuple[Variant, ...], Field(min_length=2, max_length=4)]
    sample: Annotated[int, Field(ge=10, le=1_000)] = 50

    @model_validator(mode="after")
    def _distinct(self) -> "Experiment":
        if len({variant.name for variant in self.variants}) < len(self.variants):
            raise ValueError("two variants have the same name")
        return self


class VariantOutcome(Contract):
    """Of the ``sample`` of projects: how many were given the variant, of how many it is known what came of it, and in how many of those the
    change landed by itself and was not undone (``kept``), or was ``undone``. Means: ``repairs``, ``findings``, ``failing`` tests and the
    critic's ``score`` of what was first proposed (None: none is known yet), US dollars and seconds of model calls of a change."""

    name: ExperimentName
    given: int
    settled: int
    kept: int
    undone: int
    repairs: float
    findings: float
    failing: float
    score: float | None = None
    cost: Decimal
    seconds: float


class ExperimentState(Contract):
    """``decided``: all of the sample is known; ``winner`` None then means that no variant was shown to be better than the first, which
    holds. ``said``: in a sentence."""

    experiment: Experiment
    state: Literal["running", "decided", "rolled_back"]
    winner: ExperimentName | None
    said: Annotated[str, Field(max_length=1000)]
    started_at: datetime
    outcomes: tuple[VariantOutcome, ...]


class Experiments(Contract):
    """The newest first."""

    items: tuple[ExperimentState, ...]


class ListExperiments(Request):
    owner: ClassVar[str] = "codegen"
    type: Literal["experiments.list.v1"] = "experiments.list.v1"


class StartExperiment(Request):
    """One at a time for a role. Starting the same again changes nothing."""

    owner: ClassVar[str] = "codegen"
    type: Literal["experiments.start.v1"] = "experiments.start.v1"
    experiment: Experiment


class RollBackExperiment(Request):
    """End it, whether it runs or has a winner: the role is again what it is without it, for all projects and from the next call."""

    owner: ClassVar[str] = "codegen"
    type: Literal["experiments.rollback.v1"] = "experiments.rollback.v1"
    name: ExperimentName
