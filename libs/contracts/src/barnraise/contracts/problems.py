"""Errors as data: a stable code, a sentence, and what to do next. The source of RFC 9457 problem details."""

from typing import Annotated, Literal

from pydantic import Field

from barnraise.contracts.base import Contract

ErrorCode = Literal[
    "invalid_request",
    "prompt_empty",
    "prompt_too_long",
    "not_text",
    "name_invalid",
    "unauthorized",
    "origin_refused",
    "not_found",
    "project_deleted",
    "method_not_allowed",
    "version_conflict",
    "merge_conflict",
    "idempotency_mismatch",
    "idempotency_in_flight",
    "nothing_to_undo",
    "nothing_to_redo",
    "job_not_running",
    "job_not_retryable",
    "job_not_resolvable",
    "path_invalid",
    "too_large",
    "unsupported_media_type",
    "document_unreadable",
    "picture_unreadable",
    "too_many_requests",
    "manifest_invalid",
    "validation_failed",
    "tests_failed",
    "preview_failed",
    "nothing_to_show",
    "nothing_to_test",
    "preview_gone",
    "too_many_previews",
    "sandbox_unavailable",
    "packages_refused",
    "packages_unavailable",
    "limit_exceeded",
    "no_model",
    "proposal_unsound",
    "approval_needed",
    "step_timed_out",
    "unavailable",
    "internal",
]


class Problem(Contract):
    """An error that knows its way out: rendered as problem+json, a WebSocket close, a failure event or a log line."""

    code: ErrorCode
    detail: Annotated[str, Field(max_length=2000)]
    next: Annotated[str, Field(max_length=500)]
    retryable: bool = False
