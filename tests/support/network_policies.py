"""What network policies allow, after their published meaning (networking.k8s.io/v1): a policy that selects a pod denies what no policy
that selects it allows; a flow needs its sender's leave and its receiver's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any


@dataclass(frozen=True)
class Endpoint:
    """A pod, or an address outside of the cluster when ``namespace`` is empty. Pods have addresses too: ``address`` is one such."""

    namespace: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    address: str = "10.42.0.7"


def allows(policies: Sequence[Mapping[str, Any]], source: Endpoint, target: Endpoint, protocol: str, port: int, *, lax: bool) -> bool:
    """Whether the flow may pass. ``lax``: an address range also means the pods in it, as some networks have it; the standard leaves it
    open, so that what must be denied has to be denied then too, and what must be allowed without it."""
    return _side(policies, source, target, "Egress", protocol, port, lax) and _side(
        policies, target, source, "Ingress", protocol, port, lax
    )


def _side(
    policies: Sequence[Mapping[str, Any]], subject: Endpoint, peer: Endpoint, direction: str, protocol: str, port: int, lax: bool
) -> bool:
    if not subject.namespace:
        return True
    holding = [policy for policy in policies if _selects(policy, subject, direction)]
    rules = [rule for policy in holding for rule in policy["spec"].get(direction.lower()) or ()]
    return not holding or any(_passes(rule, subject, peer, direction, protocol, port, lax) for rule in rules)


def _selects(policy: Mapping[str, Any], pod: Endpoint, direction: str) -> bool:
    spec = policy["spec"]
    types = spec.get("policyTypes") or (["Ingress", "Egress"] if "egress" in spec else ["Ingress"])
    return policy["metadata"]["namespace"] == pod.namespace and direction in types and matches(spec["podSelector"], pod.labels)


def _passes(rule: Mapping[str, Any], subject: Endpoint, peer: Endpoint, direction: str, protocol: str, port: int, lax: bool) -> bool:
    peers, ports = rule.get("to" if direction == "Egress" else "from"), rule.get("ports")
    return (not peers or any(_is(wanted, subject, peer, lax) for wanted in peers)) and (
        not ports or any(_opens(wanted, protocol, port) for wanted in ports)
    )


def _is(wanted: Mapping[str, Any], subject: Endpoint, peer: Endpoint, lax: bool) -> bool:
    if block := wanted.get("ipBlock"):
        address = ip_address(peer.address)
        inside = address in ip_network(block["cidr"]) and not any(address in ip_network(hole) for hole in block.get("except", ()))
        return inside and (lax or not peer.namespace)
    if not peer.namespace:
        return False
    here = peer.namespace == subject.namespace
    space = matches(wanted["namespaceSelector"], {"kubernetes.io/metadata.name": peer.namespace}) if "namespaceSelector" in wanted else here
    return space and matches(wanted.get("podSelector", {}), peer.labels)


def _opens(wanted: Mapping[str, Any], protocol: str, port: int) -> bool:
    if wanted.get("protocol", "TCP") != protocol:
        return False
    first = wanted.get("port")
    assert first is None or isinstance(first, int), "names of ports are not resolved here"
    return first is None or first <= port <= wanted.get("endPort", first)


def matches(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """A label selector of the Kubernetes API; ``In`` and ``Exists`` of its operators."""
    for expression in selector.get("matchExpressions") or ():
        assert expression["operator"] in ("In", "Exists"), expression
        if expression["key"] not in labels:
            return False
        if expression["operator"] == "In" and labels[expression["key"]] not in expression["values"]:
            return False
    return all(labels.get(key) == value for key, value in (selector.get("matchLabels") or {}).items())
