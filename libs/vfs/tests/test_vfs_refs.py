"""Names of branches and tags, and which step each line comes from."""

import random
import re
import subprocess
from itertools import pairwise
from typing import Any

import pytest

from barnraise.chassis.errors import BarnraiseError
from barnraise.vfs.refs import check_name, full_name, short_name

Project = Any


@pytest.mark.parametrize("name", ["v1", "v1.0-rc.1", "idea/dark+light", "tags/v1", "tags/2026/11", "A_b", "x" * 100])
def test_usual_names_are_fine(name: str) -> None:
    assert check_name(name, {"main": "", "blueprint": "", "other": ""}) == name
    assert short_name(full_name(name)) == name


@pytest.mark.parametrize(
    "name",
    ["", "-x", ".x", "a..b", "a b", "a~1", "a^", "a:b", "a?", "a*", "a[", "a\\b", "a@{1}", "a.lock", "a/", "a//b", "a/.b", "x" * 101, "ä",
     "a\n",
     "main", "Main", "blueprint", "HEAD", "head/x", "refs/heads/x", "tags", "tags/main", "tags/tags/x", "deadbeef", "tags/1234567", "taken",
     "Taken", "taken/x", "tags/taken", "folder", "tags/folder/x/y"],
)  # fmt: skip
def test_what_git_or_people_could_mistake_is_refused(name: str) -> None:
    with pytest.raises(BarnraiseError) as refused:
        check_name(name, ["main", "taken", "folder/x"])
    assert refused.value.problem.code == "name_invalid"


@pytest.mark.parametrize("ref", ["refs/notes/x", "refs/tags", "HEAD", "heads/x", "refs/remotes/origin/x"])
def test_other_refs_have_no_short_name(ref: str) -> None:
    assert short_name(ref) is None


def test_branches_and_tags_are_revisions_and_are_in_the_clone_and_the_bundle(project: Project, tmp_path: Any) -> None:
    first, second = project.commit({"a": b"1"}), project.commit({"a": b"2"})
    project.refs |= {"tags/v1": first, "idea": project.commit({"b": b"3"}, branch="idea")}
    repository = project.open()
    assert [repository.resolve(name) for name in ("v1", "tags/v1", "main", "v1~0", "idea")] == [
        first,
        first,
        second,
        first,
        project.refs["idea"],
    ]
    assert (repository.tags_of(first), repository.tags_of(second)) == (("v1",), ())
    assert all(map(repository.reaches, (first, second, project.refs["idea"])))
    path = project.cache.publish("shop", project.refs)
    bundle = tmp_path / "shop.bundle"
    bundle.write_bytes(repository.bundle())
    for source in (path, bundle):
        said = subprocess.run(["git", "ls-remote", source], check=True, capture_output=True, text=True).stdout.split()
        assert dict(zip(said[1::2], said[::2], strict=True)) == {
            "HEAD": second, "refs/heads/main": second, "refs/heads/idea": project.refs["idea"], "refs/tags/v1": first,
        }  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_blame_says_what_git_says(project: Project, seed: int) -> None:
    chance = random.Random(seed)
    lines = [f"line {number}\n" for number in range(20)]
    for number in range(25):
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(lines))
            lines[at : at + chance.randint(0, 2)] = [f"{number} {chance.random()}\n"] * chance.randint(0, 2) or ["\n"]
        project.commit({"a.txt": "".join(lines).encode(), "other": str(number).encode()}, f"Change {number}")
    path = project.cache.publish("shop", project.refs)
    command = ["git", "-C", path, "blame", "--porcelain", "main", "--", "a.txt"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = project.open().blame("main", "a.txt")
    assert [run.commit.id for run in found for _ in range(run.count)] == re.findall(r"^([0-9a-f]{40}) ", said, re.MULTILINE)
    assert [run.line for run in found] == [1 + sum(run.count for run in found[:number]) for number in range(len(found))]
    assert all(one.commit.id != other.commit.id for one, other in pairwise(found))
    assert (found[0].commit.job_id, found[0].commit.origin) == ("job-1", "edit")


def test_an_empty_file_has_no_lines_and_a_binary_one_none_to_tell(project: Project) -> None:
    project.commit({"empty": b"", "binary": b"\0\1"})
    assert project.open().blame("main", "empty") == []
    for path, code in (("binary", "not_text"), ("nothing", "not_found"), ("../x", "path_invalid")):
        with pytest.raises(BarnraiseError) as refused:
            project.open().blame("main", path)
        assert refused.value.problem.code == code
