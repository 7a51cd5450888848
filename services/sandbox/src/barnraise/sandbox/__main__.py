"""``python -m barnraise.sandbox`` runs the service; ``... base`` makes the base layer that sandboxes see; ``... image`` packs
it as an image; ``... drivers`` tells what each driver enforces on this machine; ``... escape`` attacks sandboxes; ``... profile`` prints
the system call filter for a container in which this service runs."""

import argparse
import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["base"]:
        return _base(arguments[1:])
    if arguments[:1] == ["escape"]:
        return _escape(arguments[1:])
    if arguments[:1] == ["image"]:
        return _image(arguments[1:])
    if arguments[:1] == ["drivers"]:
        return _drivers(arguments[1:])
    if arguments == ["profile"]:
        return _profile()
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


def _profile() -> int:
    """Prints the system call filter of the container around this service, as Docker takes it."""
    from barnraise.sandbox.domain.seccomp import compile_outer_profile

    json.dump(compile_outer_profile(), sys.stdout, indent=1)
    return 0


def _escape(arguments: list[str]) -> int:
    """Prints a JSON line for each attack; 1 at an escape or when a sandbox could not be started, 3 where there is none at all."""
    from barnraise.sandbox.adapters.canaries.thread import alone

    parser = argparse.ArgumentParser(prog="barnraise.sandbox escape", description="Attack sandboxes; canaries tell whether they hold.")
    parser.add_argument("--base", type=Path, required=True, help="where layers are kept")
    parser.add_argument("--driver", default=os.environ.get("BARNRAISE_SANDBOX_DRIVER", "auto"), help="which sandboxes")
    parser.add_argument("--only", nargs="*", default=[], help="names of attacks")
    given = parser.parse_args(arguments)
    wanted = {"base_dir": given.base, "sandbox_driver": given.driver}
    wanted |= {f"sandbox_{name}": os.environ.get(f"BARNRAISE_SANDBOX_{name.upper()}", "") for name in ("docker", "accept")}
    return alone(lambda own, signalled: _attack(wanted, given.only, own, signalled))


async def _attack(wanted: Mapping[str, Any], names: list[str], own: bool, signalled: Callable[[], int]) -> int:
    from barnraise.chassis.errors import BarnraiseError
    from barnraise.sandbox.app import escape

    out, bad = sys.stdout, False
    try:
        with contextlib.redirect_stdout(sys.stderr):  # for what is logged
            async for finding in escape(wanted, names, own, signalled):
                bad |= finding.verdict in ("escaped", "failed")
                out.write(json.dumps(finding.document()) + "\n")
                out.flush()
    except BarnraiseError as unavailable:
        _say(f"{unavailable.problem.detail} {unavailable.problem.next}")
        return 3
    return 1 if bad else 0


def _image(arguments: list[str]) -> int:
    from barnraise.sandbox.adapters import image, layer

    parser = argparse.ArgumentParser(prog="barnraise.sandbox image", description="Pack the newest base layer as an image's archive.")
    parser.add_argument("--base", type=Path, required=True, help="where layers are kept")
    parser.add_argument("--out", type=Path, required=True, help="the tar to write")
    given = parser.parse_args(arguments)
    base = layer.find(given.base)
    if base is None:
        _say("There is no base layer. Make one with: barnraise prepare")
        return 1
    with given.out.open("wb") as out:
        image.pack(base, out)
    return 0


def _drivers(arguments: list[str]) -> int:
    """Prints a JSON line for each driver."""
    from barnraise.sandbox.app import rows

    parser = argparse.ArgumentParser(prog="barnraise.sandbox drivers", description="What each sandbox driver enforces on this machine.")
    parser.add_argument("--base", type=Path, required=True, help="where layers are kept")
    given = parser.parse_args(arguments)
    for row in asyncio.run(rows(given.base)):
        sys.stdout.write(f"{json.dumps(row.document())}\n")
    return 0


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
