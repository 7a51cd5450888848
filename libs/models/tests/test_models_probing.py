"""Test connection: each way in which it can fail has a sentence of its own, and no sentence has the key."""

import datetime
import ipaddress
import socket
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from prometheus_client import CollectorRegistry
from scripted_provider import KEY, Refuse, Say, ScriptedProvider

from barnraise.models.meters import PrometheusModelMeters
from barnraise.models.probing import probe


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path / "server.pem"
    file.write_bytes(private + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.mark.parametrize("protocol", ["openai-chat", "openai-responses", "anthropic", "gemini"])
async def test_keys_paths_and_models_are_told_apart(protocol, provider):
    wrong = {
        "ok": {},
        "refused_key": {"key": "sk-another-9876543210"},
        "unknown_model": {"model": "aa"},
        "wrong_path": {"url": f"{provider.url}/api"},
    }
    for kind, more in wrong.items():
        verdict = await probe(provider.profile("a", protocol, **more))
        assert (verdict.kind, verdict.ok) == (kind, kind == "ok"), verdict
        assert provider.url.removeprefix("http://") in verdict.sentence
        assert "sk-" not in verdict.sentence
    assert "Did you mean a?" in verdict.sentence or kind == "wrong_path"


async def test_a_test_of_a_connection_is_an_operation_like_every_other(provider):
    registry = CollectorRegistry()
    meters = PrometheusModelMeters(registry)
    await probe(provider.profile(), meters)
    await probe(provider.profile(key="sk-another-9876543210"), meters)
    names = ("gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model", "error_type")
    counted = [
        registry.get_sample_value(
            "gen_ai_client_operation_duration_seconds_count", dict(zip(names, ("chat", "compatible", "a", error), strict=True))
        )
        for error in ("", "refused_key")
    ]
    assert counted == [1, 1]


async def test_what_is_wrong_with_the_way_there_is_told(provider, self_signed):
    async with ScriptedProvider().serving(self_signed) as behind_tls:
        untrusted = await probe(behind_tls.profile())
        plain = await probe(provider.profile(url=provider.url.replace("http:", "https:") + "/v1"))
    assert (untrusted.kind, plain.kind) == ("untrusted", "untrusted")
    assert "certificate" in untrusted.sentence and "self" in untrusted.sentence
    assert "should begin with http://" in plain.sentence

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    nobody = await probe(provider.profile(url=f"http://127.0.0.1:{port}/v1"))
    assert (nobody.kind, "Nothing answers" in nobody.sentence) == ("unreachable", True)
    unnamed = await probe(provider.profile(url="http://no-such-host.invalid/v1"))
    assert (unnamed.kind, "Nothing answers" in unnamed.sentence) == ("unreachable", True)


async def test_what_the_provider_says_is_told_without_the_key(provider):
    provider.models.add("llama-4-maverick")
    verdict = await probe(provider.profile(model="llama-4-maverik"))
    assert verdict.sentence.endswith("has no model llama-4-maverik. Did you mean llama-4-maverick?")
    provider.play("a", Refuse(401, f"Incorrect API key provided: {KEY}. See your account."), Refuse(429, "Slow down.", retry_after=60))
    refused, limited = await probe(provider.profile()), await probe(provider.profile())
    assert "See your account" in refused.sentence and KEY not in refused.sentence
    assert limited.kind == "rate_limited" and "Slow down" in limited.sentence
    provider.play("a", Say("Thinking about it", finish="length"))
    assert (await probe(provider.profile())).ok
    missing = await probe(provider.profile("my-model", vendor="groq", key=None))
    assert "BARNRAISE_MODELS_KEY_MY_MODEL" in missing.sentence
