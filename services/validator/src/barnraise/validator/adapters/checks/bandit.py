"""Bandit, on the files that are given; ``sys.argv``: its configuration. What the project says about it is not heard."""

import sys

from bandit.cli.main import main as run

from barnraise.validator.adapters.checks.files import asked

_OPTIONS = ("--format", "json", "--quiet", "--exit-zero", "--ignore-nosec", "--skip", "B101")


def main() -> None:
    """Its own report on standard output. The configuration is named, so that a .bandit file of the project is not looked for."""
    sys.argv = ["bandit", *_OPTIONS, "--ini", sys.argv[1], "--", *(f"./{path}" for path in asked())]
    run()
