"""Files from outside become projects, byte for byte, or nothing at all."""

import io
import random
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from barnraise.chassis.errors import BarnraiseError
from barnraise.codegen.domain.manifest_file import MANIFEST_PATH
from barnraise.contracts.commands import ImportCode

Stage = Any
GIT = ("git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")


async def take_in(stage: Stage, data: bytes, name: str = "got") -> list[Any]:
    await stage.upload(f"uploads/{name}", data)
    return await stage.run(stage.codegen.take_in, ImportCode(**{**stage.envelope(), "project_id": name}, upload=f"uploads/{name}"))


async def refused(stage: Stage, data: bytes) -> str:
    with pytest.raises(BarnraiseError) as error:
        await take_in(stage, data)
    assert (await stage.repositories.open("got")).refs == {}
    assert await stage.stored("got") == []
    assert error.value.problem.next
    return error.value.problem.code


def zipped(files: Mapping[str, bytes], mode: int = 0o100644, **options: Any) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", options.pop("compression", zipfile.ZIP_DEFLATED)) as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path)
            entry.create_system, entry.external_attr = 3, mode << 16
            entry.compress_type = archive.compression
            archive.writestr(entry, content)
    return buffer.getvalue()


def git(folder: Path, *arguments: str) -> None:
    subprocess.run([*GIT, "-C", folder, *arguments], check=True)


def repository(folder: Path, *commits: Mapping[str, bytes]) -> Path:
    """A plain git repository with these commits on its branch ``trunk``."""
    folder.mkdir()
    subprocess.run([*GIT, "init", "-q", "-b", "trunk", folder], check=True)
    for number, files in enumerate(commits):
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", f"Commit {number}")
    return folder


def bundled(folder: Path, *what: str) -> bytes:
    git(folder, "bundle", "create", "-q", "out.bundle", *(what or ("--all", "HEAD")))
    return (folder / "out.bundle").read_bytes()


def refs_of(folder: Path) -> list[str]:
    return subprocess.run([*GIT, "-C", folder, "rev-list", "trunk"], check=True, capture_output=True, text=True).stdout.split()


