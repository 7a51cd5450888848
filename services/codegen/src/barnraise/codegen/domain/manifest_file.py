"""The manifest as it stands in the tree, so that history and manifest cannot disagree."""

import json

from barnraise.contracts.manifest import Manifest

MANIFEST_PATH = ".barnraise/manifest.json"


def write_manifest(manifest: Manifest) -> bytes:
    """Pretty JSON in the order of the contract's fields: a small change of the manifest changes few lines."""
    return (json.dumps(manifest.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n").encode()


def read_manifest(data: bytes) -> Manifest:
    """Raises pydantic's ValidationError."""
    return Manifest.model_validate_json(data)
