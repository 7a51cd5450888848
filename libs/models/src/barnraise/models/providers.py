"""Talking to providers, through pydantic-ai. Importing this takes a second: only what has a profile to talk to does it."""

import asyncio
import json
from typing import Any, cast

from pydantic_ai.direct import model_request_stream
from pydantic_ai.messages import (
    BinaryContent,
    ModelMessage,
    ModelRequest,
    ModelResponse,
    PartDeltaEvent,
    PartStartEvent,
    SystemPromptPart,
    TextPart,
    TextPartDelta,
    ThinkingPart,
    ThinkingPartDelta,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import RequestUsage

from barnraise.chassis.errors import BarnraiseError
from barnraise.models.attempt import Exchange
from barnraise.models.calls import Call, Turn, Usage
from barnraise.models.clients import Clients
from barnraise.models.failures import Failed
from barnraise.models.profiles import Profile
from barnraise.models.translating import translate


class Providers:
    """The way to providers, and the clients that it takes."""

    def __init__(self, clients: Clients | None = None) -> None:
        self._clients = clients or Clients()

    async def prepare(self, profile: Profile) -> None:
        """Make ready what a first call would wait for."""
        async with self._clients.of(profile):
            return

    async def speak(self, profile: Profile, call: Call, exchange: Exchange) -> None:
        """One attempt, streamed; Failed when it ends in anything but a whole reply. What ``exchange.seen`` raises ends it too."""
        try:
            await self._speak(profile, call, exchange)
        except (Failed, BarnraiseError):
            raise
        except TimeoutError as error:
            raise Failed("slow", f"nothing came for {profile.stall:g} s") from error
        except Exception as error:
            raise translate(error, profile, exchange.started) from error

    async def close(self) -> None:
        await self._clients.close()

    async def _speak(self, profile: Profile, call: Call, exchange: Exchange) -> None:
        async with self._clients.of(profile) as model:
            await _stream(model, profile, call, exchange)


async def _stream(model: Model, profile: Profile, call: Call, exchange: Exchange) -> None:
    loop = asyncio.get_running_loop()
    native = bool(model.profile.get("supports_json_schema_output"))
    settings, parameters, messages = _settings(call, profile), _parameters(call, native), _messages(call, native)
    stalling = asyncio.timeout(profile.stall)
    async with (
        stalling,
        model_request_stream(model, messages, model_settings=settings, model_request_parameters=parameters, instrument=False) as stream,
    ):
        try:
            async for event in stream:
                stalling.reschedule(loop.time() + profile.stall)
                _hear(event, exchange)
        finally:
            exchange.usage = _usage(stream.usage)
        response = stream.get()
        exchange.usage = _usage(response.usage)
        exchange.reported = _is_final(response) and exchange.usage.plausible
    _judge(response, exchange)


def _hear(event: Any, exchange: Exchange) -> None:
    match event:
        case PartStartEvent(part=TextPart(content=text)) | PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
            exchange.hear(text, True)
        case PartStartEvent(part=ThinkingPart(content=text)) | PartDeltaEvent(delta=ThinkingPartDelta(content_delta=text)):
            exchange.hear(text or "", False)


def _is_final(response: ModelResponse) -> bool:
    """Whether the usage is the provider's last word: of a stream that was cut, some tell what they had counted by then."""
    ended = response.state == "complete" and response.finish_reason is not None
    return ended and not response.usage.unmeasured_requests and response.usage.total_tokens > 0


def _judge(response: ModelResponse, exchange: Exchange) -> None:
    """Failed unless the provider has said that the reply is whole."""
    match response.finish_reason:
        case _ if response.state != "complete":
            raise Failed("cut", "the stream ended before the reply did")
        case None:
            raise Failed("cut", "the stream ended before the reply did")
        case "length":
            raise Failed("too_long", "the reply did not fit into the tokens that it may have")
        case "content_filter":
            raise Failed("filtered", "the provider's filter held the reply back")
        case "error":
            raise Failed("broken", "the provider ended the reply with an error")
    if not exchange.started:
        raise Failed("garbage", "the reply is empty")


def _usage(said: RequestUsage) -> Usage:
    return Usage(
        input=said.input_tokens,
        output=said.output_tokens,
        cached=said.cache_read_tokens,
        cache_written=said.cache_write_tokens,
        reasoning=said.output_reasoning_tokens,
    )


def _messages(call: Call, native: bool) -> list[ModelMessage]:
    schema = "" if call.schema is None or native else f"Answer with JSON of this schema, and with nothing else: {json.dumps(call.schema)}"
    instructions = "\n\n".join(filter(None, (call.instructions, schema)))
    system = [SystemPromptPart(instructions)] if instructions else []
    messages: list[ModelMessage] = []
    for number, turn in enumerate(call.turns):
        if turn.role == "assistant":
            messages.append(ModelResponse(parts=[TextPart(turn.text)]))
        else:
            messages.append(ModelRequest(parts=[*(system if number == 0 else []), UserPromptPart(_content(turn))]))
    return messages


def _content(turn: Turn) -> Any:
    images = [BinaryContent(image.data, media_type=image.media_type) for image in turn.images]
    return [turn.text, *images] if images else turn.text


def _settings(call: Call, profile: Profile) -> ModelSettings:
    settings = ModelSettings(max_tokens=call.max_tokens)
    if call.temperature is not None:
        settings["temperature"] = call.temperature
    if call.reuse and profile.keeps_on_request:
        # Instructions and everything said so far: marks of ``cache_control``, read again by whatever begins the same within minutes.
        return cast("ModelSettings", {**settings, "anthropic_cache_instructions": True, "anthropic_cache_messages": True})
    return settings


def _parameters(call: Call, native: bool) -> ModelRequestParameters:
    """``native``: the provider holds the reply to the schema; else it is asked for in words."""
    if call.schema is None or not native:
        return ModelRequestParameters()
    definition = OutputObjectDefinition(json_schema=dict(call.schema), name=str(call.schema.get("title", "reply"))[:60])
    return ModelRequestParameters(output_mode="native", output_object=definition, allow_text_output=True)
