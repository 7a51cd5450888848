"""Plain git against the platform: clone, commit, push, fetch."""

import json
import subprocess
from pathlib import Path

import pytest
from platform_client import SITE, Platform, until

pytestmark = pytest.mark.flow

IDENTITY = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false", "-c", "credential.helper=")


class Clone:
    """A working copy, as a person has one."""

    def __init__(self, platform: Platform, project: str, path: Path) -> None:
        self.path = path
        address = platform.url.replace("://", f"://anybody:{platform.token}@")
        self._run("clone", "-q", f"{address}/git/{project}.git", str(path))

    def git(self, *arguments: str, fails: bool = False) -> str:
        done = self._run("-C", str(self.path), *arguments, fails=fails)
        return done.stderr if fails else done.stdout.strip()

    def commit(self, summary: str, **files: str) -> str:
        for name, content in files.items():
            (self.path / name).write_text(content)
        self.git("add", "-A")
        self.git("commit", "-qm", summary)
        return self.git("rev-parse", "HEAD")

    @staticmethod
    def _run(*arguments: str, fails: bool = False) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(["git", *IDENTITY, *arguments], capture_output=True, text=True, check=False, timeout=60)
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done


@pytest.fixture(scope="module")
def project(platform: Platform) -> str:
    made = platform.create(SITE)
    assert platform.ended(made["job"]["id"])["status"] == "succeeded"
    return made["project"]["id"]


@pytest.fixture
def clone(platform: Platform, project: str, tmp_path: Path) -> Clone:
    return Clone(platform, project, tmp_path / "clone")


def test_a_push_is_checked_shown_kept_and_undone(platform: Platform, project: str, clone: Clone) -> None:
    jobs = platform.get(f"/projects/{project}/jobs")["items"]
    clone.commit("Write notes", **{"notes.md": "# Mine\n"})
    head = clone.commit("Write more", **{"more.md": "more\n"})
    clone.git("push", "-q", "origin", "main")
    assert platform.get(f"/projects/{project}/files/notes.md")["content"] == "# Mine\n"
    newest = platform.get(f"/projects/{project}/commits")["items"][0]
    assert (newest["commit"], newest["author"]) == (head, "Ada")
    check = until(lambda: next((job for job in platform.get(f"/projects/{project}/jobs")["items"] if job not in jobs), None))
    assert check["action"] == "check"
    assert platform.ended(check["id"])["status"] == "succeeded"
    refined = platform.ended(platform.say(project, "add a section about repairs")["job"]["id"])
    assert refined["status"] == "succeeded", refined
    assert platform.get(f"/projects/{project}/files/notes.md")["content"] == "# Mine\n"
    clone.git("pull", "-q", "--ff-only")
    assert ">Repairs</h2>" in (clone.path / "index.html").read_text()
    for _ in range(2):
        assert platform.ended(platform.say(project, "undo")["job"]["id"])["status"] == "succeeded"
    assert "notes.md" not in [item["path"] for item in platform.get(f"/projects/{project}/files")["items"]]


def test_a_tag_names_a_version_everywhere(platform: Platform, project: str, clone: Clone, tmp_path: Path) -> None:
    head = clone.git("rev-parse", "origin/main")
    made = platform.cli("tag", project, "v1.0", "--json")
    assert json.loads(made.stdout)["commit"]["commit"] == head
    clone.git("fetch", "-q", "--tags")
    assert clone.git("rev-parse", "v1.0") == head
    assert "[v1.0]" in platform.cli("log", project).stdout
    assert platform.get(f"/projects/{project}/files", commit="v1.0")["commit"] == head
    assert "v1.0" in platform.cli("tag", project).stdout
    for name, status in (("v1.0", 5), ("main", 8), ("a b", 8)):
        assert platform.cli("tag", project, name).returncode == status, name
    told = json.loads(platform.cli("blame", project, "README.md", "--commit", "v1.0", "--json").stdout)
    assert [run["origin"] for run in told["items"]][:1] == ["compile"]
    assert "Lamp Maker" in platform.cli("blame", project, "README.md").stdout
    assert platform.cli("tag", project, "v1.0", "-d").returncode == 0
    assert platform.get(f"/projects/{project}/tags")["items"] == []
    assert Clone(platform, project, tmp_path / "later").git("tag") == ""


