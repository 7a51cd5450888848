"""JSON Resume files, read with patience: what fits is taken, what does not is named."""

import json
import types
from typing import Any, Union, get_args, get_origin

from barnraise.planner.domain.resumes.headings import language_of
from barnraise.planner.domain.resumes.resume import Part, Read, Resume

_PARTS = ("work", "education", "skills", "projects", "volunteer", "publications", "languages")
_KNOWN = frozenset({"$schema", "meta"})
_LONGEST = 5000


def read_json(text: str) -> Read | None:
    """The résumé of a JSON Resume document; None for any other text."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or not isinstance(document.get("basics"), dict):
        return None
    if not document["basics"].get("name") and not any(document.get(part) for part in _PARTS):
        return None
    doubts: list[str] = []
    resume = Resume.model_validate(_fitted(document, Resume, "", doubts))
    doubts += [
        f"I do not know the part “{str(key)[:60]}” of the file; it is left out." for key in document if key not in {*_keys(Resume), *_KNOWN}
    ]
    where = resume.basics.location
    private = ["the phone number"] * bool(resume.basics.phone) + ["the street address"] * bool(where.address or where.postal_code)
    private += ["the people who are named as references"] * bool(resume.references)
    said = " ".join((resume.basics.summary, *(f"{job.summary} {' '.join(job.highlights)}" for job in resume.work)))
    return Read(resume=resume, language=language_of(said), private=tuple(private), doubts=tuple(doubts[:20]))


def _keys(kind: type[Part]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in kind.model_fields.items()}


def _fitted(value: Any, wanted: Any, path: str, doubts: list[str]) -> Any:
    """The value in the wanted shape: numbers become text, one thing where several may stand becomes a list of one."""
    if get_origin(wanted) in (Union, types.UnionType):
        wanted = get_args(wanted)[0]
    if isinstance(wanted, type) and issubclass(wanted, Part):
        return _object(value, wanted, path, doubts)
    if get_origin(wanted) is tuple:
        items = value if isinstance(value, list) else [] if value is None else [value]
        fitted = (_fitted(item, get_args(wanted)[0], f"{path}[{place}]", doubts) for place, item in enumerate(items[:200]))
        return [item for item in fitted if item not in (None, "")]
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value).replace("\x00", "")[:_LONGEST]
    if value is not None:
        doubts.append(f"I could not read {path} of the file.")
    return ""


def _object(value: Any, wanted: type[Part], path: str, doubts: list[str]) -> dict[str, Any] | None:
    if not isinstance(value, dict):
        if isinstance(value, str) and value and "name" in wanted.model_fields:
            return {"name": value[:_LONGEST]}
        doubts.append(f"I could not read {path or 'the file'}.")
        return {} if path and "[" not in path else None
    keys = _keys(wanted)
    return {key: _fitted(value[key], kind, f"{path}.{key}".lstrip("."), doubts) for key, kind in keys.items() if key in value}
