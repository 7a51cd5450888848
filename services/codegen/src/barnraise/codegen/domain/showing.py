"""Which of a project's files a model is shown: those that the task seems to be about, as many as fit."""

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

BUDGET = 160_000
"""Characters of files in one request: about 45,000 tokens, which every model that can program takes."""
MAX_FILE = 60_000
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_PATH_WEIGHT = 4.0
_NAMED = 1000.0
_LOCKS = frozenset({"package-lock.json", "uv.lock", "poetry.lock", "pnpm-lock.yaml", "yarn.lock", "sbom.json", "requirements.lock"})
_SECRET = re.compile(r"(^|/)(\.env(\.(?!example$|sample$|template$)[^/]*)?|id_[a-z0-9]+|[^/]*\.(pem|key|p12|pfx|keystore))$", re.IGNORECASE)


@dataclass(frozen=True)
class Shown:
    """``files``: path -> text, in the order of their paths. ``others``: the paths of the rest, as far as a model may know of them."""

    files: Mapping[str, str]
    others: Sequence[str]


def choose(contents: Mapping[str, bytes], task: str, named: Collection[str] = (), budget: int = BUDGET) -> Shown:
    """``named``: paths that have to be there if they can, such as those that findings are about."""
    texts = {path: text for path, data in contents.items() if not _withheld(path) and (text := _text(data)) is not None}
    ranks = _ranks(texts, task, named)
    chosen: dict[str, str] = {}
    for path in sorted(texts, key=lambda path: (-ranks[path], len(texts[path]), path)):
        if len(texts[path]) <= min(budget, MAX_FILE):
            chosen[path] = texts[path]
            budget -= len(texts[path])
    others = sorted(path for path in contents if path not in chosen and not _withheld(path))
    return Shown(dict(sorted(chosen.items())), others)


def _withheld(path: str) -> bool:
    """What is not a person's text, or not meant for anybody outside."""
    return path.startswith(".barnraise/") or PurePosixPath(path).name in _LOCKS or _SECRET.search(path) is not None


def _text(data: bytes) -> str | None:
    try:
        return None if b"\0" in data else data.decode()
    except UnicodeDecodeError:
        return None


def _ranks(texts: Mapping[str, str], task: str, named: Collection[str]) -> Mapping[str, float]:
    """The rarer the words are that a file shares with the task, the more it is about it; its path says more than its text."""
    asked = _words(task)
    inside = {path: _words(text) & asked for path, text in texts.items()}
    seen = Counter(word for words in inside.values() for word in words)
    weights = {word: math.log(1 + len(texts) / count) for word, count in seen.items()}
    return {
        path: sum(weights[word] for word in words)
        + _PATH_WEIGHT * len(_words(path) & asked)
        + (_NAMED if path in named or path in task else 0.0)
        for path, words in inside.items()
    }


def _words(text: str) -> frozenset[str]:
    """Parts of names too, and without a plural's ending: ``OrderLines`` -> order, line."""
    found = (word.lower() for word in _WORD.findall(text))
    return frozenset(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in found if len(word) > 2)
