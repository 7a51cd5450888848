import threading
from pathlib import Path
from typing import Any

import pytest

from barnraise.vfs.cache import Cache

Project = Any


def test_who_comes_second_uses_the_first_ones_repository(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    path = cache.prepare("shop")
    (path / "mark").touch()
    cache._create(path)
    assert (path / "mark").exists()
    assert [entry.name for entry in (tmp_path / "git").iterdir()] == ["shop.git"]


def test_many_threads_prepare_one_repository(tmp_path: Path) -> None:
    caches = [Cache(tmp_path) for _ in range(8)]
    threads = [threading.Thread(target=cache.prepare, args=("shop",)) for cache in caches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.name for entry in (tmp_path / "git").iterdir()] == ["shop.git"]


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "git").touch()
    with pytest.raises(OSError, match="git"):
        Cache(tmp_path).prepare("shop")


def test_installing_twice_is_the_same_as_once(project: Project) -> None:
    project.commit({"a": b"1"})
    repository = project.open()
    pack = repository.pack([project.refs["main"]])
    for _ in range(2):
        project.cache.install("shop", pack)
    assert project.cache.missing("shop", {pack.id: pack.size, "f" * 40: 1}) == ["f" * 40]


def test_a_failed_install_leaves_no_rubbish(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.commit({"a": b"1"})
    pack = project.open().pack([project.refs["main"]])
    packs = project.cache.prepare("shop") / "objects/pack"
    before = sorted(packs.iterdir())
    monkeypatch.setattr(Path, "rename", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        project.cache.install("shop", pack)
    assert sorted(packs.iterdir()) == before
