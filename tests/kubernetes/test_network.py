"""The network policies allow the flows of the table in docs/kubernetes.md, and no others."""

import re
from collections.abc import Iterator

import pytest
from manifests import ROOT, of_kind, overlay, templates
from network_policies import Endpoint, allows

from barnraise.sandbox.domain.limits import LIMITS
from barnraise.sandbox.domain.pods import Mold, labels, manifest, policy

SANDBOX = Endpoint("barnraise-sandboxes", labels("barnraise-0123456789"))
OUTSIDE = {
    "a sandbox": SANDBOX,
    "ingress": Endpoint("ingress-nginx", {"app.kubernetes.io/name": "ingress-nginx"}),
    "prometheus": Endpoint("monitoring", {"app.kubernetes.io/name": "prometheus"}),
    "collector": Endpoint("monitoring", {"app.kubernetes.io/name": "opentelemetry-collector"}),
    "keda": Endpoint("keda", {"app.kubernetes.io/name": "keda-operator"}),
    "names": Endpoint("kube-system", {"k8s-app": "kube-dns"}),
    "a stranger": Endpoint("default", {"app.kubernetes.io/name": "gateway", "app.kubernetes.io/component": "service"}),
    "a pod without labels": Endpoint("barnraise", {}),
    "the database": Endpoint(address="10.20.0.5"),
    "the object store": Endpoint(address="10.20.0.6"),
    "the API server": Endpoint(address="10.0.0.1"),
    "the internet": Endpoint(address="93.184.216.34"),
    "the node's metadata": Endpoint(address="169.254.169.254"),
}
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| (\w+) (\d+) \| (yes|no) \|$")


def flows() -> Iterator[tuple[str, str, str, int, bool]]:
    for line in (ROOT / "docs" / "kubernetes.md").read_text().splitlines():
        if match := ROW.match(line):
            source, target, protocol, port, allowed = match.groups()
            yield source.strip(), target.strip(), protocol, int(port), allowed == "yes"


def endpoints() -> dict[str, Endpoint]:
    """By name: the workloads as they are rendered, and who else there is."""
    pods = {name: Endpoint(space, template["metadata"]["labels"]) for space, name, template in templates(overlay("prod"))}
    return pods | OUTSIDE


def test_the_table_is_what_the_policies_say() -> None:
    policies, known, table = of_kind(overlay("prod"), "NetworkPolicy"), endpoints(), list(flows())
    assert len(table) >= 40
    assert min(sum(allowed for *_, allowed in table), sum(not allowed for *_, allowed in table)) >= 15
    wrong = [
        (source, target, protocol, port, f"should be {'allowed' if allowed else 'denied'}")
        for source, target, protocol, port, allowed in table
        if allows(policies, known[source], known[target], protocol, port, lax=not allowed) != allowed
    ]
    assert wrong == []


def test_what_the_table_does_not_allow_between_our_pods_is_denied() -> None:
    policies, known = of_kind(overlay("prod"), "NetworkPolicy"), endpoints()
    ours = {name: pod for name, pod in known.items() if pod.namespace.startswith("barnraise")}
    said = {(source, target, protocol, port) for source, target, protocol, port, allowed in flows() if allowed}
    ports = (53, 80, 443, 4222, 5432, 6222, 6443, 8080, 8090, 8222, 9000)
    found = {
        (source, target, "TCP", port)
        for source, one in ours.items()
        for target, other in ours.items()
        for port in ports
        if allows(policies, one, other, "TCP", port, lax=True)
    }
    assert found <= said


def test_a_sandbox_is_held_by_the_same_policies_that_its_driver_counts_on() -> None:
    mold = Mold("barnraise-0123456789-1", "barnraise-0123456789", "i", "gvisor", 20001, ["python"], ("previews", "p1"))
    pod = manifest(mold, LIMITS["preview"])
    assert pod["metadata"]["labels"] == SANDBOX.labels
    known = endpoints()
    own = policy("barnraise-0123456789") | {"metadata": {"namespace": SANDBOX.namespace}}
    for policies in (of_kind(overlay("prod"), "NetworkPolicy"), [own]):
        for other in known.values():
            for port in (53, 443, 4222, 5432, 8080):
                assert not allows(policies, SANDBOX, other, "TCP", port, lax=True)
                assert not allows(policies, other, SANDBOX, "TCP", port, lax=True) or not other.namespace


@pytest.mark.parametrize("name", ["dev", "single-node"])
def test_stores_inside_are_reached_by_who_has_to(name: str) -> None:
    documents = overlay(name)
    policies = of_kind(documents, "NetworkPolicy")
    pods = {workload: Endpoint(space, template["metadata"]["labels"]) for space, workload, template in templates(documents)}
    reach = {
        store: {source for source, pod in pods.items() if allows(policies, pod, pods[store], "TCP", port, lax=False)}
        for store, port in (("postgres", 5432), ("minio", 9000))
    }
    services = {"gateway", "planner", "codegen", "validator", "sandbox", "telemetry"}
    assert reach == {"postgres": services | {"migrations"}, "minio": {"gateway", "codegen", "validator", "sandbox"}}
