"""The object store in a bucket, as several machines share it: over real HTTP, configured by the environment as in docker-compose.yml."""

import os
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest
from compose_stack import TOOLS
from platform_client import until

from barnraise.chassis.local.child import free_port
from barnraise.chassis.objects import ObjectStore

pytestmark = pytest.mark.connected


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The address of a server that speaks S3, with an empty bucket."""
    if not (TOOLS / "moto").exists():
        pytest.skip("moto is not installed: scripts/docker")
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(TOOLS)}, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        until(lambda: _answers(url))
        signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/s3/aws4_request"}
        assert httpx.put(f"{url}/objects", headers=signed).status_code == 200
        yield url
    finally:
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/moto-api/data.json").status_code == 200
    except httpx.TransportError:
        return False


async def test_a_bucket_keeps_what_a_folder_keeps(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"ENDPOINT_URL": bucket, "ALLOW_HTTP": "true", "REGION": "us-east-1", "ACCESS_KEY_ID": "key", "SECRET_ACCESS_KEY": "secret"}
    for name, value in settings.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    ours, other = ObjectStore("s3://objects/platform"), ObjectStore("s3://objects/other")
    large = os.urandom(12 << 20)  # more than one part of an upload
    await ours.put("packs/p1/one.pack", large)
    await ours.put("packs/p1/two.pack", b"2")
    assert await ours.get("packs/p1/one.pack") == large
    assert await ours.has("packs/p1/two.pack")
    assert await ours.list("packs/p1") == ["packs/p1/one.pack", "packs/p1/two.pack"]
    assert await other.list("packs") == []
    await ours.delete("packs/p1/two.pack")
    await ours.delete("packs/p1/two.pack")
    assert not await ours.has("packs/p1/two.pack")
    with pytest.raises(KeyError):
        await ours.get("packs/p1/two.pack")