async def grown(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    await stage.write({"notes.txt": b"mine\n", "bin/run": b"#!/bin/sh\n"})
    await stage.compile(stage.manifest(Task="title due"), "Add due")
    await stage.revert("undo")
    await stage.name("tags/v1", None, (await stage.open()).resolve("main~1"))
    await stage.name("idea", None, (await stage.open()).resolve("main~2"))


async def test_a_zip_comes_back_with_an_equal_tree_and_its_plan(stage: Stage) -> None:
    await grown(stage)
    source = await stage.open()
    messages = await take_in(stage, source.zip("main"))
    got = await stage.repositories.open("got")
    assert got.tree_of("main") == source.tree_of("main")
    assert stage.changed(messages).manifest == stage.manifest(Task="title")
    assert messages[0].origin == "import"
    copy = stage.of("got")
    await copy.compile(stage.manifest(Task="title owner"))
    main = await copy.main()
    assert b"owner = 1" in main["app/tasks.py"] and main["notes.txt"] == b"mine\n"
    await copy.revert("undo")
    assert (await copy.open()).tree_of("main") == source.tree_of("main")


async def test_a_bundle_comes_back_commit_by_commit_and_goes_on_where_it_was(stage: Stage) -> None:
    await grown(stage)
    source = await stage.open()
    await take_in(stage, source.bundle())
    got = await stage.repositories.open("got")
    assert got.refs == source.refs
    assert got.bundle() == source.bundle()
    copy = stage.of("got")
    for one, other in ((stage, copy), (copy, stage)):
        await one.revert("redo")
        await other.revert("redo")
        assert await one.main() == await other.main()
        assert await one.blueprint() == await other.blueprint()
        await one.revert("undo")
        await other.revert("undo")
    for commit in [commit.id for commit in source.log()[0]]:
        await stage.restore(commit)
        await copy.restore(commit)
        assert (await stage.main(), await stage.blueprint()) == (await copy.main(), await copy.blueprint())
    await copy.compile(stage.manifest(Task="title owner"))
    assert b"owner = 1" in (await copy.main())["app/tasks.py"]


async def test_a_bundle_without_its_blueprint_gets_one_from_its_plan(stage: Stage, tmp_path: Path) -> None:
    await stage.compile(stage.manifest(Task="title"))
    await stage.write({"notes.txt": b"mine\n"})
    folder = repository(tmp_path / "plain", await stage.main())
    assert stage.changed(await take_in(stage, bundled(folder))).manifest == stage.manifest(Task="title")
    copy = stage.of("got")
    assert (await copy.open()).refs["main"] == refs_of(folder)[0]
    await copy.compile(stage.manifest(Task="title due"))
    main = await copy.main()
    assert b"due = 1" in main["app/tasks.py"] and main["notes.txt"] == b"mine\n"


async def test_a_foreign_history_keeps_its_ids_and_lives_without_a_plan(stage: Stage, tmp_path: Path) -> None:
    folder = repository(tmp_path / "plain", {"a.txt": b"1\n"}, {"a.txt": b"1\n2\n", "src/b.txt": b"b\n"})
    git(folder, "tag", "-am", "First", "v1", "trunk~1")
    git(folder, "branch", "blueprint", "trunk~1")
    git(folder, "branch", "grün/x", "trunk")
    messages = await take_in(stage, bundled(folder))
    assert stage.changed(messages).manifest is None
    copy, ids = stage.of("got"), refs_of(folder)
    got = await copy.open()
    assert [commit.id for commit in got.log()[0]] == ids
    assert (got.refs["trunk"], got.refs["tags/v1"], got.refs["imported-blueprint"]) == (ids[0], ids[1], ids[1])
    assert "blueprint" not in got.refs
    assert ids[0] in {oid for name, oid in got.refs.items() if "gr" in name}
    await copy.write({"a.txt": b"1\n2\n3\n"})
    edit = (await copy.open()).refs["main"]
    await copy.write({"c.txt": b"c\n"})
    await copy.revert("undo", commit=edit)
    assert (await copy.main()) == {"a.txt": b"1\n2\n", "src/b.txt": b"b\n", "c.txt": b"c\n"}
    await copy.restore(ids[1])
    assert await copy.main() == {"a.txt": b"1\n"}
    await copy.revert("undo")
    await copy.revert("redo")
    assert await copy.main() == {"a.txt": b"1\n"}
    with pytest.raises(BarnraiseError, match="manifest_invalid"):
        await copy.compile(stage.manifest(Task="title"))
    assert await copy.main() == {"a.txt": b"1\n"}


async def test_a_plan_that_is_none_is_a_file_like_any_other(stage: Stage) -> None:
    messages = await take_in(stage, zipped({"a.txt": b"1", MANIFEST_PATH: b'{"version": 99}'}))
    assert stage.changed(messages).manifest is None
    assert (await stage.of("got").main())[MANIFEST_PATH] == b'{"version": 99}'


async def test_an_import_that_comes_again_changes_nothing(stage: Stage) -> None:
    await take_in(stage, zipped({"a.txt": b"1"}))
    before = (await stage.repositories.open("got")).refs
    assert stage.changed(await take_in(stage, zipped({"a.txt": b"2"}))).changed is False
    assert (await stage.repositories.open("got")).refs == before


async def test_executables_stay_executable(stage: Stage) -> None:
    await take_in(stage, zipped({"run": b"#!/bin/sh\n"}, 0o100755))
    got = await stage.repositories.open("got")
    await take_in(stage, got.zip("main"), "again")
    assert (await stage.repositories.open("again")).tree_of("main") == got.tree_of("main")


LYING = zipped({"big": b"\0" * (5 << 20)})
HOSTILE = {
    "leaves": (zipped({"../../etc/passwd": b"x"}), "path_invalid"),
    "absolute": (zipped({"/etc/passwd": b"x"}), "path_invalid"),
    "windows": (zipped({"..\\evil": b"x"}), "path_invalid"),
    "git": (zipped({".git/hooks/pre-commit": b"x"}), "path_invalid"),
    "hidden": (zipped({"a\u202etxt.exe": b"x"}), "path_invalid"),
    "long name": (zipped({"x" * 5000: b"x"}), "path_invalid"),
    "case": (zipped({"a": b"1", "A": b"2"}), "path_invalid"),
    "file and folder": (zipped({"a": b"1", "a/b": b"2"}), "path_invalid"),
    "link": (zipped({"a": b"/etc/passwd"}, 0o120777), "path_invalid"),
    "device": (zipped({"a": b""}, 0o020666), "path_invalid"),
    "pipe": (zipped({"a": b""}, 0o010666), "path_invalid"),
    "bomb": (LYING, "too_large"),
    "bomb that lies": (LYING.replace((5 << 20).to_bytes(4, "little"), (5).to_bytes(4, "little")), ("too_large", "invalid_request")),
    "many bombs": (zipped({f"{n}": b"\0" * (4 << 20) for n in range(17)}), "too_large"),
    "other packing": (zipped({"a": b"\0" * 1000}, compression=zipfile.ZIP_BZIP2), "path_invalid"),
    "many files": (zipped({f"{n}": b"" for n in range(10_001)}, compression=zipfile.ZIP_STORED), "too_large"),
    "many entries": (b"PK\x03\x04" + b"PK\x01\x02" * 50_000, "too_large"),
    "empty": (zipped({}), "invalid_request"),
    "cut": (zipped({"a": random.Random(1).randbytes(999)})[:-40], "invalid_request"),
    "garbage": (b"PK\x03\x04" + bytes(range(256)) * 9, "invalid_request"),
    "nothing known": (b"hello", "invalid_request"),
    "no head": (b"# v2 git bundle\n", "invalid_request"),
    "no refs": (b"# v2 git bundle\n\nPACK", "invalid_request"),
    "no pack": (b"# v2 git bundle\n" + b"1" * 40 + b" refs/heads/main\n\n", "invalid_request"),
    "torn pack": (b"# v2 git bundle\n" + b"1" * 40 + b" refs/heads/main\n\nPACK\0\0\0\2\0\0\0\1" + b"x" * 40, "invalid_request"),
    "sha256": (b"# v3 git bundle\n@object-format=sha256\n\n", "invalid_request"),
    "filtered": (b"# v3 git bundle\n@filter=blob:none\n" + b"1" * 40 + b" refs/heads/main\n\n", "invalid_request"),
    "strange ref": (b"# v2 git bundle\n" + b"1" * 40 + b" ../../x\n\n", "invalid_request"),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_files_are_refused_and_leave_nothing(stage: Stage, name: str) -> None:
    data, codes = HOSTILE[name]
    assert await refused(stage, data) in ((codes,) if isinstance(codes, str) else codes)


async def test_a_bundle_that_stands_on_other_commits_or_brings_links_is_refused(stage: Stage, tmp_path: Path) -> None:
    folder = repository(tmp_path / "plain", {"a.txt": b"1\n"}, {"a.txt": b"2\n"})
    assert await refused(stage, bundled(folder, "trunk", "^trunk~1")) == "invalid_request"
    whole = bundled(folder)
    assert await refused(stage, whole[:-30]) == "invalid_request"
    assert await refused(stage, whole.replace(refs_of(folder)[0].encode(), b"1" * 40)) == "invalid_request"
    (folder / "link").symlink_to("/etc/passwd")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Link")
    assert await refused(stage, bundled(folder)) == "path_invalid"
