"""``python -m barnraise.gateway`` runs the service; ``... escape`` attacks the platform from hostile previews in a browser."""

import argparse
import contextlib
import json
import sys

from barnraise.chassis.service import run
from barnraise.gateway.app import build, escape


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["escape"]:
        return _escape(arguments[1:])
    run(build())
    return 0


def _escape(arguments: list[str]) -> int:
    """Prints a JSON line for each attack; 1 when one succeeded or could not be carried out."""
    parser = argparse.ArgumentParser(prog="barnraise.gateway escape", description="Attack the platform from hostile previews in a browser.")
    parser.add_argument("--only", nargs="*", default=[], help="names of attacks")
    names, out, bad = parser.parse_args(arguments).only, sys.stdout, False
    with contextlib.redirect_stdout(sys.stderr):  # for what is logged
        for finding in escape(names):
            bad |= finding.verdict in ("escaped", "failed")
            out.write(json.dumps(finding.document()) + "\n")
            out.flush()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
