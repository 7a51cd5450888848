"""The vocabulary of jobs: what a job may be asked to do, its steps and how it may end."""

from typing import Annotated, Literal

from pydantic import Field

JobAction = Literal["message", "undo", "redo", "restore", "check", "test", "clone", "import", "merge"]
"""``message`` is a sentence from the user; ``restore`` goes back to a version; ``check`` follows a hand edit; ``test`` runs the tests of
main again. ``clone`` and ``import`` are a project's first job: they bring the code of another project or of an upload. ``merge`` brings a
branch into main."""

JobStatus = Literal["queued", "running", "succeeded", "failed", "cancelled", "needs_input"]
TERMINAL: frozenset[str] = frozenset({"succeeded", "failed", "cancelled", "needs_input"})

StepName = Literal["plan", "generate", "validate", "repair", "test", "preview"]
StepStatus = Literal["running", "succeeded", "failed", "cancelled", "skipped"]

Intent = Literal["create", "refine", "edit", "undo", "redo", "test", "question", "unclear", "remember"]
"""``refine`` changes the plan, ``edit`` the code: what no plan can say, which a model does. ``remember`` is a standing wish alone."""

Attempts = Annotated[int, Field(ge=1, le=4)]
"""In how many ways something is tried."""
