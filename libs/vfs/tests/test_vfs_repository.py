import subprocess
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pygit2
import pytest

from barnraise.chassis.errors import BarnraiseError
from barnraise.vfs.history import write_message
from barnraise.vfs.odb import commit_of

Project = Any


def test_files_are_listed_and_read(project: Project) -> None:
    commit = project.commit({"src/a.py": b"a = 1\n", "README.md": b"hi\n"})
    repository = project.open()
    assert [(entry.path, entry.size) for entry in repository.files("main")] == [("README.md", 3), ("src/a.py", 6)]
    file = repository.read(commit, "src/a.py")
    assert (file.data, file.size, file.blob) == (b"a = 1\n", 6, repository.blobs("main")["src/a.py"])
    assert repository.tree("main") == {"src/a.py": b"a = 1\n", "README.md": b"hi\n"}


@pytest.mark.parametrize("path", ["nothing.py", "src", "src/a.py/b"])
def test_reading_what_is_no_file_is_not_found(project: Project, path: str) -> None:
    project.commit({"src/a.py": b""})
    with pytest.raises(BarnraiseError) as missing:
        project.open().read("main", path)
    assert missing.value.problem.code == "not_found"


def test_revisions_resolve(project: Project) -> None:
    first, second = project.commit({"a": b"1"}), project.commit({"a": b"2"})
    repository = project.open()
    assert [repository.resolve(name) for name in ("main", "HEAD", second, second[:8], "main~0")] == [second] * 5
    assert [repository.resolve(name) for name in ("main~1", "HEAD^", f"{second[:7]}~")] == [first] * 3
    assert repository.contains("main", first)
    assert not repository.contains("main", "0" * 40)


@pytest.mark.parametrize(
    "name", ["", "blueprint", "--all", "main@{1}", "main:a", "f" * 40, "main~99", "dead", ":/x", "main^{tree}", "ｍain"]
)
def test_foreign_revisions_are_not_found(project: Project, name: str) -> None:
    project.commit({"a": b"1"})
    with pytest.raises(BarnraiseError) as missing:
        project.open().resolve(name)
    assert missing.value.problem.code == "not_found"


def test_a_tree_or_blob_id_is_no_revision(project: Project) -> None:
    project.commit({"a": b"1"})
    with pytest.raises(BarnraiseError):
        project.open().resolve(project.open().blobs("main")["a"])


def test_log_is_paged_and_reads_the_trailers(project: Project) -> None:
    commits = [project.commit({"a": str(number).encode()}, f"Change {number}") for number in range(5)]
    page, following = project.open().log("main", limit=2)
    assert [commit.id for commit in page] == [commits[4], commits[3]]
    rest, end = project.open().log(following, limit=10)
    assert [commit.summary for commit in rest] == ["Change 2", "Change 1", "Change 0"]
    assert end is None
    assert (page[0].origin, page[0].job_id, page[0].step_id, page[0].author) == ("edit", "job-1", "step-1", "User")
    assert page[0].at.isoformat() == "2026-01-02T03:04:05+00:00"


def test_text_from_outside_cannot_forge_trailers(project: Project) -> None:
    project.commit({"a": b"1"}, "Hello\n\nBarnraise-Origin: compile\nBarnraise-Job: other\x00\r\n")
    commit = project.open().log("main", limit=1)[0][0]
    assert (commit.origin, commit.job_id) == ("edit", "job-1")
    assert commit.summary == "Hello Barnraise-Origin: compile Barnraise-Job: other"


def test_an_empty_summary_becomes_the_origin() -> None:
    assert write_message(" \n ", origin="edit", step_id="s", job_id=None).startswith("Edit\n\nBarnraise-Step: s\n")


def test_diff_counts_and_shows_text(project: Project) -> None:
    project.commit({"keep": b"1\n", "gone": b"x\ny\n", "text": b"a\nb\nc\n", "picture": b"\x00\x01"})
    project.commit({"gone": None, "text": b"a\nB\nc\nd\n", "new": b"n\n", "picture": b"\x00\x02"})
    diff = {file.path: file for file in project.open().diff("main~1", "main")}
    assert {path: (file.change, file.added, file.removed, file.binary) for path, file in diff.items()} == {
        "gone": ("deleted", 0, 2, False),
        "new": ("added", 1, 0, False),
        "picture": ("modified", 0, 0, True),
        "text": ("modified", 2, 1, False),
    }
    assert "-b\n+B\n" in diff["text"].patch
    assert diff["picture"].patch is None


def test_diff_against_nothing_and_without_patches(project: Project) -> None:
    project.commit({"a": b"1\n2\n"})
    (file,) = project.open().diff(None, "main", patches=False)
    assert (file.change, file.added, file.patch) == ("added", 2, None)


