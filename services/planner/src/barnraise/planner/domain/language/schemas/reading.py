"""Finds a schema in a message: a script or document by itself, or in a fenced block with words around it.

The parsers are loaded when there is something for them to parse; one of them takes most of a second.
"""

import json
import re
from typing import Any

from barnraise.planner.domain.language.schemas.outline import Imported, Outline, imported

_FENCE = re.compile(r"```[\w-]*\n(.*?)```", re.DOTALL)
_SQL = re.compile(r"\bcreate\s+(?:(?:global|local|temp|temporary|unlogged)\s+){0,2}table\b[^;()]{1,200}\(", re.IGNORECASE)
_OPENAPI = re.compile(r"[\"']?\b(?:openapi|swagger)\b[\"']?\s*:\s*[\"']?[23]\.")
_BEGINS = re.compile(r"\bcreate\s+(?:table|type|schema|extension|sequence|temp|unlogged)\b|--", re.IGNORECASE)


def read_schema(text: str) -> Imported | None:
    """The application that a schema in the text describes; None when there is none in it, or nothing of it can be kept."""
    fenced = [block for block in _FENCE.findall(text) if _SQL.search(block) or _OPENAPI.search(block)]
    source = "\n".join(fenced) if fenced else text
    words = " ".join(_FENCE.sub(" ", text).split()) if fenced else ""
    if _OPENAPI.search(source) and (document := _document(source)) is not None:
        from barnraise.planner.domain.language.schemas.openapi import outline_of

        return imported(outline_of(document), words or "Made from an OpenAPI document.")
    if _SQL.search(source):
        return imported(_sql(source), words or "Made from an SQL schema.")
    return None


def _sql(source: str) -> Outline:
    from barnraise.planner.domain.language.schemas.sql import outline_of

    begin = _BEGINS.search(source)
    return outline_of(source[begin.start() if begin else 0 :])


def _document(source: str) -> dict[str, Any] | None:
    """The document behind whatever words stand before it."""
    import yaml

    for start in dict.fromkeys(
        (0, source.find("{"), *(match.start() for match in re.finditer(r"^(?=openapi|swagger)", source, re.MULTILINE)))
    ):
        if start < 0:
            continue
        try:
            found = json.loads(source[start:]) if source[start : start + 1] == "{" else yaml.safe_load(source[start:])
        except (ValueError, yaml.YAMLError, RecursionError):
            continue
        if isinstance(found, dict) and {"openapi", "swagger"} & found.keys():
            return found
    return None
