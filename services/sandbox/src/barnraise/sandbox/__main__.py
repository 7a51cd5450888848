"""``python -m barnraise.sandbox`` runs the service; ``... base`` makes the base layer that sandboxes see."""

import argparse
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["base"]:
        return _base(arguments[1:])
    from barnraise.chassis.service import run
    from barnraise.sandbox.app import build

    run(build())
    return 0


def _base(arguments: list[str]) -> int:
    """Prints the layer's path on stdout, progress on stderr."""
    from barnraise.sandbox.adapters import layer
    from barnraise.sandbox.adapters.toolchain import ToolchainError

    parser = argparse.ArgumentParser(prog="barnraise.sandbox base", description="Make the base layer of sandboxes, once for its inputs.")
    parser.add_argument("--requirements", type=Path, nargs="+", required=True, help="requirements files, each version pinned")
    parser.add_argument("--node-lock", type=Path, required=True, help="the folder of its package.json and package-lock.json")
    parser.add_argument("--out", type=Path, required=True, help="where layers are kept")
    given = parser.parse_args(arguments)
    try:
        made = layer.build(given.requirements, given.node_lock, given.out.absolute(), _say)
    except ToolchainError as error:
        _say(str(error))
        return 1
    sys.stdout.write(f"{made.path}\n")
    return 0


def _say(text: str) -> None:
    sys.stderr.write(f"base layer: {text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
