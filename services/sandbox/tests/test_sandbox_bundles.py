"""The page's packages are bundled once for a base layer, and every sandbox begins with that."""

import asyncio
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sandbox_doubles import FakeDriver
from sandbox_drivers import open_driver as open_at

from barnraise.sandbox.adapters import layer as layers
from barnraise.sandbox.adapters.bundles import LayerBundles
from barnraise.sandbox.domain.limits import LIMITS
from barnraise.sandbox.ports import Spec
from barnraise.sandbox.service.bundling import bundle
from barnraise.sandbox.service.pool import be_ready
from barnraise.sandbox.service.testing import encode

PAGE = {
    "frontend/package.json": b'{"name": "f", "private": true, "type": "module"}',
    "frontend/index.html": b'<!doctype html><div id="root"></div><script type="module" src="/src/main.tsx"></script>',
    "frontend/src/main.tsx": b'import { createRoot } from "react-dom/client"\ncreateRoot(document.body).render(<p>hello</p>)\n',
    "frontend/vite.config.ts": b"""
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
export default defineConfig({ plugins: [react(), tailwindcss()] });
""",
}


async def get(endpoint: Path, path: str) -> str:
    reader, writer = await asyncio.open_unix_connection(str(endpoint))
    writer.write(f"GET {path} HTTP/1.0\r\nHost: x.localhost\r\nAccept: */*\r\n\r\n".encode())
    said = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    return said.decode()


async def drain(box) -> None:
    async for _ in box.output():
        pass


def link(file: str, name: str) -> None:
    try:
        os.link(file, name)
    except OSError:  # on another file system
        shutil.copy2(file, name)


@pytest.fixture
def bare(base_dir: Path, tmp_path: Path) -> Path:
    """A base folder with the layer as it is when it is new: the checkout's has bundles, and nobody could say who has made them."""

    def but_bundles(folder: str, names: list[str]) -> list[str]:
        return [name for name in names if Path(folder, name).match("opt/web/bundles")]

    copy: Callable[[str, str], object] = link
    shutil.copytree((base_dir / "current").resolve(), tmp_path / "base/current", symlinks=True, ignore=but_bundles, copy_function=copy)
    return tmp_path / "base"


@pytest.mark.sandbox
@pytest.mark.drivers("local", "gvisor")
async def test_a_preview_begins_with_the_layer_s_bundles(open_driver, bare: Path, tmp_path: Path) -> None:
    base = layers.find(bare)
    assert base
    kind = "mounted" if open_driver.name == "local" else "linked"
    async with open_at(open_driver.name, bare, tmp_path / "data", None) as driver:
        (tmp_path / "made").mkdir()
        bundles = LayerBundles(base, linked=kind == "linked")
        assert bundles.missing()
        assert await bundle(driver, bundles, tmp_path / "made")
        assert not (tmp_path / "made").exists()
        made = json.loads((base.root / f"opt/web/bundles/{kind}/_metadata.json").read_text())
        assert {"react", "react-dom/client"} <= set(made["optimized"])
        box = await driver.start(Spec("preview", LIMITS["preview"], tmp_path / "p", listens=True))
        reading = asyncio.create_task(drain(box))
        await be_ready(box)
        await box.send({"files": encode(PAGE), "kind": "app", "restart": False, "checked": False})
        answer = await box.receive()
        assert answer
        assert answer["page"] == "up"
        assert box.endpoint
        served = await get(box.endpoint, "/src/main.tsx")
        assert f"/node_modules/.vite/deps/react-dom_client.js?v={made['browserHash']}" in served
        package = await get(box.endpoint, f"/node_modules/.vite/deps/react-dom_client.js?v={made['browserHash']}")
        assert "createRoot" in package
        assert "sourceMappingURL" in served
        assert "sourceMappingURL" not in package
        await box.kill()
        await reading


@pytest.fixture
def bundles(tmp_path: Path) -> LayerBundles:
    (tmp_path / "layer/root/opt/web").mkdir(parents=True)
    return LayerBundles(layers.Layer(tmp_path / "layer", "python", "node", None, ()), linked=False)


@pytest.fixture
def left(tmp_path: Path) -> Path:
    folder = tmp_path / "left"
    folder.mkdir()
    (folder / "react.js").write_text("export {}")
    (folder / "_metadata.json").write_text("{}")
    return folder


def test_what_a_sandbox_has_left_is_kept_once(bundles: LayerBundles, left: Path, tmp_path: Path) -> None:
    assert bundles.missing()
    bundles.keep(left)
    assert not bundles.missing()
    (left / "react.js").write_text("other")
    bundles.keep(left)
    kept = tmp_path / "layer/root/opt/web/bundles"
    assert (kept / "mounted/react.js").read_text() == "export {}"
    assert (kept / "mounted/react.js").stat().st_mode & 0o777 == 0o644
    assert [path.name for path in kept.iterdir()] == ["mounted"]


def test_what_a_killed_service_has_begun_is_begun_anew(bundles: LayerBundles, left: Path, tmp_path: Path) -> None:
    begun = tmp_path / "layer/root/opt/web/bundles/.next"
    begun.mkdir(parents=True)
    (begun / "half.js").write_text("x")
    bundles.keep(left)
    assert {path.name for path in (begun.parent / "mounted").iterdir()} == {"_metadata.json", "react.js"}
    assert not begun.exists()


@pytest.mark.parametrize("how", ["link", "pipe", "folder", "name", "many", "large", "part"])
def test_what_nobody_expects_is_not_kept(bundles: LayerBundles, left: Path, tmp_path: Path, how: str, monkeypatch) -> None:
    monkeypatch.setattr("barnraise.sandbox.adapters.bundles._MOST_FILES", 10)
    monkeypatch.setattr("barnraise.sandbox.adapters.bundles._MOST_BYTES", 1000)
    match how:
        case "link":
            (left / "out.js").symlink_to("react.js")
        case "pipe":
            os.mkfifo(left / "pipe.js")
        case "folder":
            (left / "folder").mkdir()
        case "name":
            (left / "bad\nname").write_text("")
        case "many":
            for number in range(10):
                (left / f"{number}.js").write_text("")
        case "large":
            (left / "large.js").write_bytes(b"x" * 1001)
        case "part":
            (left / "_metadata.json").unlink()
    with pytest.raises(OSError, match=r"."):
        bundles.keep(left)
    assert bundles.missing()
    assert list((tmp_path / "layer/root/opt/web/bundles").iterdir()) == []


async def test_without_bundles_each_sandbox_makes_its_own(bundles: LayerBundles, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    driver = FakeDriver([{"ready": True}, {"problem": "no room"}])
    assert not await bundle(driver, bundles, tmp_path / "data")
    assert bundles.missing()
    assert not (tmp_path / "data").exists()
    assert driver.boxes[0].gone()
