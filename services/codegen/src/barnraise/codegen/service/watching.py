"""Nobody looks on."""

from contextlib import AbstractContextManager, nullcontext


class Unwatched:
    def during(self, operation: object, name: str) -> AbstractContextManager[None]:
        return nullcontext()
