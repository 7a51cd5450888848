"""Projects and what is said in them, as the HTTP API shows them."""

from datetime import datetime
from typing import Generic, Literal, TypeVar

from barnraise.contracts.base import Contract
from barnraise.gateway.domain import records
from barnraise.gateway.domain.facts import value
from barnraise.gateway.domain.sites import Site
from barnraise.gateway.domain.views.jobs import Job, job

T = TypeVar("T")


ProjectStatus = Literal["new", "building", "ready", "failed", "needs_input"]


_STATUS: dict[str, ProjectStatus] = {"succeeded": "ready", "failed": "failed", "needs_input": "needs_input"}


class Page(Contract, Generic[T]):
    """A part of a list. ``next_cursor`` leads to the next part while ``has_more``."""

    items: tuple[T, ...]
    next_cursor: str | None
    has_more: bool


class Project(Contract):
    """``job`` is the one that runs, else the newest. ``last_seq`` is the newest event that this takes into account."""

    id: str
    name: str
    status: ProjectStatus
    created_at: datetime
    updated_at: datetime
    job: Job | None
    commit: str | None
    preview_url: str | None
    last_seq: int


class Message(Contract):
    id: str
    role: Literal["user", "assistant"]
    text: str
    at: datetime
    job_id: str | None
    attachments: tuple[str, ...] = ()


class Submitted(Contract):
    project: Project
    job: Job
    message: Message


class Said(Contract):
    job: Job
    message: Message


class Begun(Contract):
    """A project that began as a copy or as a file."""

    project: Project
    job: Job


def project(overview: records.Overview, site: Site) -> Project:
    record, newest = overview.project, overview.job
    preview = value(record.facts, "preview")
    return Project(
        id=record.id,
        name=record.name,
        status=_project_status(overview),
        created_at=record.created_at,
        updated_at=record.updated_at,
        job=job(newest, site) if newest else None,
        commit=value(record.facts, "commit"),
        preview_url=site.preview_url(preview["host"]) if preview else None,
        last_seq=record.last_seq,
    )


def message(record: records.Message) -> Message:
    return Message(id=record.id, role=record.role, text=record.text, at=record.at, job_id=record.job_id, attachments=record.attachments)


def _project_status(overview: records.Overview) -> ProjectStatus:
    if overview.busy:
        return "building"
    ended = overview.job.status if overview.job else ""
    return _STATUS.get(ended) or ("ready" if value(overview.project.facts, "commit") else "new")
