"""What of a project a model is shown: what the task seems to be about, as much as fits, and a report of what does not."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from barnraise.codegen.domain.fusion import Closeness, Rank, pieces
from barnraise.codegen.domain.ranking import outlines, rank_files, rank_said
from barnraise.codegen.domain.secrets import without_secrets
from barnraise.contracts.documents import Attachment
from barnraise.contracts.events import Context, ContextPart
from barnraise.contracts.memory import Exchange, Memory
from barnraise.patches.symbols import Symbol

BYTES_PER_TOKEN = 3
"""Rather too few: what is shown has to fit."""
BUDGET = 45_000
MAX_FILE = 20_000
"""Tokens; of a larger file only the outline is shown."""
_FOR_WORDS = 0.15
"""Of the budget, at most, goes to decisions and exchanges."""
_FOR_PAPERS = 0.4
_TOLD = 100
_ROOM_OF_PICTURE = " " * 1_600 * BYTES_PER_TOKEN
"""About as many tokens as providers count for one; it has room of its own beside the budget."""
_BROUGHT = Rank(1.0)
_LOCKS = frozenset({"package-lock.json", "uv.lock", "poetry.lock", "pnpm-lock.yaml", "yarn.lock", "sbom.json", "requirements.lock"})
_SECRET = re.compile(
    r"(^|/)(\.env(\.(?!example$|sample$|template$)[^/]*)?|id_[a-z0-9]+|\.npmrc|\.netrc|\.pypirc|[^/]*\.(pem|key|p12|pfx|keystore|jks))$",
    re.I,
)


@dataclass(frozen=True)
class Shown:
    """``files``: path -> text, in the order of their paths. ``outlines``: path -> what a file defines that is not shown itself. ``others``:
    the paths of the rest, as far as a model may know of them. ``wishes`` always, ``decisions`` and ``exchanges`` in the order of time.
    ``papers``: names and texts of what came with the message, ``pictures`` the names of those that are looked at."""

    files: Mapping[str, str]
    others: Sequence[str] = ()
    outlines: Mapping[str, str] | None = None
    wishes: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    papers: tuple[tuple[str, str], ...] = ()
    pictures: tuple[str, ...] = ()
    context: Context | None = None


@dataclass(frozen=True)
class _Part:
    kind: str
    name: str
    text: str
    rank: Rank

    @property
    def score(self) -> float:
        return self.rank.score

    @property
    def tokens(self) -> int:
        return -(-len(self.text.encode()) // BYTES_PER_TOKEN)

    def told(self) -> ContextPart:
        places = {"words": self.rank.words, "uses": self.rank.uses, "meaning": self.rank.meaning}
        return ContextPart.model_validate(
            {"kind": self.kind, "name": self.name[:400], "tokens": self.tokens, "score": round(min(self.score, 1000.0), 3), **places}
        )


@dataclass(frozen=True)
class Reading:
    """A project's texts and what they define; ``paths`` are all that a model may know of."""

    texts: Mapping[str, str]
    paths: tuple[str, ...]
    defined: Mapping[str, tuple[Symbol, ...]]


@dataclass(frozen=True)
class Survey:
    """How much each text of a project is about a task. ``close``: what is known of meanings, also of what was said and decided."""

    task: str
    read: Reading
    ranks: Mapping[str, Rank]
    close: Closeness

    @property
    def order(self) -> list[str]:
        """What the task is most about comes first."""
        return sorted(self.ranks, key=lambda path: (-self.ranks[path].score, path))

    @property
    def about(self) -> list[str]:
        """Of these, what the task names, or shares words with, and what that rests on; meaning alone is near to everything."""
        ranks = self.ranks
        return [path for path in self.order if ranks[path].words or ranks[path].uses or ranks[path].score > 1]


LEXICAL = Closeness({}, "Nothing was asked about meanings.")


def read(contents: Mapping[str, bytes]) -> Reading:
    """Without what holds secrets, and without secrets of known forms in the rest."""
    texts = {path: text for path, data in contents.items() if not _withheld(path) and (text := _text(data)) is not None}
    return Reading(texts, tuple(sorted(path for path in contents if not _withheld(path))), outlines(texts))


def things(seen: Reading, memory: Sequence[Memory] = (), conversation: Sequence[Exchange] = ()) -> dict[tuple[str, str], tuple[str, ...]]:
    """All that can be near to a question by its meaning: kind and name -> the pieces that tell it. Without secrets, as prompts are."""
    files = {("file", path): pieces(path, text, seen.defined.get(path, ())) for path, text in sorted(seen.texts.items())}
    return files | {(kind, name): (without_secrets(text),) for kind, name, text in _told(memory, conversation)}


def survey(contents: Mapping[str, bytes] | Reading, task: str, named: Collection[str] = (), close: Closeness = LEXICAL) -> Survey:
    """``named``: paths that have to be shown if they can, such as those that findings are about."""
    seen = contents if isinstance(contents, Reading) else read(contents)
    return Survey(task, seen, rank_files(seen.texts, seen.defined, task, named, close.of("file")), close)


