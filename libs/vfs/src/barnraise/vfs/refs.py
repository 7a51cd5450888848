"""Names of branches and tags. A project's refs are listed by short names: ``main``, ``idea/dark``, ``tags/v1``."""

import re
from collections.abc import Iterable

import pygit2

from barnraise.chassis.errors import BarnraiseError

TAGS = "tags/"
_TAKEN = frozenset({"main", "blueprint", "head", "tags", "heads", "refs"})
_PLAIN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._/+@=,#!-]{0,99}$")
_ADVICE = "Use letters, digits, dots, dashes and slashes, such as 'v1.0' or 'idea/dark'."
_LIKE_A_COMMIT = re.compile(r"^[0-9a-f]{4,40}$")


def full_name(name: str) -> str:
    """What git calls it: ``tags/v1`` -> ``refs/tags/v1``, ``main`` -> ``refs/heads/main``."""
    return f"refs/{name}" if name.startswith(TAGS) else f"refs/heads/{name}"


def short_name(ref: str) -> str | None:
    """The other way round; None for what is neither a branch nor a tag."""
    if ref.startswith("refs/heads/"):
        return ref.removeprefix("refs/heads/")
    return ref.removeprefix("refs/") if ref.startswith(f"refs/{TAGS}") else None


def check_name(name: str, existing: Iterable[str]) -> str:
    """The short name of a new branch or tag. Raises BarnraiseError ``name_invalid``.

    Refused is what git refuses, what could be taken for a commit or for one of the platform's own, and what cannot stand beside the
    existing names in folders, in whatever case.
    """
    bare = name.removeprefix(TAGS)
    if not _PLAIN.match(bare) or not pygit2.reference_is_valid_name(full_name(name)):
        raise _refused(bare, "cannot be the name of a branch or a tag")
    if bare.split("/")[0].casefold() in _TAKEN:
        raise _refused(bare, "is a name of the platform's own")
    if _LIKE_A_COMMIT.match(bare):
        raise _refused(bare, "could be taken for a commit")
    key = bare.casefold()
    for other in (known.removeprefix(TAGS) for known in existing):
        there = other.casefold()
        if there == key or there.startswith(f"{key}/") or key.startswith(f"{there}/"):
            raise _refused(bare, f"cannot stand beside '{other}'")
    return name


def _refused(name: str, why: str) -> BarnraiseError:
    shown = "".join(character if character.isprintable() else "?" for character in name[:80])
    return BarnraiseError("name_invalid", f"'{shown}' {why}.", _ADVICE)
