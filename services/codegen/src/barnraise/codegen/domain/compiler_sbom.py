"""A bill of materials (CycloneDX 1.6) of what a generated application is made with, read from its lock files.

It has no time stamp, and its serial number follows from its content: equal applications have equal bills.
"""

import base64
import json
import re
import uuid
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)(?P<marker>\s*;.*)?$", re.MULTILINE)


def bill(application: str, version: str, requirements: str = "", lock: str | None = None) -> bytes:
    """The bill as JSON, a component a line; ``requirements`` pins every package, ``lock`` is npm's, version 3, if there is one."""
    lines = _lines(requirements, lock)
    root = {"type": "application", "bom-ref": application, "name": application, "version": version}
    serial = uuid.uuid5(uuid.NAMESPACE_URL, f"{application}\n{lines}")
    return (
        "{\n"
        '  "bomFormat": "CycloneDX",\n'
        '  "specVersion": "1.6",\n'
        f'  "serialNumber": "urn:uuid:{serial}",\n'
        '  "version": 1,\n'
        f'  "metadata": {json.dumps({"component": root})},\n'
        f'  "components": [\n{lines}\n  ]\n'
        "}\n"
    ).encode()


@lru_cache(8)
def _lines(requirements: str, lock: str | None) -> str:
    components = sorted([*_python(requirements), *(_npm(json.loads(lock)) if lock else ())], key=lambda component: component["bom-ref"])
    return ",\n".join(f"    {json.dumps(component)}" for component in components)


def _python(requirements: str) -> Iterator[dict[str, Any]]:
    for found in _PINNED.finditer(requirements):
        name = re.sub(r"[-_.]+", "-", found["name"]).lower()
        yield _component(f"pkg:pypi/{name}@{found['version']}", name, found["version"], optional=bool(found["marker"]))


def _npm(lock: dict[str, Any]) -> Iterator[dict[str, Any]]:
    seen = set()
    for path, package in lock["packages"].items():
        name = path.rpartition("node_modules/")[2]
        purl = f"pkg:npm/{name.replace('@', '%40')}@{package.get('version')}"
        if not path or purl in seen:
            continue
        seen.add(purl)
        optional = any(package.get(mark) for mark in ("dev", "optional", "devOptional"))
        yield _component(purl, name, package["version"], optional) | _hashes(package) | _licenses(package)


def _component(purl: str, name: str, version: str, optional: bool) -> dict[str, Any]:
    """``optional`` is what the running application does without: tools of the build and of other systems."""
    group, _, short = name.rpartition("/")
    named = {"group": group, "name": short} if group else {"name": name}
    scope = "optional" if optional else "required"
    return {"type": "library", "bom-ref": purl, **named, "version": version, "scope": scope, "purl": purl}


def _hashes(package: dict[str, Any]) -> dict[str, Any]:
    algorithm, _, digest = package.get("integrity", "").partition("-")
    return {"hashes": [{"alg": "SHA-512", "content": base64.b64decode(digest).hex()}]} if algorithm == "sha512" else {}


def _licenses(package: dict[str, Any]) -> dict[str, Any]:
    expression = package.get("license")
    return {"licenses": [{"expression": expression}]} if expression else {}
