"""Language models as people set them up: for a project, or (``project_id`` ``"any"``) for all. Keys go in and never come out."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from barnraise.contracts.base import Contract
from barnraise.contracts.request import Request

ModelName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Task = Literal["vision", "reasoning", "code", "ui", "cheap"]
Wire = Literal["openai-chat", "openai-responses", "anthropic", "gemini"]


class ModelPrice(Contract):
    """US dollars for a million tokens; what is read from or written to the provider's cache costs as ``input`` where it is None."""

    input: Annotated[Decimal, Field(ge=0)]
    output: Annotated[Decimal, Field(ge=0)]
    cached: Annotated[Decimal, Field(ge=0)] | None = None
    cache_written: Annotated[Decimal, Field(ge=0)] | None = None


class ModelSettings(Contract):
    """One model at one provider. What is None is the vendor's own, or the usual: see docs/models.md."""

    name: ModelName
    vendor: Annotated[str, Field(max_length=40)]
    model: Annotated[str, Field(min_length=1, max_length=200)]
    url: Annotated[str, Field(max_length=300)] | None = None
    protocol: Wire | None = None
    tasks: Annotated[tuple[Task, ...], Field(min_length=1, max_length=5)] | None = None
    context: Annotated[int, Field(ge=256, le=100_000_000)] | None = None
    output: Annotated[int, Field(ge=16, le=10_000_000)] | None = None
    price: ModelPrice | None = None
    parallel: Annotated[int, Field(ge=1, le=256)] | None = None
    queue: Annotated[int, Field(ge=0, le=10_000)] | None = None
    stall: Annotated[float, Field(gt=0, le=600)] | None = None


class BudgetCap(Contract):
    """The hard cap; None is without end. ``soft``: the share of it from which people are told."""

    tokens: Annotated[int, Field(ge=0)] | None = None
    cost: Annotated[Decimal, Field(ge=0)] | None = None
    soft: Annotated[float, Field(ge=0, le=1)] = 0.8


class ModelBudgets(Contract):
    """For one job, and for all of a project."""

    job: BudgetCap = BudgetCap()
    project: BudgetCap = BudgetCap()


class SetUpModel(Contract):
    """A model, and where it comes from: the ``project``, the ``instance`` (set up for all projects), or the operator's ``file``.
    ``readable`` is false where its key cannot be opened any more."""

    settings: ModelSettings
    origin: Literal["project", "instance", "file"]
    has_key: bool
    readable: bool = True


class ModelSetup(Contract):
    """``models`` in the order of preference. ``budgets`` are those that hold; ``own_budgets``: they are the project's own.
    ``problem``: why the operator's file cannot be read. ``keeps_keys``: whether keys can be kept here."""

    models: tuple[SetUpModel, ...]
    budgets: ModelBudgets
    own_budgets: bool
    keeps_keys: bool
    problem: str | None = None


class ModelVerdict(Contract):
    """``kind``: ``ok``, ``no_key``, ``refused_key``, ``unknown_model``, ``wrong_path``, ``untrusted``, ``unreachable`` and others;
    ``sentence`` is for a person."""

    ok: bool
    kind: str
    sentence: Annotated[str, Field(max_length=1000)]
    seconds: float


class _Secretive(Request):
    """A wrong one is told about without what it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class GetModelSetup(Request):
    """Which models may this project ask, and what may it spend?"""

    owner: ClassVar[str] = "codegen"
    type: Literal["models.setup.v1"] = "models.setup.v1"


class SaveModel(_Secretive):
    """Set a model up, or change it. ``key`` None keeps the key that is kept, unless vendor, address or protocol change: a key goes where it
    was given for, and nowhere else. An empty one removes it."""

    owner: ClassVar[str] = "codegen"
    type: Literal["models.save.v1"] = "models.save.v1"
    settings: ModelSettings
    key: Annotated[str | None, Field(max_length=1000, repr=False)] = None


class DropModel(Request):
    owner: ClassVar[str] = "codegen"
    type: Literal["models.drop.v1"] = "models.drop.v1"
    name: ModelName


class TestModel(_Secretive):
    """Ask one small question, with these settings, saved or not. ``key`` None takes the one that is kept, under the same condition."""

    __test__ = False
    owner: ClassVar[str] = "codegen"
    type: Literal["models.test.v1"] = "models.test.v1"
    settings: ModelSettings
    key: Annotated[str | None, Field(max_length=1000, repr=False)] = None


class SetBudgets(Request):
    """None: those of the instance hold again."""

    owner: ClassVar[str] = "codegen"
    type: Literal["budgets.set.v1"] = "budgets.set.v1"
    budgets: ModelBudgets | None
