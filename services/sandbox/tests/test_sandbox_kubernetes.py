"""The Kubernetes driver against a double of the API server that runs pods on this machine; no cluster has run here."""

import asyncio
import base64
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
from kubernetes_double import IMAGE, VERSION, Cluster, _unrestricted

from barnraise.sandbox.adapters import layer as layers
from barnraise.sandbox.adapters.kubernetes import cluster as cluster_module
from barnraise.sandbox.adapters.kubernetes.cluster import Place, find
from barnraise.sandbox.adapters.kubernetes.driver import Images, KubernetesDriver
from barnraise.sandbox.adapters.runtime import Runtime
from barnraise.sandbox.domain.limits import LIMITS, MIB, Chunk, Exit, Limits
from barnraise.sandbox.domain.pods import Mold, manifest, policy
from barnraise.sandbox.ports import Box, Infrastructure, SandboxUnavailable, Spec

MOLD = Mold("barnraise-x-1", "barnraise-x", IMAGE, "gvisor", 1_000_007, ["run", "it"])
SMALL = Limits(cpus=1.5, memory=512 * MIB, wall=90.0, disk=64 * MIB, scratch=32 * MIB)


# the manifest


@pytest.mark.parametrize("version", ["1.25", "1.30", VERSION])
@pytest.mark.parametrize("mold", [MOLD, replace(MOLD, data=("claim", "previews/p1")), replace(MOLD, modules=False)])
@pytest.mark.parametrize("limits", [SMALL, *LIMITS.values()])
def test_a_pod_is_what_the_official_schemas_and_the_restricted_standard_allow(version: str, mold: Mold, limits: Limits) -> None:
    kubernetes_validate.validate(manifest(mold, limits), version, strict=True)
    kubernetes_validate.validate(policy("barnraise-x"), version, strict=True)
    assert _unrestricted(manifest(mold, limits)) is None


