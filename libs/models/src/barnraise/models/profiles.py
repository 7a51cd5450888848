"""Which models there are: profiles from the environment and the instance's file. Keys never leave them but for the provider."""

import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, TypeAdapter, ValidationError, model_validator

from barnraise.models.calls import TASKS, Task

Protocol = Literal["openai-chat", "openai-responses", "anthropic", "gemini"]

FILE = "BARNRAISE_MODELS_FILE"
INLINE = "BARNRAISE_MODELS"
KEY_PREFIX = "BARNRAISE_MODELS_KEY_"


class Vendor(NamedTuple):
    """``url`` is empty where everybody has their own; ``prices``: what the price table calls it."""

    protocol: Protocol
    url: str = ""
    prices: str = ""
    needs_key: bool = True


VENDORS = {
    "openai": Vendor("openai-chat", "https://api.openai.com/v1", "openai"),
    "anthropic": Vendor("anthropic", "https://api.anthropic.com", "anthropic"),
    "gemini": Vendor("gemini", "https://generativelanguage.googleapis.com", "google"),
    "groq": Vendor("openai-chat", "https://api.groq.com/openai/v1", "groq"),
    "cerebras": Vendor("openai-chat", "https://api.cerebras.ai/v1", "cerebras"),
    "openrouter": Vendor("openai-chat", "https://openrouter.ai/api/v1", "openrouter"),
    "deepseek": Vendor("openai-chat", "https://api.deepseek.com", "deepseek"),
    "mistral": Vendor("openai-chat", "https://api.mistral.ai/v1", "mistral"),
    "ollama": Vendor("openai-chat", "http://127.0.0.1:11434/v1", needs_key=False),
    "vllm": Vendor("openai-chat", "http://127.0.0.1:8000/v1", needs_key=False),
    "compatible": Vendor("openai-chat", needs_key=False),
}

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


class ProfilesInvalid(ValueError):  # noqa: N818 - what it says of them
    """The settings of models cannot be read; the message says where, and never quotes a key."""


class Price(BaseModel):
    """US dollars for a million tokens, where the price table does not know the model or somebody pays another price. What is
    read from or written to the provider's cache costs as much as other input, unless it has a price of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    input: Annotated[Decimal, Field(ge=0)]
    output: Annotated[Decimal, Field(ge=0)]
    cached: Annotated[Decimal, Field(ge=0)] | None = None
    cache_written: Annotated[Decimal, Field(ge=0)] | None = None


class Profile(BaseModel):
    """One model at one provider. The order of profiles says which are better. ``context`` and ``output`` are in tokens; ``parallel`` calls
    at a time, ``queue`` waiting; ``stall`` seconds without a byte are too many."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: Name
    vendor: str
    model: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    key: SecretStr | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s/@]+(/\S*)?$")] = ""
    protocol: Protocol = "openai-chat"
    tasks: frozenset[Task] = frozenset(TASKS) - {"vision"}
    context: Annotated[int, Field(ge=256)] = 128_000
    output: Annotated[int, Field(ge=16)] = 16_384
    price: Price | None = None
    parallel: Annotated[int, Field(ge=1, le=256)] = 4
    queue: Annotated[int, Field(ge=0, le=10_000)] = 32
    stall: Annotated[float, Field(gt=0, le=600)] = 30.0

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, given: Any) -> Any:
        """Address and protocol are the vendor's, unless they are given."""
        if not isinstance(given, Mapping) or given.get("vendor") not in VENDORS:
            raise ValueError(f"vendor must be one of {', '.join(VENDORS)}")
        vendor = VENDORS[given["vendor"]]
        whole = {"url": vendor.url, "protocol": vendor.protocol, **given}
        if not whole["url"]:
            raise ValueError("url is missing: this vendor has no address of its own")
        return whole

    @property
    def needs_key(self) -> bool:
        return self.key is None and VENDORS[self.vendor].needs_key

    @property
    def keeps_on_request(self) -> bool:
        """Whether the provider keeps the beginning of a conversation only where it is told to; the others do so by themselves."""
        return self.protocol == "anthropic"

    @property
    def identity(self) -> str:
        """The same wherever the same model of the same provider is asked with the same key, whatever the profile is called: one project's
        key that is refused must not take the model from another. 16 hexadecimal digits."""
        key = self.key.get_secret_value() if self.key else ""
        return hashlib.sha256(f"{self.protocol} {self.url.rstrip('/')} {self.model} {key}".encode()).hexdigest()[:16]


_PROFILES = TypeAdapter(tuple[Profile, ...])


def load(environment: Mapping[str, str] = os.environ) -> tuple[Profile, ...]:
    """The profiles of ``BARNRAISE_MODELS`` (a JSON list), else of the TOML file (``[[model]]``) that ``BARNRAISE_MODELS_FILE`` names.

    A key is the profile's ``key``, else ``BARNRAISE_MODELS_KEY_<NAME>``. None of both, or no such file: no profiles. ProfilesInvalid.
    """
    listed = _listed(environment)
    if not isinstance(listed, list):
        raise ProfilesInvalid("The models must be a list.")
    keyed = [_keyed(one, environment) for one in listed]
    try:
        profiles = _PROFILES.validate_python(keyed)
    except ValidationError as error:
        raise ProfilesInvalid("; ".join(_told(one, listed) for one in error.errors(include_input=False, include_url=False))) from None
    names = [profile.name for profile in profiles]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ProfilesInvalid(f"Two models have the name {sorted(twice)[0]}.")
    return profiles


def profile_of(given: Mapping[str, Any]) -> Profile:
    """One profile, with its ``key`` if it has one; ProfilesInvalid says what is wrong without quoting it."""
    try:
        return Profile.model_validate(given)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        faults = (f"{'.'.join(map(str, one['loc'])) or 'model'}: {one['msg'].removeprefix('Value error, ')}" for one in found)
        raise ProfilesInvalid("; ".join(faults)) from None


def key_variable(name: str) -> str:
    """The environment variable that has the key of the profile with that name."""
    return KEY_PREFIX + name.upper().replace("-", "_")


def _listed(environment: Mapping[str, str]) -> Any:
    try:
        if inline := environment.get(INLINE):
            return json.loads(inline)
        file = Path(environment.get(FILE) or "")
        if not environment.get(FILE) or not file.exists():
            return []
        return tomllib.loads(file.read_text(encoding="utf-8")).get("model", [])
    except json.JSONDecodeError as error:
        raise ProfilesInvalid(f"{INLINE} is not JSON: {error.msg} at column {error.colno}.") from None
    except tomllib.TOMLDecodeError as error:
        raise ProfilesInvalid(f"{file} is not TOML: {error}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ProfilesInvalid(f"{file} cannot be read: {type(error).__name__}.") from None


def _keyed(given: Any, environment: Mapping[str, str]) -> Any:
    if not isinstance(given, dict) or given.get("key"):
        return given
    named = key_variable(str(given.get("name", "")))
    return given | {"key": environment[named]} if environment.get(named) else given


def _told(error: Any, listed: list[Any]) -> str:
    """Which model, which setting, what is wrong."""
    number, *where = error["loc"]
    name = listed[number].get("name", number + 1) if isinstance(listed[number], dict) else number + 1
    return f"Model {name}{''.join(f', {part}' for part in where)}: {error['msg'].removeprefix('Value error, ')}"
