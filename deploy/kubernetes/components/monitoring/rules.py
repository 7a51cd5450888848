"""Print the rules of deploy/prometheus as an object of Prometheus' operator: ``python rules.py | kubectl apply -f -``."""

import sys
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
RULES = HERE.parents[2] / "prometheus" / "rules"


def rendered() -> str:
    """The PrometheusRule with all groups of all files."""
    groups = [group for file in sorted(RULES.glob("*.yml")) for group in yaml.safe_load(file.read_text())["groups"]]
    document = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "barnraise", "namespace": "barnraise", "labels": {"app.kubernetes.io/name": "barnraise"}},
        "spec": {"groups": groups},
    }
    return yaml.safe_dump(document, sort_keys=False, width=160, allow_unicode=True)


if __name__ == "__main__":
    sys.stdout.write(rendered())
