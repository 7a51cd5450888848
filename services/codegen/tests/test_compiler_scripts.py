"""The blueprint of scripts: programs that run, pass their own tests, and stand up to any text."""

import csv
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ruff import find_ruff_bin

from barnraise.cli.embedded.prepare import base_inputs
from barnraise.codegen.domain.compiler import compile_manifest
from barnraise.contracts.manifest import Manifest
from barnraise.sandbox.adapters import layer as layers

CHECKOUT = Path(__file__).resolve().parents[3]
HOSTILE = '""" {{ x }} {% y %} \\ \' "q" $a$ `${z}` <b> # | é 漢字 \u202e\u2028 -->'
KINDS = ("bar", "barh", "line", "area", "pie", "scatter", "histogram", "box")


def script(label: str = "Rain", title: str = "Rain in Oslo", **more: Any) -> Manifest:
    columns = [
        {"name": "class", "label": "Month"},
        {"name": "rain", "label": label, "type": "number", "unit": "mm"},
        {"name": "sun", "label": "Sun", "type": "number"},
    ]
    rows = [["Jan", "255", "3"], ["Feb", "", "4"], ["Jan", "-30.5", "2"], ['"=, \n', "7", "1e3"]]
    figures = [
        {
            "name": f"rain_{kind}", "title": title, "kind": kind, "table": "lambda", "y": ["rain"] if kind == "pie" else ["rain", "sun"],
            "x": None if kind in ("histogram", "box") else "sun" if kind == "scatter" else "class",
            "statistic": "sum" if kind == "bar" else None, "sort": "descending" if kind == "barh" else "as_given",
            "stacked": kind in ("bar", "barh"), "average": kind == "line",
        }
        for kind in KINDS
    ]  # fmt: skip
    summaries = [
        {"name": "summary", "title": title, "table": "lambda", "of": ["rain", "sun"], "statistics": ["count", "mean", "median"]},
        {"name": "by_month", "title": title, "table": "lambda", "by": "class", "of": ["rain"], "statistics": ["sum", "max"]},
    ]
    made = {"tables": [{"name": "lambda", "columns": columns, "rows": rows}], "figures": figures, "summaries": summaries}
    return Manifest.model_validate({"name": "rain", "title": title, "kind": "script", "description": title, "script": made, **more})


MANIFESTS = {"plain": script(), "hostile": script(HOSTILE, HOSTILE)}


@pytest.fixture(scope="module")
def packages() -> Path:
    """The packages that previews have, and nothing else."""
    base = Path(os.environ.get("BARNRAISE_BASE_DIR") or CHECKOUT / ".barnraise/shared/base")
    return layers.build(*base_inputs(), base, lambda _: None).path / "root/opt/site"


@pytest.fixture(params=MANIFESTS)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    for path, content in compile_manifest(MANIFESTS[request.param]).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    return tmp_path


def run(packages: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    surroundings = {"PATH": os.environ["PATH"], "PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1", "MPLCONFIGDIR": str(folder)}
    return subprocess.run([sys.executable, "-S", *arguments], cwd=folder, env=surroundings, capture_output=True, text=True, check=False)


def test_it_is_clean(folder: Path) -> None:
    for command in (["check", "--no-cache", "."], ["format", "--check", "--no-cache", "."]):
        done = subprocess.run([find_ruff_bin(), *command], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_its_own_tests_pass(folder: Path, packages: Path) -> None:
    done = run(packages, folder, "-m", "pytest", "-q")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "warning" not in done.stdout


def test_it_writes_what_it_promises(folder: Path, packages: Path) -> None:
    done = run(packages, folder, "main.py")
    assert done.returncode == 0, done.stderr
    drawn = {f"rain_{kind}.{form}" for kind in KINDS for form in ("svg", "png")}
    assert {path.name for path in (folder / "results").iterdir()} == drawn | {"summary.csv", "by_month.csv"}
    with (folder / "results/by_month.csv").open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert [cell.rpartition(", ")[2] for cell in header[1:]] == ["sum", "max"]
    assert rows[:2] == [["Jan", "224.5", "255"], ["Feb", "0", ""]]


def test_the_data_are_the_cells_of_the_table(folder: Path) -> None:
    with (folder / "data/lambda.csv").open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file))[1:] == [["Jan", "255", "3"], ["Feb", "", "4"], ["Jan", "-30.5", "2"], ['"=, \n', "7", "1e3"]]


def test_a_summary_alone_needs_no_figures(packages: Path, tmp_path: Path) -> None:
    manifest = script()
    assert manifest.script
    bare = manifest.model_copy(update={"script": manifest.script.model_copy(update={"figures": ()})})
    for path, content in compile_manifest(bare).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    assert "import figures" not in (tmp_path / "main.py").read_text()
    assert run(packages, tmp_path, "main.py").returncode == 0


def test_equal_manifests_give_equal_trees() -> None:
    assert compile_manifest(script()) == compile_manifest(script())


def test_more_rows_change_nothing_but_the_data_and_what_counts_them() -> None:
    before, manifest = compile_manifest(script()), script()
    assert manifest.script
    table = manifest.script.tables[0]
    longer = table.model_copy(update={"rows": (*table.rows, ("May", "1", "2"))})
    after = compile_manifest(manifest.model_copy(update={"script": manifest.script.model_copy(update={"tables": (longer,)})}))
    assert {path for path in after if after[path] != before.get(path)} == {"data/lambda.csv", "tests/test_main.py", "README.md"}


def test_its_workflow_and_compose_file_are_sound() -> None:
    tree = compile_manifest(script())
    assert "python main.py" in str(yaml.safe_load(tree[".github/workflows/ci.yml"]))
    assert yaml.safe_load(tree["docker-compose.yml"])["services"]["script"]["network_mode"] == "none"
    assert b'"pkg:pypi/matplotlib@' in tree["sbom.cdx.json"]
