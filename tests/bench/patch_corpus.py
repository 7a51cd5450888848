"""Real edits for the bench of patches: files of packages that changed from one release to the next, as the registries ship them.

`python tests/bench/patch_corpus.py` fetches the releases with pip and npm, from whatever registries these are set up for, and keeps the
edits in the user's cache; nothing of it is in the repository. The bench does the same when they are not there.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

PYTHON = {
    "click": "8.0.0 8.0.2 8.0.4 8.1.0 8.1.2 8.1.3 8.1.4 8.1.7 8.1.8 8.2.0 8.2.1 8.3.0 8.3.1",
    "werkzeug": "2.0.0 2.0.2 2.1.0 2.1.2 2.2.0 2.2.2 2.3.0 2.3.4 2.3.7 3.0.0 3.0.2 3.0.4 3.1.0 3.1.3",
    "starlette": "0.25.0 0.26.1 0.27.0 0.28.0 0.30.0 0.32.0 0.34.0 0.36.0 0.37.0 0.38.1 0.39.1 0.41.0 0.43.0 0.45.1 0.46.1 "
    "0.47.0 0.48.0 0.50.0",
    "httpx": "0.19.0 0.20.0 0.21.1 0.22.0 0.23.0 0.23.2 0.24.0 0.25.0 0.25.2 0.26.0 0.27.0 0.28.0",
    "rich": "12.0.0 12.2.0 12.4.0 12.5.0 12.6.0 13.0.0 13.2.0 13.4.0 13.5.0 13.6.0 13.8.0 13.9.1 14.0.0 14.1.0",
    "typer": "0.12.1 0.12.3 0.12.5 0.13.1 0.15.0 0.15.2 0.16.0 0.19.0 0.20.0",
}
TYPESCRIPT = {
    "@tanstack/query-core": "5.50.1 5.62.15 5.64.0 5.66.0 5.67.1 5.69.0 5.71.0 5.72.1 5.74.0 5.74.7 5.75.5 5.77.0 5.79.0 5.80.2 5.81.2 "
    "5.82.0 5.83.0 5.85.1 5.85.5 5.87.0 5.89.0 5.90.2 5.90.6 5.90.10 5.90.16 5.91.0 5.94.4 5.96.0 5.98.0 5.100.0 "
    "5.100.9 5.101.2 5.102.0 5.103.0 5.104.2 5.106.0",
    "@tanstack/react-query": "5.62.15 5.66.0 5.69.0 5.72.1 5.74.7 5.77.0 5.80.2 5.82.0 5.85.5 5.87.0 5.90.2 5.90.10 5.96.0 5.100.0 5.102.0 "
    "5.104.2",
    "@tanstack/table-core": "8.14.0 8.15.3 8.16.0 8.17.3 8.19.2 8.20.1 8.20.5 8.21.2 8.21.3 9.0.0 9.1.0 9.2.3",
}
MOST_CHANGED, MOST_LINES, WANTED = 120, 2_500, 400


@dataclass(frozen=True)
class RealEdit:
    origin: str
    path: str
    before: str
    after: str


def cached() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "barnraise-bench" / "edits-1.json.gz"


def edits() -> list[RealEdit]:
    """At most 400 of either language, fetched once; always the same ones."""
    if not cached().exists():
        build()
    with gzip.open(cached(), "rt") as file:
        return [RealEdit(**edit) for edit in json.load(file)]


def build() -> None:
    found: list[RealEdit] = []
    with tempfile.TemporaryDirectory(prefix="barnraise-edits-") as place, ThreadPoolExecutor(2) as pool:
        for packages, fetch in ((PYTHON, _wheel), (TYPESCRIPT, _tarball)):
            of_language: list[RealEdit] = []
            for package, versions in packages.items():
                names = versions.split()
                releases = list(pool.map(lambda version, package=package, fetch=fetch: fetch(package, version, Path(place)), names))
                for (old, before), (new, after) in pairwise([(name, files) for name, files in zip(names, releases, strict=True) if files]):
                    of_language += _changed(f"{package} {old} -> {new}", before, after)
            random.Random(5).shuffle(of_language)
            found += of_language[:WANTED]
    cached().parent.mkdir(parents=True, exist_ok=True)
    draft = cached().with_suffix(f".{os.getpid()}")
    with gzip.open(draft, "wt") as file:
        json.dump([asdict(edit) for edit in found], file)
    draft.replace(cached())


def _changed(origin: str, before: dict[str, str], after: dict[str, str]) -> Iterator[RealEdit]:
    for path in sorted(before.keys() & after.keys()):
        old, new = before[path], after[path]
        if old == new or old.count("\n") > MOST_LINES or old.endswith("\n") != new.endswith("\n"):
            continue
        blocks = SequenceMatcher(None, old.split("\n"), new.split("\n"), autojunk=False).get_opcodes()
        if sum(max(b - a, d - c) for tag, a, b, c, d in blocks if tag != "equal") <= MOST_CHANGED:
            yield RealEdit(origin, path, old, new)


def _wheel(package: str, version: str, place: Path) -> dict[str, str]:
    target = place / f"{package}-{version}"
    asked = ["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", str(target), f"{package}=={version}"]
    subprocess.run([sys.executable, *asked, "--disable-pip-version-check"], capture_output=True, timeout=120, check=False)
    for wheel in target.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            return _texts((name, archive.read(name)) for name in archive.namelist() if name.endswith(".py"))
    return {}


def _tarball(package: str, version: str, place: Path) -> dict[str, str]:
    target = place / f"{package.replace('/', '-')}-{version}"
    target.mkdir()
    asked = ["npm", "pack", "--silent", "--pack-destination", str(target), f"{package}@{version}"]
    subprocess.run(asked, cwd=target, capture_output=True, timeout=120, check=False)
    for tarball in target.glob("*.tgz"):
        with tarfile.open(tarball) as archive:
            members = [one for one in archive if one.isfile() and one.name.endswith((".ts", ".tsx")) and "/src/" in one.name]
            return _texts((one.name, file.read()) for one in members if (file := archive.extractfile(one)) is not None)
    return {}


def _texts(files: Iterator[tuple[str, bytes]]) -> dict[str, str]:
    """Only what stands in lines of one kind."""
    found: dict[str, str] = {}
    for path, data in files:
        try:
            text = data.decode()
        except UnicodeDecodeError:
            continue
        if text and "\r" not in text and "\0" not in text:
            found[path] = text
    return found


if __name__ == "__main__":
    build()
    known = edits()
    for ending in (".py", ".ts", ".tsx"):
        print(ending, sum(edit.path.endswith(ending) for edit in known), "edits")
