# ruff: noqa: S310 - the only address in here is the relay's own; the folders are the sandbox's own
"""Finds the exact versions of packages, or fetches those of a lock. Nothing of a package is run: wheels only, no install scripts.

The only way out is the listening socket that every sandbox may have: the service keeps connections to it open and answers what is asked on
them with what the configured indexes have. uv and npm speak TCP, so a relay on the loopback carries their requests there.
"""

import base64
import hashlib
import io
import json
import os
import platform
import re
import socket
import subprocess
import sys
import tarfile
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from urllib.parse import quote

LISTENER = 4
PYTHON, NODE = "/opt/bin/python", "/opt/bin/node"
UV, NPM = "/opt/more/uv", "/opt/more/npm/bin/npm-cli.js"
WEB = Path("/opt/web")
OUT = Path("/data")
AT_ONCE = 6
MOST_SAID = 1200
MOST_UNPACKED = 256 << 20
PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==([^\s\\;]+)")
ARCHITECTURES = {"x86_64": "x64", "aarch64": "arm64"}


class BuildError(Exception):
    """For a person to read."""


def relay() -> str:
    """Serve the loopback; the address of what answers there."""
    service = socket.socket(fileno=LISTENER)
    door = socket.create_server(("127.0.0.1", 0), backlog=64)

    def serve() -> None:
        while True:
            client, line = door.accept()[0], service.accept()[0]
            for source, target in ((client, line), (line, client)):
                threading.Thread(target=carry, args=(source, target), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{door.getsockname()[1]}"


def carry(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(1 << 16):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, target):
            end.close()


def lock(orders: dict, address: str) -> dict:
    """The exact versions, beyond those that are installed: ``python`` and ``node`` pins."""
    work = Path("/app/work")
    work.mkdir()
    return {
        "python": lock_python(orders["python"], orders["installed"], address, work) if orders["python"] else [],
        "node": lock_node(dict(orders["node"]), address, work) if orders["node"] else [],
    }


def lock_python(wanted: list, installed: dict, address: str, work: Path) -> list:
    """What is installed is preferred, so that a layer brings what it must and no more."""
    (work / "wanted.txt").write_text("\n".join(wanted))
    found = work / "found.txt"
    found.write_text("".join(f"{name}=={version}\n" for name, version in sorted(installed.items())))
    options = ["--generate-hashes", "--only-binary", ":all:", "--no-header", "--no-annotate", "--python", PYTHON, "--output-file", found]
    uv(["pip", "compile", "--quiet", *options, work / "wanted.txt"], address, work)
    pins: list[dict] = []
    for line in found.read_text().splitlines():
        if start := PIN.match(line):
            pins.append({"name": start[1], "version": start[2], "hashes": []})
        pins[-1]["hashes"] += re.findall(r"--hash=(\S+)", line)
    return [pin for pin in pins if installed.get(pin["name"]) != pin["version"]]


def install_python(pins: list, address: str, work: Path) -> None:
    """With hashes, and compiled with the paths that they have in a sandbox."""
    lines = [f"{pin['name']}=={pin['version']} {' '.join('--hash=' + one for one in pin['hashes'])}" for pin in pins]
    (work / "pins.txt").write_text("\n".join(lines))
    site = OUT / "site"
    options = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--link-mode", "hardlink", "--python", PYTHON, "--target", site]
    uv(["pip", "install", "--quiet", *options, "--requirement", work / "pins.txt"], address, work)
    compiled = ["-q", "-f", "-j", "0", "--invalidation-mode", "unchecked-hash", "-s", str(site), "-p", "/opt/more/site"]
    # Files for other Python versions do not compile, which is no fault.
    subprocess.run([sys.executable, "-I", "-m", "compileall", *compiled, str(site)], check=False, stdout=subprocess.DEVNULL)


def uv(arguments: list, address: str, work: Path) -> None:
    fixed = {
        "UV_CACHE_DIR": work / "uv",
        "UV_CONCURRENT_DOWNLOADS": AT_ONCE,
        "UV_DEFAULT_INDEX": f"{address}/simple/",
        "UV_HTTP_RETRIES": 1,
        "UV_NO_CONFIG": 1,
        "UV_NO_PROGRESS": 1,
        "UV_PYTHON_DOWNLOADS": "never",
    }
    run([UV, *arguments], fixed, work, "uv")


def lock_node(wanted: dict, address: str, work: Path) -> list:
    """npm adds to the base layer's own lock; what is new in it, or another version, is the pins."""
    folder = work / "node"
    folder.mkdir()
    package = json.loads((WEB / "package.json").read_text())
    kept = {kind: {name: said for name, said in package.get(kind, {}).items() if name not in wanted} for kind in KINDS}
    kept["dependencies"] |= wanted
    (folder / "package.json").write_text(json.dumps({"name": "layer", "version": "1.0.0", **kept}))
    before = json.loads((WEB / "package-lock.json").read_text())
    (folder / "package-lock.json").write_text(json.dumps(before))
    options = ["--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0", f"--maxsockets={AT_ONCE}"]
    more = [f"--registry={address}/npm/", f"--cache={work}/npm", "--loglevel=error", "--update-notifier=false"]
    run([NODE, NPM, "install", *options, *more], {}, folder, "npm")
    after = json.loads((folder / "package-lock.json").read_text())["packages"]
    new = {path: entry for path, entry in after.items() if path and is_new(entry, before["packages"].get(path))}
    return [pin_of(path, entry) for path, entry in sorted(new.items())]


KINDS = ("dependencies", "devDependencies")


def is_new(entry: dict, here: dict | None) -> bool:
    same = here is not None and here.get("version") == entry.get("version")
    return not same and not entry.get("inBundle") and fits(entry)


def fits(entry: dict) -> bool:
    """Whether a package is for this system; a list may also name those that it is not for."""
    system = {"os": "linux", "cpu": ARCHITECTURES.get(platform.machine(), ""), "libc": "glibc"}
    for kind, own in system.items():
        asked = entry.get(kind) or []
        if asked and (f"!{own}" in asked or not (own in asked or all(one.startswith("!") for one in asked))):
            return False
    return True


def pin_of(path: str, entry: dict) -> dict:
    name = entry.get("name") or path.rpartition("node_modules/")[2]
    if not str(entry.get("integrity", "")).startswith("sha512-"):
        raise BuildError(f"The index has no SHA-512 of {name} {entry.get('version')}.")
    return {"path": path, "name": name, "version": entry["version"], "integrity": entry["integrity"].split()[0]}


def install_node(pins: list, address: str) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda pin: unpack(pin, fetch_package(pin, address)), pins))


