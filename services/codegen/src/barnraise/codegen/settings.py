"""Settings of codegen; read by app.py alone."""

from pathlib import Path

from pydantic import SecretStr

from barnraise.chassis.settings import ServiceSettings
from barnraise.models.budgets import Budgets


class Settings(ServiceSettings):
    """``budgets``: what models may be used for a job and for a project, as JSON in ``BARNRAISE_BUDGETS``. The models themselves have
    settings of their own (docs/models.md). ``models_trace_contents``: whether spans have what models are asked and what they say.
    ``embeddings``: whether files and what was said are compared by their meaning too, where that can be done (docs/models.md).
    ``secrets_key``, or what stands in ``secrets_key_file``, seals the keys that people give."""

    budgets: Budgets = Budgets()
    models_trace_contents: bool = False
    embeddings: bool = True
    secrets_key: SecretStr | None = None
    secrets_key_file: Path | None = None

    def secret(self) -> bytes | None:
        """What seals keys; None where there is none. OSError when the file cannot be read."""
        if self.secrets_key:
            return self.secrets_key.get_secret_value().encode()
        return self.secrets_key_file.read_bytes().strip() if self.secrets_key_file else None
