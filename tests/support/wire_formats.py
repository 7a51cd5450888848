"""Replies and errors as providers send them: OpenAI (chat and responses), Anthropic (messages), Gemini (generateContent)."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from barnraise.models.calls import Usage


@dataclass(frozen=True)
class Frame:
    """One event of a stream. ``usage`` is the one that tells it."""

    data: dict[str, Any] | str
    event: str = ""
    usage: bool = False

    def encode(self) -> bytes:
        body = self.data if isinstance(self.data, str) else json.dumps(self.data, ensure_ascii=False)
        return (f"event: {self.event}\n" if self.event else "").encode() + f"data: {body}\n\n".encode()


class OpenAIChat:
    path = "/chat/completions"

    @staticmethod
    def stream(model: str, pieces: Sequence[str], usage: Usage, finish: str) -> Iterator[Frame]:
        def chunk(delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
            choices = [{"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}]
            return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1767605400, "model": model, "choices": choices}

        yield Frame(chunk({"role": "assistant", "content": ""}))
        for piece in pieces:
            yield Frame(chunk({"content": piece}))
        yield Frame(chunk({}, finish))
        yield Frame(chunk({}) | {"choices": [], "usage": OpenAIChat.usage(usage)}, usage=True)
        yield Frame("[DONE]")

    @staticmethod
    def usage(usage: Usage) -> dict[str, Any]:
        return {
            "prompt_tokens": usage.input,
            "completion_tokens": usage.output,
            "total_tokens": usage.total,
            "prompt_tokens_details": {"cached_tokens": usage.cached, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": usage.reasoning, "audio_tokens": 0},
        }

    @staticmethod
    def error(status: int, message: str, code: str | None) -> dict[str, Any]:
        kind = {429: "requests", 401: "invalid_request_error", 404: "invalid_request_error"}.get(status, "server_error")
        return {"error": {"message": message, "type": kind, "param": None, "code": code}}

    @staticmethod
    def unknown(model: str) -> tuple[str, str]:
        return f"The model `{model}` does not exist or you do not have access to it.", "model_not_found"


class OpenAIResponses(OpenAIChat):
    path = "/responses"

    @staticmethod
    def stream(model: str, pieces: Sequence[str], usage: Usage, finish: str) -> Iterator[Frame]:
        text = "".join(pieces)
        base: dict[str, Any] = {
            "id": "resp_1", "object": "response", "created_at": 1767605400, "model": model, "output": [], "status": "in_progress",
            "parallel_tool_calls": True, "tool_choice": "auto", "tools": [], "error": None, "incomplete_details": None, "metadata": {},
            "instructions": None, "temperature": 1.0, "top_p": 1.0, "usage": None,
        }  # fmt: skip
        content = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
        item = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [content]}
        at = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
        said = {
            "input_tokens": usage.input,
            "input_tokens_details": {"cached_tokens": usage.cached},
            "output_tokens": usage.output,
            "output_tokens_details": {"reasoning_tokens": usage.reasoning},
            "total_tokens": usage.total,
        }
        ended = "completed" if finish == "stop" else "incomplete"
        details = {"incomplete_details": {"reason": "max_output_tokens"}} if ended == "incomplete" else {}
        events: list[tuple[str, dict[str, Any]]] = [
            ("response.created", {"response": base}),
            ("response.in_progress", {"response": base}),
            ("response.output_item.added", {"output_index": 0, "item": item | {"status": "in_progress", "content": []}}),
            ("response.content_part.added", at | {"part": content | {"text": ""}}),
            *[("response.output_text.delta", at | {"delta": piece, "logprobs": []}) for piece in pieces],
            ("response.output_text.done", at | {"text": text, "logprobs": []}),
            ("response.content_part.done", at | {"part": content}),
            ("response.output_item.done", {"output_index": 0, "item": item}),
            (f"response.{ended}", {"response": base | {"status": ended, "output": [item], "usage": said} | details}),
        ]
        for number, (name, body) in enumerate(events):
            yield Frame({"type": name, "sequence_number": number, **body}, name, usage=name == f"response.{ended}")


class Anthropic:
    path = "/v1/messages"

    @staticmethod
    def stream(model: str, pieces: Sequence[str], usage: Usage, finish: str) -> Iterator[Frame]:
        asked = {
            "input_tokens": usage.input - usage.cached - usage.cache_written,
            "cache_read_input_tokens": usage.cached,
            "cache_creation_input_tokens": usage.cache_written,
        }
        message = {
            "id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": [],
            "stop_reason": None, "stop_sequence": None, "usage": asked | {"output_tokens": 1},
        }  # fmt: skip
        events: list[dict[str, Any]] = [
            {"type": "message_start", "message": message},
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
            {"type": "ping"},
            *[{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}} for piece in pieces],
            {"type": "content_block_stop", "index": 0},
        ]
        for event in events:
            yield Frame(event, event["type"])
        reason = {"stop": "end_turn", "length": "max_tokens"}.get(finish, finish)
        delta = {"stop_reason": reason, "stop_sequence": None}
        told = asked | {"output_tokens": usage.output}
        yield Frame({"type": "message_delta", "delta": delta, "usage": told}, "message_delta", usage=True)
        yield Frame({"type": "message_stop"}, "message_stop")

    @staticmethod
    def error(status: int, message: str, code: str | None) -> dict[str, Any]:
        kinds = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}
        return {"type": "error", "error": {"type": kinds.get(status, "api_error"), "message": message}, "request_id": "req_1"}

    @staticmethod
    def unknown(model: str) -> tuple[str, str | None]:
        return f"model: {model}", None


class Gemini:
    path = "/v1beta/models/{model}:streamGenerateContent"

    @staticmethod
    def stream(model: str, pieces: Sequence[str], usage: Usage, finish: str) -> Iterator[Frame]:
        said = {
            "promptTokenCount": usage.input,
            "candidatesTokenCount": usage.output - usage.reasoning,
            "thoughtsTokenCount": usage.reasoning,
            "cachedContentTokenCount": usage.cached,
            "totalTokenCount": usage.total,
        }
        for piece in pieces:
            content = {"parts": [{"text": piece}], "role": "model"}
            yield Frame({"candidates": [{"content": content, "index": 0}], "modelVersion": model, "responseId": "r1"})
        reason = {"stop": "STOP", "length": "MAX_TOKENS"}.get(finish, finish)
        last = {"content": {"parts": [{"text": ""}], "role": "model"}, "finishReason": reason, "index": 0}
        yield Frame({"candidates": [last], "usageMetadata": said, "modelVersion": model, "responseId": "r1"}, usage=True)

    @staticmethod
    def error(status: int, message: str, code: str | None) -> dict[str, Any]:
        named = {
            400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED",
            503: "UNAVAILABLE",
        }  # fmt: skip
        return {"error": {"code": status, "message": message, "status": named.get(status, "INTERNAL")}}

    @staticmethod
    def unknown(model: str) -> tuple[str, str | None]:
        return f"models/{model} is not found for API version v1beta, or is not supported for generateContent.", None


FORMATS: dict[str, Any] = {"openai-chat": OpenAIChat, "openai-responses": OpenAIResponses, "anthropic": Anthropic, "gemini": Gemini}
