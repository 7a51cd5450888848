"""Bodies that may bring files: JSON, or a form with the same fields and ``files``."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Header, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from barnraise.contracts.problems import ErrorCode
from barnraise.gateway.domain.records import Key
from barnraise.gateway.domain.refusals import Refusal
from barnraise.gateway.domain.sniffing import Upload
from barnraise.gateway.service.documents import MAX_FILE, MAX_FILES
from barnraise.gateway.service.once import make_key

B = TypeVar("B", bound=BaseModel)
FORM = "multipart/form-data"
FILES, PICTURES = "files", "pictures"
_MOST_FIELDS = 10
UNREAD: tuple[ErrorCode, ...] = ("too_large", "unsupported_media_type", "document_unreadable", "picture_unreadable", "sandbox_unavailable")
"""How files can be refused."""
_MOST_TEXT = 1 << 20


@dataclass(frozen=True)
class Sent(Generic[B]):
    """A body, what came with it, and the key under which it takes effect once."""

    body: B
    files: tuple[Upload, ...]
    key: Key | None


def sent(kind: type[B]) -> Callable[..., Awaitable[Sent[B]]]:
    """A dependency: the request's body as ``kind``, from JSON or from a form."""

    async def read(
        request: Request,
        given: Annotated[
            str | None, Header(alias="Idempotency-Key", description="The same key makes a repeated request take effect once.")
        ] = None,
    ) -> Sent[B]:
        if is_form(request.headers.get("content-type", "")):
            fields, files = await _form(request)
            spoken = fields if not files else dict.fromkeys(_required(kind), "") | fields
            return Sent(_body(kind, spoken), files, make_key(given, request.method, request.url.path, _canonical(fields, files)))
        body = await request.body()
        return Sent(_body(kind, _json(body)), (), make_key(given, request.method, request.url.path, body))

    return read


def is_form(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == FORM


def documented(kind: type[BaseModel]) -> dict[str, Any]:
    """The request body for the OpenAPI document."""
    schema = kind.model_json_schema()
    files = {"type": "array", "maxItems": MAX_FILES, "items": {"type": "string", "format": "binary"}}
    form = {key: value for key, value in schema.items() if key not in ("examples", "required")}
    form["properties"] = schema["properties"] | {FILES: files, PICTURES: files}
    form["description"] = (
        f"The same fields and up to {MAX_FILES} files of {MAX_FILE >> 20} MiB: PDF, DOCX, text, Markdown, JSON, CSV, and PNG, JPEG or WebP "
        f"to look at. What is sent as '{PICTURES}' has to be a picture. With a file, the words may be missing."
    )
    content = {"application/json": {"schema": schema}, FORM: {"schema": form}}
    return {"requestBody": {"required": True, "content": content}}


async def _form(request: Request) -> tuple[dict[str, str], tuple[Upload, ...]]:
    parser = MultiPartParser(request.headers, request.stream(), max_files=MAX_FILES + 1, max_fields=_MOST_FIELDS, max_part_size=_MOST_TEXT)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as error:
        detail = f"The form cannot be read: {getattr(error, 'message', 'it has no boundary')}"
        fix = f"Send {FORM} with the fields of the JSON body and at most {MAX_FILES} files."
        raise Refusal("invalid_request", detail, fix, pointer="/", status=400) from error
    try:
        return await _parts(form)
    finally:
        await form.close()


async def _parts(form: FormData) -> tuple[dict[str, str], tuple[Upload, ...]]:
    fields: dict[str, str] = {}
    files: list[Upload] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile) != (name in (FILES, PICTURES)):
            where = f"Files belong into '{FILES}' or '{PICTURES}', and only files."
            raise Refusal("invalid_request", where, "Correct the form.", pointer=f"/{name[:100]}")
        if isinstance(value, UploadFile):
            # One byte more than is allowed tells that it is too large.
            files.append(Upload(value.filename or "", await value.read(MAX_FILE + 1), picture=name == PICTURES))
        elif name in fields:
            raise Refusal("invalid_request", f"The field '{name[:100]}' stands twice.", "Send it once.", pointer=f"/{name[:100]}")
        else:
            fields[name] = value
    return fields, tuple(files)


def _canonical(fields: dict[str, str], files: tuple[Upload, ...]) -> bytes:
    """A form without its boundary, which is another one when the request is repeated."""
    told = [[file.name, hashlib.sha256(file.content).hexdigest(), *(["picture"] if file.picture else [])] for file in files]
    return json.dumps([sorted(fields.items()), told]).encode()


def _required(kind: type[BaseModel]) -> list[str]:
    return [name for name, field in kind.model_fields.items() if field.is_required()]


def _json(body: bytes) -> Any:
    if not body:
        raise RequestValidationError([{"type": "missing", "loc": ("body",), "msg": "Field required", "input": None}])
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        place, what = (error.pos, error.msg) if isinstance(error, json.JSONDecodeError) else (0, "It goes too deep or too far")
        found = {"type": "json_invalid", "loc": ("body", place), "msg": "JSON decode error", "input": {}, "ctx": {"error": what}}
        raise RequestValidationError([found]) from error


def _body(kind: type[B], values: Any) -> B:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise RequestValidationError([{**found, "loc": ("body", *found["loc"])} for found in error.errors()]) from error
