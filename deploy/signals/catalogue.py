"""Every series that the platform exports, from the same classes that export it."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry

from barnraise.chassis.metrics import Metrics
from barnraise.gateway.adapters.meters import PrometheusMeters as GatewayMeters
from barnraise.models.meters import PrometheusModelMeters
from barnraise.sandbox.adapters.meters import SandboxMeters
from barnraise.telemetry.adapters.meters import PrometheusMeters as TelemetryMeters
from barnraise.telemetry.domain.presence import SERVICES
from deploy.signals import rules

_SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}
_PROMETHEUS = ("up", "scrape_duration_seconds", "scrape_samples_scraped")
_PROCESS = {
    "process_cpu_seconds_total": "counter",
    "process_resident_memory_bytes": "gauge",
    "process_virtual_memory_bytes": "gauge",
    "process_start_time_seconds": "gauge",
    "process_open_fds": "gauge",
    "process_max_fds": "gauge",
}


def registries() -> Mapping[str, CollectorRegistry]:
    """What each service exports, by its name."""
    found = {name: Metrics().registry for name in SERVICES}
    GatewayMeters(found["gateway"])
    TelemetryMeters(found["telemetry"])
    SandboxMeters(found["sandbox"], {"test": 2, "preview": 8})
    PrometheusModelMeters(found["codegen"])
    return found


def own_metrics() -> dict[str, tuple[str, str, frozenset[str], frozenset[str]]]:
    """name -> kind, help, labels, services; of what the platform itself defines."""
    found: dict[str, tuple[str, str, frozenset[str], frozenset[str]]] = {}
    for service, registry in registries().items():
        for collector in list(registry._collector_to_names):
            if not hasattr(collector, "_labelnames"):
                continue  # of the process and of Python
            family = next(iter(collector.describe()))
            services = found[family.name][3] if family.name in found else frozenset()
            found[family.name] = (family.type, family.documentation, frozenset(collector._labelnames), services | {service})
    return found


def kinds() -> dict[str, tuple[str, frozenset[str]]]:
    """name -> kind and labels of every series that dashboards and rules may ask for."""
    found: dict[str, tuple[str, frozenset[str]]] = {name: ("gauge", frozenset()) for name in _PROMETHEUS}
    found |= {name: (kind, frozenset()) for name, kind in _PROCESS.items()}
    found["ALERTS"] = ("gauge", frozenset({"alertname", "alertstate", "severity", "slo"}))
    for name, (kind, _, labels, _) in own_metrics().items():
        for suffix in _SUFFIXES[kind]:
            found[name + suffix] = (kind, labels | ({"le"} if suffix == "_bucket" else set()))
    for document in (rules.objectives(), rules.causes()):
        for rule in (rule for group in document["groups"] for rule in group["rules"] if "record" in rule):
            found[str(rule["record"])] = ("rule", frozenset(rule.get("labels", ())))
    return found
