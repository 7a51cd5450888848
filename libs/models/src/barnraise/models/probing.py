"""Test a connection: one small question, and in one sentence what is the matter where there is no answer."""

import asyncio
import difflib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2

from barnraise.models import prices
from barnraise.models.attempt import Exchange
from barnraise.models.calls import Call, Turn
from barnraise.models.failures import Failed
from barnraise.models.meters import ModelMeters
from barnraise.models.profiles import VENDORS, Profile, key_variable
from barnraise.models.providers import Providers

SECONDS = 20.0
QUESTION = Call("cheap", (Turn("user", "Answer with the one word: ready"),), max_tokens=64)
ANSWERED = ("too_long", "filtered")
"""It has answered, if with little sense: some models think for longer than this question allows."""


@dataclass(frozen=True)
class Verdict:
    """``kind``: ``ok``, ``no_key``, or how it failed. ``sentence`` is for a person."""

    profile: str
    model: str
    ok: bool
    kind: str
    sentence: str
    seconds: float


async def probe(profile: Profile, meters: ModelMeters | None = None) -> Verdict:
    """Ask, and judge. Costs a few tokens, which ``meters`` hear of."""
    began = time.monotonic()
    kind, detail = "ok", ""
    if profile.needs_key:
        kind = "no_key"
    else:
        providers, exchange = Providers(), Exchange(lambda text, is_reply: None)
        try:
            async with asyncio.timeout(SECONDS):
                await providers.speak(profile, QUESTION, exchange)
        except TimeoutError:
            kind = "slow"
        except Failed as failure:
            kind, detail = ("ok", "") if failure.kind in ANSWERED else (failure.kind, failure.detail)
        finally:
            await providers.close()
            if meters:
                outcome = "done" if kind == "ok" else kind
                meters.ended(profile, QUESTION, outcome, time.monotonic() - began, exchange.usage, prices.cost(profile, exchange.usage))
    seconds = time.monotonic() - began
    known = await _models(profile) if kind in ("unknown_model", "wrong_path") else None
    if kind == "wrong_path" and known and profile.model not in known:
        kind = "unknown_model"  # the path is right: it lists its models there
    return Verdict(profile.name, profile.model, kind == "ok", kind, _sentence(profile, kind, detail, seconds, known), seconds)


def _sentence(profile: Profile, kind: str, detail: str, seconds: float, known: Sequence[str] | None) -> str:
    if kind == "untrusted" and any(sign in detail for sign in _NO_TLS):
        kind = "no_tls"
    where = urlsplit(profile.url)
    return _SENTENCES.get(kind, "{where} did not answer as it should: {kind}{said}.").format(
        where=where.netloc,
        path=where.path or "/",
        model=profile.model,
        vendor=profile.vendor,
        key=key_variable(profile.name),
        seconds=seconds,
        kind=kind.replace("_", " "),
        said=f" ({detail})" if detail else "",
        hint=_path_hint(profile) if kind == "wrong_path" else _model_hint(profile, known or ()),
    )


_NO_TLS = ("WRONG_VERSION_NUMBER", "record layer")
_SENTENCES = {
    "ok": "{model} at {where} answered in {seconds:.1f} s.",
    "no_key": "There is no key for {vendor}: set {key}, or key in the file of models.",
    "refused_key": "{where} refuses the key: check that it is whole, not revoked, and may use {model}{said}.",
    "unknown_model": "{where} answers, but has no model {model}.{hint}",
    "wrong_path": "{where} answers, but not as an API of models at {path}: {hint}",
    "no_tls": "{where} does not speak TLS: the address should begin with http://.",
    "untrusted": "The certificate of {where} is not trusted{said}: use its proper name, or make its authority known by SSL_CERT_FILE.",
    "unreachable": "Nothing answers at {where}{said}: check address, network and, for a local server, that it runs.",
    "quota": "{where} knows the key, but its credit is used up{said}.",
    "rate_limited": "{where} knows the key, but takes no more calls for the moment{said}.",
    "slow": "{where} took the question and did not answer in time.",
}


def _model_hint(profile: Profile, known: Sequence[str]) -> str:
    like = difflib.get_close_matches(profile.model, known, 3, 0.5)
    return f" Did you mean {' or '.join(like)}?" if like else ""


def _path_hint(profile: Profile) -> str:
    vendor = VENDORS[profile.vendor]
    if vendor.url and vendor.needs_key:
        return f"the usual address is {vendor.url}."
    return "such addresses mostly end in /v1." if profile.protocol.startswith("openai") else "check the address and the protocol."


async def _models(profile: Profile) -> list[str] | None:
    """What the provider says it has, where it can be asked; None when it cannot."""
    if not profile.protocol.startswith("openai"):
        return None
    headers = {"Authorization": f"Bearer {profile.key.get_secret_value()}"} if profile.key else {}
    try:
        async with httpx2.AsyncClient(timeout=5) as client:
            answer = await client.get(f"{profile.url.rstrip('/')}/models", headers=headers)
        return [str(model["id"]) for model in answer.json()["data"]][:1000] if answer.status_code == 200 else None
    except (httpx2.HTTPError, ValueError, KeyError, TypeError):
        return None
