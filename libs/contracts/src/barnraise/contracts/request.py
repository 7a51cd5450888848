"""The base of every request."""

from barnraise.contracts.base import Message


class Request(Message):
    """``id`` is the idempotency key of a request that changes something."""