def test_what_came_late_is_told_to_fetch_first(platform: Platform, project: str, clone: Clone, tmp_path: Path) -> None:
    other = Clone(platform, project, tmp_path / "other")
    clone.commit("Mine", **{"mine.md": "mine\n"})
    clone.git("push", "-q", "origin", "main")
    other.commit("Theirs", **{"theirs.md": "theirs\n"})
    assert "fetch first" in other.git("push", "origin", "main", fails=True)
    assert "Fetch" in other.git("push", "--force", "origin", "main", fails=True)
    other.git("pull", "-q", "--rebase", "origin", "main")
    other.git("push", "-q", "origin", "main")
    paths = [item["path"] for item in platform.get(f"/projects/{project}/files")["items"]]
    assert {"mine.md", "theirs.md"} <= set(paths)


def test_what_projects_cannot_have_is_refused_with_the_reason(platform: Platform, project: str, clone: Clone) -> None:
    before = platform.get(f"/projects/{project}/files")["commit"]
    assert "only branches and tags can be pushed" in clone.git("push", "origin", "HEAD:refs/notes/mine", fails=True)
    assert "cannot be deleted" in clone.git("push", "origin", ":main", fails=True)
    (clone.path / "link").symlink_to("/etc/passwd")
    clone.commit("Link")
    assert "is a link" in clone.git("push", "origin", "main", fails=True)
    assert "compiler alone writes" in clone.git("push", "--force", "origin", "HEAD:blueprint", fails=True)
    clone.git("reset", "-q", "--hard", "origin/main")
    manifest = next((clone.path / ".barnraise").iterdir())
    manifest.write_text(manifest.read_text() + "\n")
    clone.commit("Plan")
    assert "written by the compiler" in clone.git("push", "origin", "main", fails=True)
    assert platform.get(f"/projects/{project}/files")["commit"] == before


def test_a_branch_is_pushed_edited_merged_and_deleted(platform: Platform, project: str, clone: Clone, tmp_path: Path) -> None:
    head = clone.git("rev-parse", "origin/main")
    clone.git("switch", "-qc", "idea")
    clone.commit("Try it", **{"idea.md": "# Idea\n"})
    clone.git("push", "-q", "origin", "idea")
    assert platform.get(f"/projects/{project}/files")["commit"] == head
    assert "idea" in platform.cli("branch", project).stdout
    written = platform.cli("write", project, "more.md", "--branch", "idea", stdin=b"more\n")
    assert written.returncode == 0, written.stderr
    differs = platform.get(f"/projects/{project}/diff", **{"from": "main", "to": "idea"})["files"]
    assert [file["path"] for file in differs] == ["idea.md", "more.md"]
    assert "would be lost" in clone.git("push", "origin", ":idea", fails=True)
    merged = platform.cli("merge", project, "idea", "--wait", "--json")
    assert json.loads(merged.stdout)["status"] == "succeeded", merged.stdout
    assert platform.get(f"/projects/{project}/files/more.md")["content"] == "more\n"
    clone.git("fetch", "-q")
    assert clone.git("log", "-1", "--format=%s", "origin/main") == "Merge idea"
    clone.git("push", "-q", "origin", "origin/main:refs/heads/later", "origin/main:refs/tags/done")
    clone.git("push", "-q", "origin", ":idea", ":later")
    assert Clone(platform, project, tmp_path / "other").git("branch", "-r", "--format=%(refname:short)").split()[-2:] == [
        "origin/blueprint", "origin/main",
    ]  # fmt: skip
    assert [tag["name"] for tag in platform.get(f"/projects/{project}/tags")["items"]] == ["done"]


def test_a_damaged_push_changes_nothing(platform: Platform, project: str) -> None:
    head = platform.get(f"/projects/{project}/files")["commit"]
    command = f"{head} {'1' * 40} refs/heads/main\0report-status".encode()
    for pack in (b"", b"PACK", b"PACK" + b"\0\0\0\2" + b"\0\0\0\1" + b"x" * 40):
        body = b"%04x" % (len(command) + 4) + command + b"0000" + pack
        with platform.http() as http:
            answer = http.post(f"/git/{project}.git/git-receive-pack", content=body)
        assert answer.status_code == 200
        assert b"ng refs/heads/main" in answer.content
    with platform.http() as http:
        assert http.post(f"/git/{project}.git/git-receive-pack", content=b"zzzz").status_code == 400
    assert platform.get(f"/projects/{project}/files")["commit"] == head
