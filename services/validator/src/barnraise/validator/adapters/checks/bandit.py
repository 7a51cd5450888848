"""Bandit, on the files that are given. What the project says about it is not heard: nothing is read but those files."""

import json
import sys
from functools import cache

from bandit.core.config import BanditConfig
from bandit.core.manager import BanditManager

from barnraise.validator.adapters.checks.files import asked

_NOT = {"B101"}
"""Tests that are left out: ``assert``."""


def warm() -> None:
    _manager()


def main() -> None:
    """Its own report on standard output."""
    manager = _manager()
    manager.discover_files([f"./{path}" for path in asked()])
    manager.run_tests()
    json.dump({"results": [issue.as_dict(with_code=False) for issue in manager.get_issue_list()]}, sys.stdout)


@cache
def _manager() -> BanditManager:
    """Made before there is a fork. It keeps what it finds, so it is good for one run."""
    profile = {"include": set(), "exclude": set(_NOT)}
    return BanditManager(BanditConfig(), "file", quiet=True, profile=profile, ignore_nosec=True)
