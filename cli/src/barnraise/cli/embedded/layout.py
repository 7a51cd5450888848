"""Which processes there are, where their things lie, and the environment that each one gets."""

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

SERVICES = ("gateway", "planner", "codegen", "validator", "sandbox", "telemetry")


@dataclass(frozen=True)
class Layout:
    """The folders of one instance. ``shared`` holds what instances have in common: the base layer."""

    home: Path
    shared: Path
    checkout: Path

    @property
    def web(self) -> Path:
        return self.checkout / "web" / "dist"

    @property
    def base(self) -> Path:
        return Path(os.environ.get("BARNRAISE_BASE_DIR") or self.shared / "base")

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def run(self) -> Path:
        return self.home / "run"

    @property
    def models(self) -> Path:
        """The file of language models, which the user may write."""
        return self.home / "models.toml"

    @property
    def secret(self) -> Path:
        """What seals the keys of models that are given on the page. Whoever loses it has to give them again."""
        return self.home / "secrets.key"

    def runtime_file(self, service: str) -> Path:
        return self.run / f"{service}.json"

    def log(self, process: str) -> Path:
        return self.logs / f"{process}.log"

    def make(self) -> None:
        """The folders that every start needs. Others may pass through, but not look, where sandboxes and PostgreSQL must."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o711)
        for folder in (self.logs, self.run, self.home / "cache", self.home / "objects"):
            folder.mkdir(exist_ok=True, mode=0o700)
        for folder in (self.home / "data", self.shared):
            folder.mkdir(parents=True, exist_ok=True, mode=0o711)
        if not self.secret.exists():
            _write_secret(self.secret)


def _write_secret(file: Path) -> None:
    """Whole or not at all, readable by its owner alone; one that is there already stays."""
    made = file.with_name(f"{file.name}.{os.getpid()}")
    made.unlink(missing_ok=True)
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as written:
        written.write(secrets.token_urlsafe(32))
        written.flush()
        os.fsync(written.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(made, file)
    made.unlink()


@dataclass(frozen=True)
class Wiring:
    """What connects the services."""

    nats_url: str
    monitor_url: str
    database_url: str
    token: str
    port: int


def service_env(layout: Layout, wiring: Wiring, service: str) -> dict[str, str]:
    """The environment of one service. Only the gateway knows the token, only codegen the models and their keys, only the
    sandbox service the package indexes."""
    env = {key: os.environ[key] for key in os.environ if key in _PASSED or key.startswith(_PASSED_PREFIXES)}
    env |= {
        "BARNRAISE_NATS_URL": wiring.nats_url,
        "BARNRAISE_DATABASE_URL": wiring.database_url,
        "BARNRAISE_OBJECTS_URL": f"file://{layout.home / 'objects'}",
        "BARNRAISE_CACHE_DIR": str(layout.home / "cache"),
        "BARNRAISE_DATA_DIR": str(layout.home / "data"),
        "BARNRAISE_BASE_DIR": str(layout.base),
        "BARNRAISE_RUNTIME_FILE": str(layout.runtime_file(service)),
        "PYTHONUNBUFFERED": "1",
    }
    if service == "gateway":
        env |= {
            "BARNRAISE_HTTP_PORT": str(wiring.port),
            "BARNRAISE_AUTH_TOKEN": wiring.token,
            "BARNRAISE_WEB_DIR": str(layout.web),
        }
    if service == "codegen":
        env |= {"BARNRAISE_MODELS_FILE": str(layout.models), "BARNRAISE_SECRETS_KEY_FILE": str(layout.secret)}
        env |= {key: value for key, value in os.environ.items() if key.startswith(_MODELS_PREFIXES)}
    if service == "telemetry":
        env |= {"BARNRAISE_NATS_MONITOR_URL": wiring.monitor_url}
    if service == "sandbox":
        env |= {key: os.environ[key] for key in _INDEXES if key in os.environ}
    return env


_MODELS_PREFIXES = ("BARNRAISE_MODELS", "BARNRAISE_BUDGETS", "BARNRAISE_SECRETS_KEY", "BARNRAISE_EMBEDDINGS")
_PASSED = frozenset(
    {"PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "COLUMNS", "BARNRAISE_SENTRY_DSN"}
)
_INDEXES = ("BARNRAISE_PACKAGE_INDEX", "BARNRAISE_NODE_INDEX", "PIP_CONFIG_FILE", "PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL",
            "npm_config_registry", "npm_config_userconfig", "NPM_CONFIG_REGISTRY")  # fmt: skip
"""What the sandbox service fetches packages from; an address may carry a password, so that the others do not get it."""
_PASSED_PREFIXES = ("BARNRAISE_FAILPOINT", "BARNRAISE_SANDBOX_", "BARNRAISE_LOG_", "COVERAGE_", "COV_CORE_", "OTEL_")