def choose(
    seen: Survey,
    budget: int = BUDGET,
    memory: Sequence[Memory] = (),
    conversation: Sequence[Exchange] = (),
    role: str = "edit",
    attachments: Sequence[Attachment] = (),
) -> Shown:
    """The best that fits into so many tokens, wishes first; of files that do not fit, what they define."""
    texts, ranks = seen.read.texts, seen.ranks
    wishes = tuple(entry.text for entry in memory if entry.kind == "wish")
    left = budget - sum(-(-len(wish.encode()) // BYTES_PER_TOKEN) for wish in wishes)
    pictures = tuple(one.name for one in attachments if one.picture)
    texted = [one for one in attachments if not one.picture]
    papers = [_Part("document", one.name, one.text[: _share(left, len(texted))], _BROUGHT) for one in texted]
    left -= sum(part.tokens for part in papers)
    said = _said(memory, conversation, seen)
    kept_words, dropped_words = _fitting(said, int(left * _FOR_WORDS))
    left -= sum(part.tokens for part in kept_words)
    files = [_Part("file", path, text, ranks[path]) for path, text in texts.items()]
    kept, dropped = _fitting([part for part in files if part.tokens <= MAX_FILE], left)
    dropped += [part for part in files if part.tokens > MAX_FILE]
    left -= sum(part.tokens for part in kept)
    maps = [_Part("outline", part.name, _outline(seen.read.defined.get(part.name, ())), part.rank) for part in dropped]
    mapped, _ = _fitting([part for part in maps if part.text], left)
    shown, outlined = {part.name for part in kept}, {part.name for part in mapped}
    others = [path for path in seen.read.paths if path not in shown and path not in outlined]
    out = sorted((*dropped_words, *(part for part in dropped if part.name not in outlined)), key=lambda part: -part.score)
    looks = (_Part("document", name, _ROOM_OF_PICTURE, _BROUGHT) for name in pictures)
    included = sorted((*looks, *papers, *kept_words, *kept, *mapped), key=lambda part: -part.score)
    context = Context(
        role=role,
        budget=budget,
        wishes=len(wishes),
        included=tuple(part.told() for part in included[:_TOLD]),
        left_out=tuple(part.told() for part in out[:_TOLD]),
        unread=len(others) + len(dropped_words),
        retrieval="lexical" if seen.close.without else "hybrid",
        without=seen.close.without[:300],
    )
    names = {part.name for part in kept_words}
    return Shown(
        files={path: texts[path] for path in sorted(shown)},
        others=others,
        outlines={part.name: part.text for part in sorted(mapped, key=lambda part: part.name)},
        wishes=wishes,
        decisions=tuple(entry.text for entry in memory if entry.kind == "decision" and entry.id in names),
        exchanges=tuple(one for number, one in enumerate(conversation) if f"message {number + 1}" in names),
        papers=tuple((part.name, part.text) for part in papers),
        pictures=pictures,
        context=context,
    )


def _share(budget: int, papers: int) -> int:
    """Characters of each document: together at most so much of what there is room for."""
    return max(int(budget * _FOR_PAPERS * BYTES_PER_TOKEN / papers), 0)


def _told(memory: Sequence[Memory], conversation: Sequence[Exchange]) -> list[tuple[str, str, str]]:
    """Kind, name and text of each decision, then of each exchange, in the order of time."""
    decisions = [("decision", entry.id, entry.text) for entry in memory if entry.kind == "decision"]
    return decisions + [("exchange", f"message {number + 1}", f"{one.said}\n{one.answered}") for number, one in enumerate(conversation)]


def _said(memory: Sequence[Memory], conversation: Sequence[Exchange], seen: Survey) -> list[_Part]:
    """Decisions and exchanges, ranked; of what has nothing to do with the task the newer comes first."""
    told = _told(memory, conversation)
    if not told:
        return []
    near = None if seen.close.without else [seen.close.scores.get((kind, name), 0.0) for kind, name, _ in told]
    ranks = rank_said([text for _, _, text in told], seen.task, near)
    new = 0.1 if near is None else 0.01  # fused scores stand closer together
    many = Counter(kind for kind, _, _ in told)
    number: Counter[str] = Counter()
    parts = []
    for (kind, name, text), rank in zip(told, ranks, strict=True):
        number[kind] += 1
        parts.append(_Part(kind, name, text, replace(rank, score=rank.score + new * number[kind] / many[kind])))
    return parts


def _fitting(parts: Sequence[_Part], budget: int) -> tuple[list[_Part], list[_Part]]:
    """The best that fit, and the rest; both best first."""
    kept: list[_Part] = []
    rest: list[_Part] = []
    for part in sorted(parts, key=lambda part: (-part.score, len(part.text), part.name)):
        fits = part.tokens <= budget
        (kept if fits else rest).append(part)
        budget -= part.tokens if fits else 0
    return kept, rest


def _outline(symbols: Sequence[Symbol]) -> str:
    """The first line of every definition, indented as deep as it stands."""
    lines = []
    for symbol in symbols:
        head = next((line for line in symbol.text.decode("utf-8", "replace").split("\n") if not line.lstrip().startswith("@")), "")
        lines.append(f"{'  ' * symbol.name.count('.')}{head.strip()[:160]}")
    return "\n".join(lines[:200])


def _withheld(path: str) -> bool:
    """What is not a person's text, or not meant for anybody outside."""
    return path.startswith(".barnraise/") or PurePosixPath(path).name in _LOCKS or _SECRET.search(path) is not None


def _text(data: bytes) -> str | None:
    try:
        return None if b"\0" in data else without_secrets(data.decode())
    except UnicodeDecodeError:
        return None
