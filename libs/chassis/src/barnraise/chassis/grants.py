"""What each service may do on the bus: ``python -m barnraise.chassis.grants`` prints it as users for the configuration of nats-server.

Derived from the contracts' classes and the names of streams; a test holds the table against what the services' code really makes.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from barnraise.contracts.commands import COMMANDS, CancelJob, Command, DropCode, DropPreview, DropProject, ResolveJob, RetryJob, StartJob
from barnraise.contracts.events import EVENTS, Event, MessagePosted, PreviewTroubled, StepFailed
from barnraise.contracts.requests import REQUESTS, DescribeModels, OrderPreview, Request
from barnraise.contracts.subjects import (
    COMMAND_STREAM,
    COMMAND_SUBJECTS,
    DEAD_STREAM,
    EVENT_STREAM,
    LIVE_SUBJECTS,
    MODELS_BUCKET,
    SPAN_SUBJECT,
    WORKER_SUBJECT,
    command_subject,
    event_filter,
    halt_subject,
    request_subject,
    token,
)

API = "$JS.API"
PROVISIONER = "provisioner"
STREAMS = (COMMAND_STREAM, EVENT_STREAM, DEAD_STREAM)


@dataclass(frozen=True)
class Role:
    """A service on the bus. What it owns (``owner`` of a message's class) it handles, answers or tells without being named here.

    ``durables``: its own consumers of events and dead letters, as (stream, name). ``follows``: it reads the whole stream of events with
    consumers that have no name, and what is told live. ``counts``: it asks for the figures of every stream and consumer. ``board``: it asks
    models, keeps their health and tells live what they write. ``replays``: it puts dead commands back into their queues, whosever they are.
    ``among``: what its replicas ask each other by name.
    """

    name: str
    sends: tuple[type[Command], ...] = ()
    tells: tuple[type[Event], ...] = ()
    asks: tuple[type[Request], ...] = ()
    durables: tuple[tuple[str, str], ...] = ()
    follows: bool = False
    counts: bool = False
    board: bool = False
    replays: bool = False
    among: tuple[type[Request], ...] = ()


_FROM_OUTSIDE = (CancelJob, RetryJob, ResolveJob, DropProject, DropPreview, DropCode)

_ASKED = tuple(kind for kind in REQUESTS if kind is not OrderPreview)

ROLES = (
    Role("gateway", (StartJob, *_FROM_OUTSIDE), (PreviewTroubled,), _ASKED, ((EVENT_STREAM, "gateway"),), follows=True),
    Role(
        "planner",
        tuple(kind for kind in COMMANDS if kind is CancelJob or kind not in _FROM_OUTSIDE),
        (MessagePosted, StepFailed),
        (DescribeModels,),
        ((EVENT_STREAM, "conductor"),),
    ),
    Role("codegen", tells=(StepFailed,), board=True),
    Role("validator", tells=(StepFailed,)),
    Role("sandbox", tells=(StepFailed,), among=(OrderPreview,)),
    Role("telemetry", durables=((EVENT_STREAM, "telemetry"), (DEAD_STREAM, "telemetry-dead")), counts=True, replays=True),
)


@dataclass(frozen=True)
class Grant:
    """Subjects, with NATS' wildcards. What is in ``deny`` is taken out of ``publish``."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]
    deny: tuple[str, ...] = ()


def grant(role: Role) -> Grant:
    """The least that the service needs."""
    return Grant(tuple(dict.fromkeys(_publish(role))), tuple(_subscribe(role)), tuple(_deny(role)))


def inbox(service: str) -> str:
    """The prefix of the subjects on which the service gets answers; nobody else may listen there."""
    return f"_INBOX_{service}"


def told(role: Role) -> list[type[Event]]:
    return [kind for kind in EVENTS if kind.owner == role.name or kind in role.tells]


def _publish(role: Role) -> Iterator[str]:
    yield from (SPAN_SUBJECT, WORKER_SUBJECT, f"{API}.INFO", *(f"{API}.STREAM.INFO.{stream}" for stream in STREAMS))
    yield from map(command_subject, role.sends)
    yield from map(event_filter, told(role))
    yield from map(request_subject, role.asks)
    yield from (request_subject(kind, "*") for kind in role.among)
    if role.among:  # to what takes longer than a response may wait
        yield f"{inbox(role.name)}.>"
    yield halt_subject(role.name)
    for stream, durable, filters in _durables(role):
        yield from _pulls(stream, durable, filters)
    if role.follows:
        yield from (f"{API}.CONSUMER.CREATE.{EVENT_STREAM}", f"{API}.CONSUMER.CREATE.{EVENT_STREAM}.*", f"$JS.FC.{EVENT_STREAM}.>")
        yield from (f"{API}.CONSUMER.{verb}.{EVENT_STREAM}.*" for verb in ("DELETE", "MSG.NEXT"))
        yield f"{API}.STREAM.PURGE.{EVENT_STREAM}"  # of projects that were deleted
        yield from (f"{API}.CONSUMER.INFO.{stream}.*" for stream in (COMMAND_STREAM, EVENT_STREAM))
    if role.counts:
        yield from (f"{API}.STREAM.LIST", *(f"{API}.{verb}.{stream}" for verb in ("CONSUMER.LIST", "STREAM.MSG.GET") for stream in STREAMS))
    if role.replays:
        yield from (COMMAND_SUBJECTS, f"{API}.STREAM.MSG.DELETE.{COMMAND_STREAM}")
    if role.board:
        stream = f"KV_{MODELS_BUCKET}"
        yield from (LIVE_SUBJECTS, f"$KV.{MODELS_BUCKET}.*", f"{API}.DIRECT.GET.{stream}.>")
        yield from (f"{API}.STREAM.{verb}.{stream}" for verb in ("CREATE", "INFO", "MSG.GET"))


def _subscribe(role: Role) -> Iterator[str]:
    yield from (f"{inbox(role.name)}.>", f"ping.{role.name}", halt_subject(role.name))
    yield from (request_subject(kind) for kind in _ASKED if kind.owner == role.name)
    yield from (request_subject(kind, "*") for kind in role.among)
    if role.counts:
        yield from (SPAN_SUBJECT, WORKER_SUBJECT)
    if role.follows:
        yield LIVE_SUBJECTS
    if role.board:
        yield f"$KV.{MODELS_BUCKET}.*"


def _deny(role: Role) -> Iterator[str]:
    """Who makes and drops consumers without a name must not touch the others'."""
    if role.follows:
        for other in ROLES:
            for stream, durable in other.durables:
                if other is not role and stream == EVENT_STREAM:
                    yield from (f"{API}.CONSUMER.{verb}.{stream}.{durable}" for verb in ("CREATE", "DELETE", "MSG.NEXT"))


def _durables(role: Role) -> Iterator[tuple[str, str, str]]:
    """Stream, name, and what its consumer filters by where the call that makes it says so."""
    for kind in COMMANDS:
        if kind.owner == role.name:
            yield COMMAND_STREAM, token(kind), f".{command_subject(kind)}"
    for stream, name in role.durables:
        yield stream, name, ""


def _pulls(stream: str, durable: str, filters: str) -> Iterator[str]:
    yield f"{API}.CONSUMER.CREATE.{stream}.{durable}{filters}"
    yield from (f"{API}.CONSUMER.{verb}.{stream}.{durable}" for verb in ("INFO", "MSG.NEXT"))
    yield f"$JS.ACK.{stream}.{durable}.>"


def provisioner() -> Grant:
    """Who makes the streams, before the services start."""
    verbs = (f"{API}.STREAM.{verb}.{stream}" for verb in ("INFO", "CREATE", "UPDATE") for stream in STREAMS)
    return Grant((f"{API}.INFO", *verbs), (f"{inbox(PROVISIONER)}.>",))


def users() -> str:
    """The users as nats-server reads them. Their passwords come from its environment: ``NATS_PASSWORD_GATEWAY`` and so on."""
    grants = {role.name: grant(role) for role in ROLES} | {PROVISIONER: provisioner()}
    return "# Made by: python -m barnraise.chassis.grants\nusers: [\n" + "".join(map(_user, grants, grants.values())) + "]\n"


def _user(name: str, grant: Grant) -> str:
    # Who answers a request may publish its answer: one message, on the subject that the request names.
    lines = [
        f"user: {name}, password: $NATS_PASSWORD_{name.upper()}",
        "permissions: {",
        f"  publish: {{ allow: {_list(grant.publish)}{f', deny: {_list(grant.deny)}' if grant.deny else ''} }}",
        f"  subscribe: {{ allow: {_list(grant.subscribe)} }}",
        '  allow_responses: { max: 1, expires: "1m" }',
        "}",
    ]
    return "  {\n" + "".join(f"    {line}\n" for line in lines) + "  }\n"


def _list(subjects: tuple[str, ...]) -> str:
    return "[\n" + "".join(f"        {json.dumps(subject)}\n" for subject in subjects) + "      ]"


if __name__ == "__main__":
    sys.stdout.write(users())
