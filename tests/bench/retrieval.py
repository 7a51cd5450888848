"""Which files a request finds: by words and what uses what, and with meaning besides. `python tests/bench/retrieval.py` prints it.

Three sets of requests. `said` and `asked` were written for this, before any figure was seen, in words that the code does not use where
that could be done: about an application as it is compiled, and about packages whose sources the environment has. `docstrings`: the first
sentence of what functions say of themselves, taken out of the sources together with every remark; those that share fewer than six in ten of
their words with their file are counted apart.
"""

from __future__ import annotations

import ast
import os
import random
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as codegen has it
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from compiled_manifests import charted, entity, field, paid
from figures import Row, spread
from platform_client import Platform
from retrieval_requests import ASKED, SAID

from barnraise.codegen.adapters.minilm import MiniLm, minilm
from barnraise.codegen.domain.compiler import compile_manifest
from barnraise.codegen.domain.fusion import Closeness
from barnraise.codegen.domain.ranking import words
from barnraise.codegen.domain.showing import Reading, read, survey, things

DOCUMENTED = ("aiohttp", "anyio", "bandit", "docx", "nats", "rich", "websockets", "werkzeug")
_EACH = 25
_FEW = 0.6
_LARGEST = 150_000
Request = tuple[str, tuple[str, ...]]


class Searched:
    """A project's files, with the vectors of all their pieces."""

    def __init__(self, files: Mapping[str, str], model: MiniLm) -> None:
        self.seen: Reading = read({path: text.encode() for path, text in files.items()})
        self._model, self._things = model, things(self.seen)
        texts = sorted({piece for pieces in self._things.values() for piece in pieces}, key=len)
        begun = time.process_time()
        made = [vector for at in range(0, len(texts), 16) for vector in model(texts[at : at + 16])]
        self.seconds, self.pieces = time.process_time() - begun, len(texts)
        self._vectors = dict(zip(texts, made, strict=True))

    def orders(self, request: str) -> tuple[list[str], list[str]]:
        """All paths, best first: as without vectors, and with them."""
        (asked,) = self._model([request])
        near = {
            thing: max(sum(a * b for a, b in zip(asked, self._vectors[piece], strict=True)) for piece in pieces)
            for thing, pieces in self._things.items()
        }
        return survey(self.seen, request).order, survey(self.seen, request, close=Closeness(near)).order


def sources(package: str, *, bare: bool) -> tuple[dict[str, str], list[Request]]:
    """Path -> text of a package's modules; ``bare``: without docstrings and remarks, which then are the requests."""
    found = find_spec(package)
    assert found and found.submodule_search_locations, package
    root = Path(next(iter(found.submodule_search_locations)))
    files: dict[str, str] = {}
    requests: list[Request] = []
    for file in sorted(root.rglob("*.py")):
        path, text = f"{package}/{file.relative_to(root)}", file.read_text(errors="replace")
        if len(text) > _LARGEST or "/tests/" in path:
            continue
        said, cut = _docstrings(text)
        files[path] = re.sub(r"(?m)(^|\s)#.*", "", cut) if bare else text
        requests += [(sentence, (path,)) for sentence in said]
    return files, requests


def _docstrings(text: str) -> tuple[list[str], str]:
    """First sentences of public functions' and classes' docstrings, and the text without any."""
    said: list[str] = []
    lines = text.split("\n")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module)) and (whole := ast.get_docstring(node)):
            sentence = " ".join(whole.split("\n\n")[0].split()).split(". ")[0]
            if not isinstance(node, ast.Module) and not node.name.startswith("_") and 5 <= len(sentence.split()) <= 40:
                said.append(sentence)
            first = node.body[0]
            lines[first.lineno - 1 : first.end_lineno] = [""] * ((first.end_lineno or first.lineno) - first.lineno + 1)
    return said, "\n".join(lines)


def compared(title: str, asked: Iterable[tuple[Searched, Request]]) -> Iterator[Row]:
    """Share of the requests one of whose files is first, or among the first five; and what meaning has won and lost among these."""
    places = [[min(order.index(path) for path in right) for order in searched.orders(request)] for searched, (request, right) in asked]
    for first in (1, 5):
        for which, name in enumerate(("words and uses", "with meaning")):
            share = 100 * sum(place[which] < first for place in places) / len(places)
            yield Row(f"{title}: right file among the first {first}, {name}", {"p50": share, "n": len(places)}, "%", "", None)
    won, lost = (sum(place[a] < 5 <= place[b] for place in places) for a, b in ((1, 0), (0, 1)))
    yield Row(f"{title}: won by meaning among the first five", {"p50": won, "n": len(places)}, "requests", "", None)
    yield Row(f"{title}: lost by it", {"p50": lost, "n": len(places)}, "requests", "", None)


def rows() -> Iterator[Row]:
    model = minilm()
    assert model, "the weights are part of the environment"
    entities = (*paid().entities, entity("Letter", field("subject"), field("scan", "file")))
    whole = paid().model_copy(update={"entities": entities, "charts": charted().charts})
    application = Searched({path: data.decode() for path, data in compile_manifest(whole).items()}, model)
    yield Row("processor seconds to embed a compiled application", {"p50": application.seconds, "n": application.pieces}, "s", "", None)
    unknown = {path for _, right in SAID for path in right} - application.seen.texts.keys()
    assert not unknown, unknown
    yield from compared("said of an application", [(application, request) for request in SAID])
    asked = [(searched, request) for package, all_of_it in ASKED.items() for searched in [Searched(sources(package, bare=False)[0], model)]
             for request in all_of_it]  # fmt: skip
    yield from compared("asked of packages", asked)
    documented: list[tuple[Searched, Request]] = []
    for package in DOCUMENTED:
        files, requests = sources(package, bare=True)
        random.Random(package).shuffle(requests)
        searched = Searched(files, model)
        documented += [(searched, request) for request in requests[:_EACH]]
    few = [one for one in documented if _shared(*one) < _FEW]
    yield from compared("docstrings", documented)
    yield from compared("docstrings that share few words", few)
    yield Row("milliseconds for a question's vector", _timed(model), "ms", "", None)


def searching(_: Platform, __: int) -> Iterator[Row]:
    """Needs no platform, and comes out the same every time."""
    return rows()


def _shared(searched: Searched, request: Request) -> float:
    """How much of a request's words its file has, too."""
    sentence, (path,) = request
    wanted = set(words(sentence))
    return len(wanted & set(words(f"{path} {searched.seen.texts[path]}"))) / max(1, len(wanted))


def _timed(model: MiniLm) -> dict[str, float]:
    spent = []
    for _ in range(30):
        begun = time.perf_counter()
        model(["let people sign in with the account of their company"])
        spent.append(1000 * (time.perf_counter() - begun))
    return spread(spent)


if __name__ == "__main__":
    for row in rows():
        print("\t".join(row.cells()), flush=True)
