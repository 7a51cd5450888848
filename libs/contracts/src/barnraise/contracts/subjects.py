"""Subjects and streams, derived from the messages' tags: the only place that names them."""

from barnraise.contracts.base import Message
from barnraise.contracts.commands import Command
from barnraise.contracts.events import Event
from barnraise.contracts.requests import Request

COMMAND_STREAM = "COMMANDS"
EVENT_STREAM = "EVENTS"
DEAD_STREAM = "DEAD"
COMMAND_SUBJECTS = "cmd.>"
EVENT_SUBJECTS = "evt.>"
SPAN_SUBJECT = "spans"
MODELS_BUCKET = "models_health"
WORKER_SUBJECT = "workers"
LIVE_SUBJECTS = "live.*"


def command_subject(command: type[Command]) -> str:
    """``cmd.<owner>.<tag>``, with the tag's dots as dashes so that it is one token."""
    return f"cmd.{command.owner}.{token(command)}"


def request_subject(request: type[Request], replica: str = "") -> str:
    """Heard by all replicas in turn, or by the named one alone."""
    return f"req.{request.owner}.{token(request)}" + (f".{replica}" if replica else "")


def event_subject(event: Event) -> str:
    """``evt.<project>.<tag>``: a project's events are one subject prefix."""
    return f"evt.{event.project_id}.{token(type(event))}"


def project_subject(project_id: str) -> str:
    return f"evt.{project_id}.>"


def halt_subject(service: str) -> str:
    """Where every replica of the service hears what to stop (core NATS): see ``live.Halt``."""
    return f"halt.{service}"


def live_subject(project_id: str) -> str:
    """Where what nobody keeps is told (core NATS): see ``live``."""
    return f"live.{project_id}"


def event_filter(event: type[Event]) -> str:
    return f"evt.*.{token(event)}"


def token(message: type[Message]) -> str:
    """``plan.made.v1`` -> ``plan-made-v1``."""
    return message.tag().replace(".", "-")


def subject_of(message: Message) -> str:
    """Where a message is published, whatever it is."""
    if isinstance(message, Event):
        return event_subject(message)
    if isinstance(message, Command):
        return command_subject(type(message))
    if isinstance(message, Request):
        return request_subject(type(message))
    raise TypeError(f"{type(message).__name__} is neither a command, an event nor a request")
