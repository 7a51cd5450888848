"""What repairs by a model come to: thirty seeded defects in changes of the code, and one who mends them, or never does."""

from __future__ import annotations

import ast
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from figures import Row
from platform_client import Platform
from scripted_provider import KEY, Say, ScriptedProvider

Work = tuple[str, str, str, tuple[str, str, str]]
"""Its name, its argument, what is right, and three ways of being wrong: for the checks, for the tests, and by an exception."""
WISH = "greet every visitor with Ahoy"
WORKS: tuple[Work, ...] = (
    ("greet", "'Ada'", "f'Ahoy, {it}!'", ("f'Ahoy, {visitor}!'", "f'Hello, {it}!'", "'Ahoy, ' + it.missing")),
    ("initials", "'Ada Lovelace'", "''.join(word[0] for word in it.split())", ("''.join(words)", "it[0]", "it.split()[7]")),
    ("doubled", "21", "it * 2", ("it * factor", "it + 2", "it / 0")),
    ("slug", "'A b C'", "it.lower().replace(' ', '-')", ("slugify(it)", "it.replace(' ', '-')", "it.lowered()")),
    ("total", "[1, 2, 3]", "sum(it)", ("summed(it)", "max(it)", "sum(it) // 0")),
    ("clamped", "130", "min(it, 100)", ("min(it, LIMIT)", "max(it, 100)", "min(it)")),
    ("minutes", "'1:30'", "int(it.split(':')[0]) * 60 + int(it.split(':')[1])", ("parse(it)", "int(it.split(':')[0])", "int(it)")),
    ("plural", "'cat'", "it + 's'", ("it + SUFFIX", "it + 'es'", "it + 1")),
    ("masked", "'4111222233334444'", "'*' * 12 + it[-4:]", ("mask(it)", "it[-4:]", "'*' * it")),
    ("turned", "'abc'", "it[::-1]", ("reverse(it)", "it", "it.reverse()")),
)  # fmt: skip
FIXERS = ("right", "wrong", "never right")
MOST_REPAIRS = 4


def rows(_: Platform, rounds: int) -> Iterator[Row]:
    """Each defect is brought in by a model, and given to one of three fixers; main is compared before and after."""
    ends: Counter[tuple[str, bool]] = Counter()
    repairs: dict[str, list[int]] = {fixer: [] for fixer in FIXERS}
    worse = 0
    with ScriptedProvider().serving_aside() as provider, tempfile.TemporaryDirectory(prefix="barnraise-bench-") as folder:
        profile = {"name": "scripted", "vendor": "compatible", "model": "m", "url": f"{provider.url}/v1", "key": KEY}
        platform = Platform.start(Path(folder), BARNRAISE_MODELS=json.dumps([profile]), BARNRAISE_SANDBOX_WARM="false")
        try:
            made = platform.create("Track plants: plants have a name and a species.")
            if platform.ended(made["job"]["id"], timeout=180)["status"] != "succeeded":
                raise RuntimeError("the project was not built")
            for number, (work, kind) in enumerate((work, kind) for work in WORKS for kind in range(3)):
                fixer = FIXERS[(number + number // 3) % 3]
                good, spent, moved = _mend(platform, provider, made["project"]["id"], number, work, kind, fixer)
                ends[fixer, good] += 1
                repairs[fixer].append(spent)
                worse += moved
        finally:
            platform.stop()
    for fixer in FIXERS:
        of, bar = ends[fixer, True] + ends[fixer, False], "all fixed" if fixer == "right" else "all stopped at the last green commit"
        yield Row(f"a fixer that is {fixer}, of {of}", {"p50": ends[fixer, True], "n": of}, "", bar, ends[fixer, False] == 0)
        most = max(repairs[fixer])
        yield Row("  repairs at most", {"p50": most}, "", f"<= {MOST_REPAIRS}", most <= MOST_REPAIRS)
    yield Row("main worse than before", {"p50": worse}, "", "0", worse == 0)


def _mend(
    platform: Platform,
    provider: ScriptedProvider,
    project: str,
    number: int,
    work: Work,
    kind: int,
    fixer: str,
) -> tuple[bool, int, bool]:
    """Whether it ended as it has to, after how many repairs, and whether main is worse for it."""
    name, _, right, wrong = work
    before = _main(platform, project)
    provider.script["m"].clear()
    provider.play("m", _reply(number, work, wrong[kind], tests=True))
    others = [_reply(number, work, wrong[(kind + turn) % 3]) for turn in range(1, 7)]
    provider.play("m", *{"right": [_reply(number, work, right)], "wrong": others, "never right": []}[fixer])
    provider.otherwise = _reply(number, work, wrong[kind])
    asked = provider.asked_for("m")
    job = platform.ended(platform.say(project, WISH)["job"]["id"], timeout=300)
    spent = provider.asked_for("m") - asked - 1
    after = _main(platform, project)
    if fixer == "right":
        landed = job["status"] == "succeeded" and after != before
        return landed and _has(_text(platform, project, name, number), right), spent, job["status"] == "succeeded" and not landed
    return job["status"] == "needs_input" and after == before and bool(job["proposal"]), spent, after != before


def _reply(number: int, work: Work, body: str, *, tests: bool = False) -> Say:
    name, argument, right, _ = work
    module = f"{name}_{number}"
    code = f'"""Seeded."""\n\nfrom typing import Any\n\n\ndef {name}(it: Any) -> Any:\n    return {body}\n'
    edits = f'<file path="backend/app/{module}.py">\n{code}</file>\n'
    if tests:
        wanted = eval(right, {"it": eval(argument)})
        test = f"from app.{module} import {name}\n\n\ndef test_{module}() -> None:\n    assert {name}({argument}) == {wanted!r}\n"
        edits += f'<file path="backend/tests/test_{module}.py">\n{test}</file>\n'
    return Say(f"Done.\n<changes>\n{edits}</changes>\n", pieces=3)


def _has(text: str, expression: str) -> bool:
    """However it is formatted: the platform's tools format what lands."""
    return ast.unparse(ast.parse(expression, mode="eval")) in ast.unparse(ast.parse(text))


def _main(platform: Platform, project: str) -> str:
    return str(platform.get(f"/projects/{project}/commits", limit=1)["items"][0]["commit"])


def _text(platform: Platform, project: str, name: str, number: int) -> Any:
    return platform.get(f"/projects/{project}/files/backend/app/{name}_{number}.py")["content"]