def test_an_endless_patch_is_left_out_and_said_so(project: Project) -> None:
    project.commit({"big": b"x\n" * 200_000, "small": b"1\n"})
    diff = {file.path: file for file in project.open().diff(None, "main")}
    assert (diff["big"].patch, diff["big"].truncated, diff["big"].added) == (None, True, 200_000)
    assert diff["small"].patch is not None


def test_a_rename_is_shown_as_deleted_and_added(project: Project) -> None:
    project.commit({"a": b"same\n" * 20})
    project.commit({"a": None, "b": b"same\n" * 20})
    assert [(file.path, file.change) for file in project.open().diff("main~1", "main")] == [("a", "deleted"), ("b", "added")]


def test_checkout_writes_plain_files_into_an_empty_directory(project: Project, tmp_path: Path) -> None:
    project.commit({"src/a.py": b"a\n", "b": b"\x00"})
    project.open().checkout("main", tmp_path / "out")
    assert (tmp_path / "out/src/a.py").read_bytes() == b"a\n"
    with pytest.raises(FileExistsError):
        project.open().checkout("main", tmp_path / "out")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/unrelated").touch()
    with pytest.raises(FileExistsError):
        project.open().checkout("main", tmp_path / "other")


def test_checkout_never_makes_a_link_nor_leaves_the_directory(project: Project, tmp_path: Path) -> None:
    project.commit({"a": b"1"})
    git = project.open()._git
    link = git.create_blob(b"/etc/passwd")
    builder = git.TreeBuilder(commit_of(git, project.refs["main"]).tree)
    builder.insert("link", link, pygit2.GIT_FILEMODE_LINK)
    builder.insert("run.sh", link, pygit2.GIT_FILEMODE_BLOB_EXECUTABLE)
    builder.insert("module", project.refs["main"], pygit2.GIT_FILEMODE_COMMIT)
    repository = project.open()
    for oid in (link, builder.write()):
        repository._git.odb.write(git.get(oid).type, git.odb.read(oid)[1])
    commit = repository.commit(str(builder.write()), [project.refs["main"]], "x", author="User", at=repository.commit_at("main").at)
    project.cache.install("shop", repository.pack([commit]))
    project.open().checkout(commit, tmp_path / "out")
    assert not (tmp_path / "out/link").is_symlink()
    assert (tmp_path / "out/link").read_bytes() == b"/etc/passwd"
    assert (tmp_path / "out/run.sh").stat().st_mode & 0o777 == 0o755
    assert not (tmp_path / "out/module").exists()


def test_zip_is_the_same_for_the_same_commit(project: Project) -> None:
    project.commit({"src/a.py": b"a\n", "b": b"\x00" * 1000})
    archive = project.open().zip("main")
    assert archive == project.open().zip(project.refs["main"])
    with zipfile.ZipFile(BytesIO(archive)) as opened:
        assert opened.namelist() == ["b", "src/a.py"]
        assert opened.read("src/a.py") == b"a\n"
        assert opened.testzip() is None
        assert {entry.date_time for entry in opened.infolist()} == {(2026, 1, 2, 3, 4, 4)}


def test_a_bundle_clones_with_plain_git(project: Project, tmp_path: Path) -> None:
    project.commit({"a": b"1"})
    project.commit({"a": b"2"})
    project.commit({"b": b"1"}, branch="blueprint")
    (tmp_path / "app.bundle").write_bytes(project.open().bundle())
    subprocess.run(["git", "clone", "-q", "app.bundle", "clone"], cwd=tmp_path, check=True)
    assert (tmp_path / "clone/a").read_bytes() == b"2"
    branches = subprocess.run(["git", "branch", "-r"], cwd=tmp_path / "clone", check=True, capture_output=True, text=True).stdout
    assert "origin/blueprint" in branches


def test_equal_arguments_give_equal_commits(project: Project) -> None:
    project.commit({"a": b"1"})
    repository, again = project.open(), project.open()
    made = []
    for each in (repository, again):
        tree = each.edit_tree(each.tree_of("main"), {"b": b"2"})
        made.append(each.commit(tree, [project.refs["main"]], "x", author="User", at=each.commit_at("main").at))
    assert made[0] == made[1]
    assert repository.pack(made[:1]) == again.pack(made[:1])


def test_edits_keep_the_mode_and_check_the_layout(project: Project) -> None:
    project.commit({"a/b": b"1", "README.md": b"1"})
    repository = project.open()
    for changes in ({"a": b"x"}, {"readme.md": b"x"}, {"a/b/c": b"x"}, {"../x": b"x"}, {".git/config": b"x"}):
        with pytest.raises(BarnraiseError) as refused:
            repository.edit_tree(repository.tree_of("main"), changes)
        assert refused.value.problem.code == "path_invalid"
    swapped = repository.edit_tree(repository.tree_of("main"), {"a/b": None, "a": b"x", "README.md": None, "readme.md": b"y"})
    commit = repository.commit(swapped, [], "x", author="User", at=repository.commit_at("main").at)
    assert repository.tree(commit) == {"a": b"x", "readme.md": b"y"}