def test_a_pod_knows_nothing_of_its_cluster() -> None:
    spec = manifest(MOLD, SMALL)["spec"]
    assert (spec["automountServiceAccountToken"], spec["enableServiceLinks"]) == (False, False)
    assert not any(spec[name] for name in ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"))
    assert (spec["dnsPolicy"], spec["dnsConfig"]) == ("None", {"nameservers": ["127.0.0.1"]})
    assert not {"serviceAccountName", "nodeName", "imagePullSecrets", "env", "hostAliases", "tolerations"} & set(spec)
    assert not {"env", "envFrom", "ports", "lifecycle", "livenessProbe"} & set(spec["containers"][0])


def test_a_pod_may_do_nothing() -> None:
    spec = manifest(MOLD, SMALL)["spec"]
    container = spec["containers"][0]["securityContext"]
    assert spec["runtimeClassName"] == "gvisor"
    assert container == {
        "runAsNonRoot": True,
        "runAsUser": 1_000_007,
        "runAsGroup": 1_000_007,
        "privileged": False,
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert spec["securityContext"]["runAsNonRoot"] is True


def test_a_pod_has_its_limits_and_is_guaranteed_them() -> None:
    spec = manifest(MOLD, SMALL)["spec"]
    resources = spec["containers"][0]["resources"]
    assert resources["requests"] == resources["limits"] == {"cpu": "1500m", "memory": str(512 * MIB), "ephemeral-storage": str(16 * MIB)}
    assert (spec["restartPolicy"], spec["terminationGracePeriodSeconds"]) == ("Never", 0)
    assert 90 < spec["activeDeadlineSeconds"] <= 180
    assert manifest(MOLD, LIMITS["preview"])["spec"]["activeDeadlineSeconds"] == 24 * 3600, "nothing runs for ever"


def test_a_pod_writes_to_sized_memory_alone() -> None:
    spec = manifest(MOLD, SMALL)["spec"]
    sizes = {volume["name"]: volume["emptyDir"] for volume in spec["volumes"]}
    places = {mount["mountPath"]: sizes[mount["name"]] for mount in spec["containers"][0]["volumeMounts"]}
    assert places["/app"] == {"medium": "Memory", "sizeLimit": str(64 * MIB)}
    assert places["/tmp"] == {"medium": "Memory", "sizeLimit": str(32 * MIB)}
    assert set(places) == {"/app", "/tmp", "/dev/shm", "/opt/web/node_modules/.vite", "/opt/web/node_modules/.vite-temp"}
    plain = manifest(replace(MOLD, modules=False), SMALL)["spec"]
    assert {mount["mountPath"] for mount in plain["containers"][0]["volumeMounts"]} == {"/app", "/tmp", "/dev/shm"}


def test_data_is_one_project_s_folder_of_the_claim() -> None:
    spec = manifest(replace(MOLD, data=("claim", "previews/p1")), SMALL)["spec"]
    assert {"name": "data", "persistentVolumeClaim": {"claimName": "claim"}} in spec["volumes"]
    assert {"name": "data", "mountPath": "/data", "subPath": "previews/p1"} in spec["containers"][0]["volumeMounts"]


def test_pods_are_found_by_labels_that_cannot_be_overruled() -> None:
    made = manifest(replace(MOLD, labels={"barnraise.instance": "another", "team": "a"}), SMALL)["metadata"]
    assert made["labels"]["barnraise.instance"] == "barnraise-x"
    assert made["labels"]["team"] == "a"
    wanted = policy("barnraise-x")["spec"]
    assert wanted["podSelector"]["matchLabels"].items() <= made["labels"].items()
    assert (wanted["policyTypes"], wanted["ingress"], wanted["egress"]) == (["Ingress", "Egress"], [], [])


def test_the_double_sees_what_the_standard_forbids() -> None:
    """The judge must be able to find fault."""
    bad = manifest(MOLD, SMALL)
    bad["spec"]["hostPID"] = True
    bad["spec"]["containers"][0]["securityContext"]["capabilities"] = {"add": ["SYS_ADMIN"]}
    bad["spec"]["volumes"].append({"name": "host", "hostPath": {"path": "/"}})
    assert _unrestricted(bad) == 'violates PodSecurity "restricted:latest": host namespaces, capabilities, volume types'
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(manifest(MOLD, SMALL) | {"colour": "red"}, VERSION, strict=True)


def test_the_cluster_is_the_given_one_or_the_one_around() -> None:
    assert find("http://127.0.0.1:8001/", "n", {}) == Place("http://127.0.0.1:8001", "n")
    around = find("", "n", {"KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "6443"})
    assert around
    assert (around.url, str(around.token)) == ("https://[fd00::1]:6443", "/var/run/secrets/kubernetes.io/serviceaccount/token")
    assert find("", "n", {}) is None


# the driver, over HTTP and WebSockets

real = pytest.mark.skipif(os.geteuid() != 0 or shutil.which("bwrap") is None, reason="the double runs pods with bubblewrap, as root")
PROGRAM = """
import os, socket, sys
sys.path.insert(0, "/opt/runner")
from barnraise_channel import Channel, keep_few
channel = Channel(3)
keep_few()
"""


@dataclass
class Stage:
    cluster: Cluster
    driver: KubernetesDriver
    data: Path


@pytest.fixture(params=["long watches", "short watches"])
async def stage(base_dir: Path, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    base = layers.find(base_dir)
    assert base
    (tmp_path / "token").write_text("t0ken\n")
    runtime = Runtime(tmp_path)
    runtime.open()
    cluster = Cluster(base, runtime.runner, "t0ken", short_watches=request.param == "short watches")
    cluster.claims["claim"] = tmp_path
    async with cluster.serve() as url:
        place = Place(url, "sandboxes", tmp_path / "token")
        driver = KubernetesDriver(place, Images(IMAGE, "gvisor", "claim", tmp_path), runtime)
        yield Stage(cluster, driver, tmp_path / "previews/p1")
        await driver.close()
    runtime.close()


async def start(driver: KubernetesDriver, code: str, limits: Limits = SMALL, **more: object) -> Box:
    return await driver.run(Spec("document", limits, **more), [driver.python, "-c", PROGRAM + code], {})  # ty: ignore[invalid-argument-type]


async def read(box: Box) -> list[Chunk]:
    return [chunk async for chunk in box.output()]


@real
async def test_a_test_run_in_a_pod(stage: Stage) -> None:
    box = await stage.driver.start(Spec("test", LIMITS["test"]))
    output = asyncio.create_task(read(box))
    assert await box.receive() == {"ready": True}
    source = base64.b64encode(b"def test_good(): pass\ndef test_bad(): assert 1 == 2\n").decode()
    await box.send({"files": {"backend/tests/test_it.py": source}})
    answer = await box.receive()
    assert answer
    assert b'failures="1"' in base64.b64decode(answer["report"])
    assert await box.ended() == Exit("exited", 1)
    assert b"1 failed, 1 passed" in b"".join(chunk.data for chunk in await output)
    assert stage.cluster.pods == {}
    assert stage.cluster.refused == []


@real
async def test_a_preview_in_a_pod_answers_and_keeps_its_data(stage: Stage) -> None:
    code = """
open("/data/kept", "a").write("x")
channel.send({})
server = socket.socket(fileno=4)
while True:
    visitor = server.accept()[0]
    visitor.sendall(b"y" * 1000000 + open("/data/kept").read().encode())
    visitor.close()
"""
    for times in (1, 2):
        box = await start(stage.driver, code, replace(SMALL, wall=None), data=stage.data, listens=True)
        assert await box.receive() == {}
        for _ in range(3):
            reader, writer = await asyncio.open_unix_connection(str(box.endpoint))
            assert (await asyncio.wait_for(reader.read(), 20))[1_000_000:] == b"x" * times
            writer.close()
        await box.kill()
        assert (await box.ended()).verdict == "killed"
        assert stage.cluster.pods == {}


@real
async def test_the_filter_of_system_calls_is_loaded_inside(stage: Stage) -> None:
    code = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
    code += "channel.send({'unshare': libc.unshare(0x10000000), 'errno': ctypes.get_errno(), 'names': dict(os.environ)})"
    box = await start(stage.driver, code)
    answer = await box.receive()
    assert answer
    assert (answer["unshare"], answer["errno"]) == (-1, 1)
    assert "BARNRAISE_PROCESSES" not in answer["names"]
    assert not [name for name in answer["names"] if "KUBERNETES" in name]
    assert await box.ended() == Exit("exited", 0)


@real
async def test_out_of_memory_is_what_the_cluster_says(stage: Stage) -> None:
    stage.cluster.reason = "OOMKilled"
    box = await start(stage.driver, "os._exit(137)")
    assert (await box.ended()).verdict == "out_of_memory"


@real
async def test_an_eviction_is_not_the_code_s_fault(stage: Stage) -> None:
    stage.cluster.evicted = True
    box = await start(stage.driver, "os._exit(1)")
    with pytest.raises(Infrastructure, match="low on resource") as error:
        await box.ended()
    assert error.value.problem.retryable


@real
async def test_a_pod_that_somebody_else_deletes_is_lost(stage: Stage) -> None:
    box = await start(stage.driver, "channel.send({}); channel.receive()")
    await box.receive()
    cluster = stage.driver._connect()
    for name in list(stage.cluster.pods):
        await cluster.delete(name)
    with pytest.raises(Infrastructure):
        await asyncio.wait_for(box.ended(), 20)


@real
async def test_a_connection_that_has_died_without_a_word_is_noticed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "HEARTBEAT_SECONDS", 0.2)
    stage.cluster.deaf = True
    box = await start(stage.driver, "channel.receive()")
    with pytest.raises(Infrastructure, match=r"cut off|did not end") as error:
        await asyncio.wait_for(box.ended(), 40)
    assert error.value.problem.retryable
    assert stage.cluster.pods == {}


@real
async def test_a_pod_that_cannot_start_is_removed_and_says_why(stage: Stage) -> None:
    stage.driver._images = replace(stage.driver._images, image="registry.example/another")
    with pytest.raises(Infrastructure, match="ErrImagePull: no such image"):
        await start(stage.driver, "")
    stage.driver._images = replace(stage.driver._images, runtime="kata")
    with pytest.raises(Infrastructure, match="RuntimeClass not found"):
        await start(stage.driver, "")
    assert stage.cluster.pods == {}
    assert await stage.driver.sweep() == 0


@real
async def test_a_pod_whose_making_was_not_answered_is_removed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = stage.driver._connect()
    make = cluster.create

    async def create(pod: Mapping[str, Any]) -> None:
        await make(pod)
        while (await cluster.get(pod["metadata"]["name"]))["status"].get("phase") != "Running":
            await asyncio.sleep(0.02)
        raise TimeoutError("no answer")

    monkeypatch.setattr(cluster, "create", create)
    with pytest.raises(Infrastructure, match="no answer"):
        await start(stage.driver, "")
    assert stage.cluster.pods == {}


@real
async def test_what_a_dead_service_has_left_is_swept(stage: Stage, tmp_path: Path) -> None:
    """Pods of this instance only."""
    await start(stage.driver, "channel.receive()")
    stranger = manifest(replace(MOLD, instance="another", modules=False), SMALL)
    await stage.driver._connect().create(stranger)
    place, images = stage.driver._place, stage.driver._images
    heir = KubernetesDriver(place, images, stage.driver._runtime)
    assert await heir.sweep() == 1
    assert list(stage.cluster.pods) == [stranger["metadata"]["name"]]
    assert await heir.sweep() == 0
    await heir.close()


@real
async def test_who_may_not_is_told(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("another")
    for asked in (stage.driver.sweep, stage.driver.probe):
        with pytest.raises(SandboxUnavailable, match="401 Unauthorized") as error:
            await asked()
        assert "docs/sandbox.md" in error.value.problem.next


@real
async def test_probing_makes_the_policy_once_and_says_what_is_not_held(stage: Stage) -> None:
    """The double bounds no memory and no processes by itself: that must come out."""
    capability = await stage.driver.probe()
    assert {"network", "system calls"} <= set(capability.enforced)
    assert "memory" in capability.missing
    await stage.driver.probe()
    assert len(stage.cluster.policies) == 1
