"""Messages keep their meaning: old samples parse for ever, schemas only grow, documents are what is committed."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from barnraise.contracts import asyncapi, schemas
from barnraise.contracts.base import Contract, Message
from barnraise.contracts.commands import COMMANDS, StartJob
from barnraise.contracts.events import EVENTS, JobEnded
from barnraise.contracts.requests import REQUESTS, GetPreview
from barnraise.contracts.subjects import command_subject, event_filter, event_subject, project_subject, request_subject, subject_of, token

HERE = Path(__file__).parent
SCHEMAS = HERE.parent / "schemas"
DOCUMENTS = pytest.mark.parametrize("kind", schemas.DOCUMENTS, ids=lambda kind: kind.__name__)


def sample(name: str) -> dict:
    return json.loads((HERE / "samples" / name).read_text())


@DOCUMENTS
def test_a_sample_of_every_message_parses_and_writes_itself_again(kind: type[Contract]) -> None:
    golden = sample(schemas.file_name(kind))
    assert lost(golden, json.loads(kind.model_validate(golden).model_dump_json())) == []


def lost(golden: object, written: object, at: str = "") -> list[str]:
    """Where what was written lacks or alters something of a sample; what is newer than the sample may stand beside it."""
    if isinstance(golden, dict) and isinstance(written, dict):
        return [place for key, value in golden.items() for place in lost(value, written.get(key, "nothing"), f"{at}.{key}")]
    if isinstance(golden, list) and isinstance(written, list) and len(golden) == len(written):
        return [place for number, pair in enumerate(zip(golden, written, strict=True)) for place in lost(*pair, f"{at}[{number}]")]
    return [] if golden == written else [at]


def test_the_measure_sees_what_is_lost() -> None:
    assert lost({"a": [{"b": 1}], "c": 2}, {"a": [{"b": 1, "new": None}], "c": 2}) == []
    assert lost({"a": [{"b": 1}], "c": 2}, {"a": [{"b": 2}]}) == [".a[0].b", ".c"]
    assert lost([1, 2], [1]) == [""]


@DOCUMENTS
def test_the_committed_schema_is_the_code_s_and_breaks_nothing(kind: type[Contract]) -> None:
    committed = (SCHEMAS / schemas.file_name(kind)).read_text()
    assert schemas.breaks(json.loads(committed), kind.model_json_schema()) == []
    assert schemas.text(kind) == committed, "run: python -m barnraise.contracts.schemas libs/contracts/schemas"


def test_nothing_committed_was_dropped() -> None:
    assert {file.name for file in SCHEMAS.iterdir()} == {schemas.file_name(kind) for kind in schemas.DOCUMENTS}


@DOCUMENTS
def test_unknown_keys_are_refused(kind: type[Contract]) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate(sample(schemas.file_name(kind)) | {"surprise": 1})


def surprised(document: Any) -> Any:
    """The document as a newer version may write it, with something more in every object."""
    if isinstance(document, list):
        return [surprised(part) for part in document]
    return {key: surprised(value) for key, value in document.items()} | {"surprise_": 1} if isinstance(document, dict) else document


@DOCUMENTS
def test_a_reader_of_today_understands_what_a_newer_writer_adds(kind: type[Contract]) -> None:
    today = kind.model_validate(sample(schemas.file_name(kind)))
    free = [name for name, field in kind.model_fields.items() if "dict" in str(field.annotation)]
    read = kind.decode(json.dumps(surprised(sample(schemas.file_name(kind)))))
    assert read.model_dump(exclude=set(free)) == today.model_dump(exclude=set(free))


OLD = {
    "properties": {
        "status": {"enum": ["a", "b"], "type": "string"},
        "text": {"type": "string", "maxLength": 100},
        "note": {"anyOf": [{"type": "string", "maxLength": 10}, {"type": "null"}], "default": None},
        "list": {"type": "array", "items": {"$ref": "#/$defs/Item"}, "maxItems": 5},
        "map": {"type": "object", "additionalProperties": {"type": "integer"}},
    },
    "required": ["text"],
    "$defs": {"Item": {"properties": {"size": {"type": "integer", "minimum": 0}}}},
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: s["properties"].pop("status"), "/status: removed"),
        (lambda s: s["required"].append("new"), "/new: required now"),
        (lambda s: s["properties"]["status"]["enum"].pop(), "/status: no longer 'b'"),
        (lambda s: s["properties"].update(status={"const": "a", "type": "string"}), "/status: no longer 'b'"),
        (lambda s: s["properties"]["text"].update(enum=["x"]), "/text: no longer 'any value'"),
        (lambda s: s["properties"]["text"].update(maxLength=10), "/text: maxLength is 10, was 100"),
        (lambda s: s["properties"]["text"].update(minLength=1), "/text: minLength is 1, was None"),
        (lambda s: s["properties"]["text"].update(type="integer"), "/text: type is 'integer'"),
        (lambda s: s["properties"]["text"].update(pattern="^x$"), "/text: pattern"),
        (lambda s: s["properties"]["text"].update(format="uri"), "/text: format"),
        (lambda s: s["properties"].update(note={"type": "string"}), "/note: no longer {'type': 'null'}"),
        (lambda s: s["properties"]["note"]["anyOf"][0].update(maxLength=5), "/note: no longer"),
        (lambda s: s["properties"]["list"].update(maxItems=1), "/list: maxItems"),
        (lambda s: s["properties"]["list"].update(items={"type": "string"}), "/list[]: $ref is gone"),
        (lambda s: s["properties"]["map"].update(additionalProperties={"type": "string"}), "/map[]: type"),
        (lambda s: s["$defs"]["Item"]["properties"]["size"].update(minimum=1), "#Item/size: minimum"),
    ],
)
def test_a_change_that_breaks_is_noticed(change: Callable[[dict], object], said: str) -> None:
    new = copy.deepcopy(OLD)
    change(new)
    assert any(said in problem for problem in schemas.breaks(OLD, new)), schemas.breaks(OLD, new)


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s["properties"].update(cost={"type": "number", "default": 0}),
        lambda s: s["properties"]["status"]["enum"].append("c"),
        lambda s: s["properties"]["text"].update(maxLength=200, description="Longer."),
        lambda s: s["properties"].update(text={"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}),
        lambda s: s["properties"]["note"]["anyOf"].append({"type": "integer"}),
        lambda s: s["properties"]["note"]["anyOf"][0].update(maxLength=20),
        lambda s: s.update(required=[]),
    ],
)
def test_a_change_that_adds_is_welcome(change: Callable[[dict], object]) -> None:
    new = copy.deepcopy(OLD)
    change(new)
    assert schemas.breaks(OLD, new) == []


def test_tags_are_unique_and_carry_a_version() -> None:
    tags = [kind.tag() for kind in (*COMMANDS, *EVENTS, *REQUESTS)]
    assert len(tags) == len(set(tags))
    assert all(tag.rsplit(".", 1)[1].startswith("v") for tag in tags)


def test_subjects_come_from_tags() -> None:
    start = StartJob.model_validate(sample("job.start.v1.json"))
    ended = JobEnded.model_validate(sample("job.ended.v1.json"))
    asked = GetPreview.model_validate(sample("preview.get.v1.json"))
    assert subject_of(start) == command_subject(StartJob) == "cmd.planner.job-start-v1"
    assert subject_of(ended) == event_subject(ended) == "evt.p1.job-ended-v1"
    assert subject_of(asked) == request_subject(GetPreview) == "req.sandbox.preview-get-v1"
    assert event_filter(JobEnded) == "evt.*.job-ended-v1"
    assert project_subject("p1") == "evt.p1.>"
    assert token(JobEnded) == "job-ended-v1"
    with pytest.raises(TypeError):
        subject_of(Message(id="x", project_id="p", at="2026-01-01T00:00:00Z"))


@pytest.mark.parametrize("project", ["a.b", "*", ">", "a b", "", "A", "x" * 65, "a\n", "../a"])
def test_no_project_id_can_be_a_wildcard_or_another_subject(project: str) -> None:
    with pytest.raises(ValidationError):
        JobEnded.model_validate(sample("job.ended.v1.json") | {"project_id": project})


def test_the_asyncapi_document_is_the_committed_one() -> None:
    document = asyncapi.document()
    committed = json.loads((HERE.parents[2] / "docs" / "asyncapi.json").read_text())
    assert document == committed, "run: python -m barnraise.contracts.asyncapi > docs/asyncapi.json"
    assert {channel["address"] for channel in document["channels"].values()} >= {"evt.{project}.job-ended-v1", "cmd.planner.job-start-v1"}
    for operation in document["operations"].values():
        assert operation["channel"]["$ref"].removeprefix("#/channels/") in document["channels"]
