"""Several checks, one after the other: a fork takes longer than they do where there is little to look at."""

import importlib
import json
import sys
import time
from io import StringIO


def main() -> None:
    """``[[module, files], ...]`` on standard input; ``[[what it said, seconds], ...]`` on standard output. None is caught that fails."""
    told = []
    output = sys.stdout
    for module, files in json.load(sys.stdin):
        start = time.monotonic()
        sys.stdin, sys.stdout = StringIO(json.dumps(files)), StringIO()
        importlib.import_module(module).main()
        told.append([sys.stdout.getvalue(), round(time.monotonic() - start, 3)])
    sys.stdout = output
    json.dump(told, output)