def fetch_package(pin: dict, address: str) -> bytes:
    """The package's archive, which has the lock's hash."""
    versions = json.loads(fetch(f"{address}/npm/{quote(pin['name'], safe='@')}"))["versions"]
    if pin["version"] not in versions:
        raise BuildError(f"The index has no {pin['name']} {pin['version']} any more.")
    archive = fetch(versions[pin["version"]]["dist"]["tarball"])
    if base64.b64encode(hashlib.sha512(archive).digest()).decode() != pin["integrity"].removeprefix("sha512-"):
        raise BuildError(f"{pin['name']} {pin['version']} is not what its hash says.")
    return archive


def fetch(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=120) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        raise BuildError(error.read().decode(errors="replace")[:MOST_SAID] or str(error)) from error


def unpack(pin: dict, archive: bytes) -> None:
    """As npm does: regular files alone, without the first part of their names. A name that leads elsewhere refuses the package."""
    target, size = OUT / pin["path"], 0
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as packed:
        for entry in packed:
            if not entry.isreg():
                continue
            parts = PurePosixPath(entry.name).parts[1:]
            size += entry.size
            if entry.name.startswith("/") or ".." in PurePosixPath(entry.name).parts or not parts:
                raise BuildError(f"{pin['name']} {pin['version']} has a file outside of its folder: {entry.name[:200]}")
            if size > MOST_UNPACKED:
                raise BuildError(f"{pin['name']} {pin['version']} is larger than {MOST_UNPACKED >> 20} MiB.")
            file = target.joinpath(*parts)
            file.parent.mkdir(parents=True, exist_ok=True)
            content = packed.extractfile(entry)
            assert content
            file.write_bytes(content.read())
            file.chmod(0o755 if entry.mode & 0o100 else 0o644)


def install(orders: dict, address: str) -> None:
    work = OUT / "work"
    work.mkdir()
    if orders["python"]:
        install_python(orders["python"], address, work)
    if orders["node"]:
        install_node(orders["node"], address)


def run(command: list, more: dict, folder: Path, name: str) -> None:
    environment = os.environ | {key: str(value) for key, value in more.items()} | {"TMPDIR": str(folder)}
    said = subprocess.run([*map(str, command)], cwd=folder, env=environment, capture_output=True, text=True, errors="replace", check=False)
    if said.returncode:
        words = (said.stderr.strip() or said.stdout.strip() or f"{name} ended with code {said.returncode}")[-MOST_SAID:]
        raise BuildError(re.sub(r"http://127\.0\.0\.1:\d+/(simple|npm)/?", "the index ", words))


def main() -> None:
    from barnraise_channel import Channel, keep_few

    channel = Channel(3)
    keep_few()
    address = relay()
    channel.send({"ready": True})
    orders = channel.receive()
    if orders is None:
        return
    try:
        answer = {"lock": lock(orders, address)} if orders["do"] == "lock" else {"done": install(orders, address) is None}
    except BuildError as error:
        answer = {"problem": str(error)}
    except (OSError, ValueError, KeyError, TypeError, IndexError, tarfile.TarError) as error:
        answer = {"problem": f"What the index has cannot be used: {error!r}"[:MOST_SAID]}
    channel.send(answer)


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)
