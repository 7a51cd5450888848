"""Models' changes that wait for a person, as the HTTP API shows them."""

from barnraise.contracts.base import Contract
from barnraise.contracts.events import FileChange, ModelUse
from barnraise.contracts.impact import Impact
from barnraise.contracts.jobs import JobStatus
from barnraise.contracts.problems import Problem
from barnraise.gateway.domain.views import Commit, Counts


class ProposalChecks(Contract):
    """What the critic said of the proposal; ``errors`` counts its findings that are errors."""

    passed: bool
    score: int
    errors: int


class Proposal(Contract):
    """A model's change that stands on a branch of its own, for a person to merge or discard. ``base`` is where the branch left ``main``;
    ``waits`` says why it was not merged by itself. ``checks`` and ``tests`` are of this very commit, null where there are none.
    ``impact``: what it touches, null where nobody could tell. ``used`` is what its newest reply took; the job's whole usage has an address
    of its own."""

    branch: str
    commit: Commit
    base: str | None
    job_id: str | None
    status: JobStatus | None
    text: str
    files: tuple[FileChange, ...]
    checks: ProposalChecks | None
    tests: Counts | None
    waits: Problem | None
    used: ModelUse | None
    impact: Impact | None = None


class Proposals(Contract):
    items: tuple[Proposal, ...]
