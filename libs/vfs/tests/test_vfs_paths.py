import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barnraise.chassis.errors import BarnraiseError
from barnraise.vfs.paths import check_layout, check_new, check_path

HOSTILE = [
    "", "/", "/etc/passwd", "a//b", "a/", "..", "../a", "a/../b", "a/..", ".", "a/./b", "a\\b", "..\\a",
    "C:\\x", "a\x00b", "a\nb", "a\x7fb", "sub/.GITMODULES",
    ".git", ".git/config", ".GIT/hooks/post-checkout", "a/.Git/x", ".git./config", ".git /config", ".git. . /x", "git~1/config",
    "GIT~2",
    ".git::$INDEX_ALLOCATION/config", ".g\u200cit/config", ".gi\u2060t/x", "\ufeff.git/x", ".ｇit\u200d/x", "a\u202eb.py",
    ".gitmodules",
    "x" * 401, "é" * 201, "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("path", HOSTILE)
def test_hostile_paths_are_refused_with_a_typed_error(path: str) -> None:
    with pytest.raises(BarnraiseError) as refused:
        check_path(path)
    assert refused.value.problem.code == "path_invalid"
    assert refused.value.problem.next


@pytest.mark.parametrize(
    "path", ["a", "src/App.tsx", ".gitignore", ".gitattributes", ".github/workflows/ci.yml", "a b/ü.md", "...", "git/x", "x" * 400]
)
def test_ordinary_paths_pass(path: str) -> None:
    assert check_path(path) == path


def test_paths_are_normalised_to_nfc() -> None:
    assert check_path("e\u0301te\u0301.md") == "\u00e9t\u00e9.md"


@given(st.text(max_size=60))
def test_whatever_passes_is_safe_everywhere(text: str) -> None:
    try:
        path = check_path(text)
    except BarnraiseError:
        return
    parts = path.split("/")
    assert all(part not in ("", ".", "..") for part in parts)
    assert all(part.casefold().rstrip(" .") != ".git" for part in parts)
    assert len(path.encode()) <= 400
    assert unicodedata.is_normalized("NFC", path)
    assert path.isprintable() or any(unicodedata.category(character) == "Zs" for character in path)
    assert check_path(path) == path


@pytest.mark.parametrize(
    ("new", "existing"),
    [("readme.md", "README.md"), ("a", "a/b"), ("a/b", "a"), ("A/b", "a"), ("Src/x", "src/y"), ("a", "A/b"), ("stra\u00dfe", "STRASSE")],
)
def test_what_cannot_stand_beside_each_other_is_refused(new: str, existing: str) -> None:
    for paths, others in (([new], [existing]), ([new, existing], [])):
        with pytest.raises(BarnraiseError) as refused:
            check_layout(paths, others)
        assert refused.value.problem.code == "path_invalid"


def test_neighbours_may_share_directories() -> None:
    check_layout(["src/a.py", "src/b/c.py"], ["src/d.py", "README.md"])


@pytest.mark.parametrize("path", ["nul", "app/CON", "com1.txt", "LPT9 ", "Aux.", "a/conout$", "C:/x", "x.py:stream", "../a"])
def test_what_is_a_device_somewhere_is_no_new_file(path: str) -> None:
    with pytest.raises(BarnraiseError) as refused:
        check_new(path)
    assert refused.value.problem.code == "path_invalid"


@pytest.mark.parametrize("path", ["console.py", "null", "auxiliary/a.py", "com10", "lpt.md", "icon"])
def test_ordinary_new_files_pass(path: str) -> None:
    assert check_new(path) == path
