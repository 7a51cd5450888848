"""A project to write to: repositories on a temporary cache, packs installed as a commit would do it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from barnraise.vfs import Repository
from barnraise.vfs.cache import Cache
from barnraise.vfs.history import write_message

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class Project:
    """``commit`` moves ``main``; ``open`` gives it as another process would see it."""

    def __init__(self, root: Path) -> None:
        self.cache = Cache(root)
        self.refs: dict[str, str] = {}

    def open(self) -> Repository:
        return Repository("shop", self.cache.prepare("shop"), self.refs)

    def commit(self, changes: Mapping[str, bytes | None], summary: str = "Change", branch: str = "main") -> str:
        repository = self.open()
        head = self.refs.get(branch)
        tree = repository.edit_tree(repository.tree_of(head) if head else repository.write_tree({}), changes)
        message = write_message(summary, origin="edit", step_id="step-1", job_id="job-1")
        commit = repository.commit(tree, [head] if head else [], message, author="User", at=AT)
        self.cache.install("shop", repository.pack([commit]))
        self.refs[branch] = commit
        return commit


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    yield Project(tmp_path / "cache")
