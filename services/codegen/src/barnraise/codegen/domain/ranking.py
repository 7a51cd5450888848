"""How much each file of a project, and each thing that was said or decided in it, is about a task.

Words and graph together: BM25 over the texts, with names split into their parts, and a walk over which file uses what another one defines,
that begins at what the words found (PageRank, personalised). So a file counts that the task does not name but that what it names rests on.
Where it is known how near each file is by its meaning, the three orders are fused.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

from barnraise.codegen.domain.fusion import Rank, fused, places
from barnraise.patches.grammars import Language, captures, language_of, tree
from barnraise.patches.imports import imports_of
from barnraise.patches.symbols import Symbol, symbols_of

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_STOP = frozenset(
    "the and for with that this from are was not but you your all any can has have its into out use when what how shall should will would "
    "there where which who add make change please def self return import class none true false const let function export".split()
)
_USES: dict[Language, str] = {
    "python": "(identifier) @use",
    "typescript": "[(identifier) (type_identifier)] @use",
    "tsx": "[(identifier) (type_identifier)] @use",
    "javascript": "(identifier) @use",
}
_COMMON = 12
"""A name that more files than this define says nothing."""
_LARGEST = 200_000
_NAMED = 1000.0
_WALK = 0.5
"""The share of the walk in a file's rank, against the words."""


def words(text: str) -> list[str]:
    """Parts of names too, and without a plural's ending: ``OrderLines`` -> order, line."""
    found = (word.lower() for word in _WORD.findall(text))
    kept = (word[:-1] if len(word) > 3 and word.endswith("s") else word for word in found if len(word) > 2)
    return [word for word in kept if word not in _STOP]


def by_words(texts: Sequence[str], query: str) -> list[float]:
    """How well each text answers the query, 0 to 1 for the best; all 0 where nothing is shared."""
    from bm25s import BM25  # it takes numpy along, which only those pay for who have a model

    asked = sorted(set(words(query)))
    split = [words(text) for text in texts]
    known = {word for text in split for word in text}
    asked = [word for word in asked if word in known]
    if not asked:
        return [0.0] * len(texts)
    index = BM25(backend="numpy")
    index.index(split, show_progress=False)
    scores = [float(score) for score in index.get_scores(asked)]
    best = max(scores)
    return [score / best if best > 0 else 0.0 for score in scores]


def outlines(texts: Mapping[str, str]) -> dict[str, tuple[Symbol, ...]]:
    """What each file defines, for those whose language is known."""
    return {path: tuple(symbols_of(path, text.encode()) or ()) for path, text in texts.items() if len(text) <= _LARGEST}


def by_walk(texts: Mapping[str, str], defined: Mapping[str, Sequence[Symbol]], starts: Mapping[str, float]) -> dict[str, float]:
    """Where a walk from ``starts`` along uses and imports comes by, 0 to 1 for the most visited."""
    from rustworkx import PyDiGraph, pagerank

    paths = sorted(texts)
    places = {path: number for number, path in enumerate(paths)}
    graph: PyDiGraph = PyDiGraph(multigraph=False)
    graph.add_nodes_from(paths)
    for (path, target), weight in _uses(texts, defined).items():
        graph.add_edge(places[path], places[target], weight)
    begun = {places[path]: weight for path, weight in starts.items() if weight > 0}
    if not graph.num_edges() or not begun:
        return dict.fromkeys(paths, 0.0)
    ranks = pagerank(graph, alpha=0.7, weight_fn=float, personalization=begun, tol=1e-5)
    best = max(ranks.values())
    return {path: float(ranks[places[path]]) / best for path in paths}


def rank_files(
    texts: Mapping[str, str],
    defined: Mapping[str, Sequence[Symbol]],
    task: str,
    named: Collection[str] = (),
    near: Mapping[str, float] | None = None,
) -> dict[str, Rank]:
    """Every file's rank. ``named``: paths that come first, as do those that the task names. ``near``: how near files are by meaning."""
    paths = sorted(texts)
    if not paths:
        return {}
    said = [f"{path} {path} {path} {texts[path][:_LARGEST]}" for path in paths]  # a path says more than a text
    lexical = dict(zip(paths, by_words(said, task), strict=True))
    first = {path for path in paths if path in named or path in task}
    starts = {path: score**2 + (2.0 if path in first else 0.0) for path, score in lexical.items()}
    walked = by_walk(texts, defined, starts)
    words, uses, meaning = places(lexical), places(walked), places(near or {})
    known = {path: (1 - _WALK) * lexical[path] + _WALK * walked[path] for path in paths}
    scores = known if near is None else fused(words, uses, meaning)
    return {
        path: Rank(scores.get(path, 0.0) + (_NAMED if path in first else 0.0), words.get(path), uses.get(path), meaning.get(path))
        for path in paths
    }


def rank_said(texts: Sequence[str], task: str, near: Sequence[float] | None = None) -> list[Rank]:
    """The same for what was said or decided, which uses nothing. ``near``: of each, by meaning."""
    lexical = dict(enumerate(by_words(texts, task)))
    words, meaning = places(lexical), places(dict(enumerate(near or ())))
    scores = lexical if near is None else fused(words, meaning)
    return [Rank(scores.get(at, 0.0), words.get(at), None, meaning.get(at)) for at in range(len(texts))]


def _uses(texts: Mapping[str, str], defined: Mapping[str, Sequence[Symbol]]) -> dict[tuple[str, str], float]:
    """File -> file whose definitions it uses, weighed: rare names and many uses count more."""
    homes: dict[str, set[str]] = defaultdict(set)
    for path, symbols in defined.items():
        for symbol in symbols:
            homes[symbol.name.rpartition(".")[2]].add(path)
    edges: dict[tuple[str, str], float] = defaultdict(float)
    for path in defined:
        for name, count in _names(path, texts[path]).items():
            targets = homes.get(name, set()) - {path}
            if targets and len(name) > 2 and len(homes[name]) <= _COMMON:
                for target in targets:
                    edges[path, target] += math.sqrt(count) / len(homes[name])
    for one in imports_of({path: texts[path].encode() for path in defined}):
        edges[one.path, one.target] += 1.0
    return edges


def _names(path: str, text: str) -> Counter[str]:
    language = language_of(path)
    parsed = tree(text.encode(), language) if language in _USES else None
    if language is None or parsed is None:
        return Counter()
    found = captures(language, _USES[language], parsed.root_node).get("use", ())
    return Counter(node.text.decode("utf-8", "replace") for node in found if node.text)
