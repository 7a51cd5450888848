"""Which instance a command talks to, and where it lives."""

import fcntl
import json
import os
import threading
from pathlib import Path

import pytest

from barnraise.cli import instance
from barnraise.cli.embedded.layout import Layout, Wiring, service_env
from barnraise.cli.embedded.prepare import fingerprint
from barnraise.cli.embedded.supervisor import choose_port, take_lock
from barnraise.cli.errors import CliError, Exit


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BARNRAISE_HOME", str(tmp_path))
    monkeypatch.delenv("BARNRAISE_URL", raising=False)
    (tmp_path / "state.json").write_text(json.dumps({"pid": os.getpid(), "port": 7, "token": "t"}))
    return tmp_path


def test_a_state_file_counts_only_while_its_supervisor_holds_the_lock(home: Path) -> None:
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert instance.find() == instance.Instance("http://127.0.0.1:7", "t")
    assert instance.read_state() is None
    with pytest.raises(CliError) as refused:
        instance.find()
    assert refused.value.exit is Exit.UNREACHABLE


def test_a_start_is_not_refused_because_somebody_looks(home: Path) -> None:
    layout = Layout(home, home / "shared", home)
    look = (home / "lock").open("w")
    fcntl.flock(look, fcntl.LOCK_SH)
    threading.Timer(0.05, look.close).start()
    take_lock(layout).close()


def test_a_home_that_does_not_exist_runs_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BARNRAISE_HOME", str(tmp_path / "nowhere"))
    assert instance.read_state() is None


def test_an_instance_elsewhere_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARNRAISE_URL", "http://elsewhere:1/")
    monkeypatch.setenv("BARNRAISE_TOKEN", "t")
    assert instance.find() == instance.Instance("http://elsewhere:1", "t")


def test_root_below_a_closed_folder_lives_under_var_lib(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    closed = tmp_path / "closed/checkout"
    closed.mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700)
    monkeypatch.delenv("BARNRAISE_HOME", raising=False)
    monkeypatch.setattr(instance, "checkout", lambda: closed)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert instance.home().parent == Path("/var/lib/barnraise")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert instance.home() == closed / ".barnraise"


def test_only_the_gateway_gets_the_token_and_nothing_foreign_is_passed_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("BARNRAISE_FAILPOINT_DIR", "/points")
    monkeypatch.setenv("BARNRAISE_MODELS_KEY_FAST", "k")
    layout, wiring = Layout(tmp_path, tmp_path, tmp_path), Wiring("nats://n", "http://m", "postgresql://p", "token", 7700)
    gateway, codegen = (service_env(layout, wiring, service) for service in ("gateway", "codegen"))
    assert gateway["BARNRAISE_AUTH_TOKEN"] == "token"
    assert "token" not in codegen.values()
    assert codegen["BARNRAISE_FAILPOINT_DIR"] == "/points"
    assert (codegen["BARNRAISE_MODELS_KEY_FAST"], codegen["BARNRAISE_MODELS_FILE"]) == ("k", str(tmp_path / "models.toml"))
    assert "k" not in gateway.values()
    assert not {"AWS_SECRET_ACCESS_KEY", "PYTHONDONTWRITEBYTECODE"} & set(codegen)


def test_a_taken_port_gives_the_next_free_one() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert choose_port(port) > port
    assert choose_port(0) > 0


def test_the_page_is_built_again_when_its_sources_change(tmp_path: Path) -> None:
    source = tmp_path / "a.ts"
    source.write_text("1")
    before = fingerprint([source])
    assert fingerprint([source]) == before
    source.write_text("2")
    assert fingerprint([source]) != before
