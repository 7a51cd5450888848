"""What a service's image holds, as a CycloneDX document: ``sbom.py SERVICE REQUIREMENTS``, run by the Python that it is about."""

import json
import re
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any


def document(service: str, requirements: str) -> dict[str, Any]:
    """CycloneDX 1.5; the hashes are those that the lock allows."""
    hashes = dict(_hashes(requirements))
    components = [_component(found, hashes) for found in sorted(distributions(), key=_name)]
    main = {"type": "application", "name": f"barnraise-{service}", "bom-ref": f"barnraise-{service}"}
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "metadata": {"component": main}, "components": components}


def _component(found: Distribution, hashes: dict[str, list[str]]) -> dict[str, Any]:
    name = _name(found)
    purl = f"pkg:pypi/{name}@{found.version}"
    component: dict[str, Any] = {"type": "library", "name": name, "version": found.version, "purl": purl, "bom-ref": purl}
    if licence := found.metadata["License-Expression"]:
        component["licenses"] = [{"expression": licence}]
    if name in hashes:
        files = [{"type": "distribution", "url": purl, "hashes": [{"alg": "SHA-256", "content": one}]} for one in hashes[name]]
        component["externalReferences"] = files
    return component


def _hashes(requirements: str) -> list[tuple[str, list[str]]]:
    """Name and SHA-256 of each paragraph of a requirements file."""
    paragraphs = re.findall(r"(?m)^([a-zA-Z0-9._-]+)(?:\[[^]]*\])?==(.*(?:\n[ ].*)*)", requirements)
    return [(_normal(name), re.findall(r"sha256:([0-9a-f]{64})", rest)) for name, rest in paragraphs]


def _name(found: Distribution) -> str:
    return _normal(found.metadata["Name"])


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    json.dump(document(sys.argv[1], Path(sys.argv[2]).read_text()), sys.stdout, indent=1)
