"""The AsyncAPI document of the bus, made from the contracts: `python -m barnraise.contracts.asyncapi` prints it."""

import json
import sys
from typing import Any

from barnraise.contracts.base import Contract, Message
from barnraise.contracts.commands import COMMANDS, Command
from barnraise.contracts.events import EVENTS, Event
from barnraise.contracts.problems import Problem
from barnraise.contracts.requests import REQUESTS, Request
from barnraise.contracts.subjects import COMMAND_STREAM, EVENT_STREAM, command_subject, request_subject, token

_SCHEMAS = "#/components/schemas/"


def document() -> dict[str, Any]:
    """AsyncAPI 3.0: a channel for each message class, who sends and who receives it."""
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for kind in (*COMMANDS, *EVENTS, *REQUESTS):
        name = token(kind)
        _add_schema(schemas, kind)
        messages[name] = {
            "name": kind.tag(),
            "title": kind.__name__,
            "summary": _summary(kind),
            "payload": {"$ref": _SCHEMAS + kind.__name__},
        }
        channels[name] = {"address": _address(kind), "messages": {name: {"$ref": f"#/components/messages/{name}"}}} | _parameters(kind)
        operations[f"{'send' if issubclass(kind, Event) else 'receive'}-{name}"] = _operation(kind, name)
    for reply in (*REQUESTS.values(), Problem):
        _add_schema(schemas, reply)
        name = reply.__name__
        messages[name] = {"name": name, "title": name, "summary": _summary(reply), "payload": {"$ref": _SCHEMAS + name}}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Barnraise", "version": "1", "description": "Commands, events and requests on the bus."},
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": schemas},
    }


def _operation(kind: type[Message], name: str) -> dict[str, Any]:
    action = "send" if issubclass(kind, Event) else "receive"
    operation: dict[str, Any] = {"action": action, "channel": {"$ref": f"#/channels/{name}"}, "tags": [{"name": kind.owner}]}
    if issubclass(kind, Request):
        replies = [REQUESTS[kind].__name__, "Problem"]
        channel = {"address": None, "messages": {reply: {"$ref": f"#/components/messages/{reply}"} for reply in replies}}
        operation["reply"] = {"address": {"location": "$message.header#/reply"}, "x-channel": channel}
    return operation


def _address(kind: type[Message]) -> str:
    if issubclass(kind, Event):
        return f"evt.{{project}}.{token(kind)}"
    if issubclass(kind, Command):
        return command_subject(kind)
    assert issubclass(kind, Request)
    return request_subject(kind)


def _parameters(kind: type[Message]) -> dict[str, Any]:
    if issubclass(kind, Event):
        return {"parameters": {"project": {"description": "The project's id."}}, "x-stream": EVENT_STREAM}
    return {"x-stream": COMMAND_STREAM} if issubclass(kind, Command) else {}


def _add_schema(schemas: dict[str, Any], kind: type[Contract]) -> None:
    schema = kind.model_json_schema(ref_template=_SCHEMAS + "{model}")
    schemas |= schema.pop("$defs", {})
    schemas[kind.__name__] = schema


def _summary(kind: type[Contract]) -> str:
    return " ".join((kind.__doc__ or kind.__name__).split("\n\n")[0].split())


if __name__ == "__main__":
    json.dump(document(), sys.stdout, indent=2)
    sys.stdout.write("\n")
