"""The blueprints' templates: one folder for each kind of project, and for what some projects have besides, read once."""

from collections.abc import Iterator
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from barnraise.codegen.domain import compiler_text as text

_PACKAGE = "barnraise.codegen"
_FILTERS: dict[str, Any] = {
    "py": text.python,
    "ts": text.typescript,
    "html": text.markup,
    "md": text.markdown,
    "line": text.one_line,
    "only_if": text.only_if,
}
_TESTS: dict[str, Any] = {"using": text.uses, "using_alias": text.uses_alias, "in_code": text.in_code, "secretive": text.secretive}
_CALLS: dict[str, Any] = {"call": text.call, "listed": text.listed, "imported": text.imported, "row": text.row, "member": text.member}


class Templates:
    """The files below ``templates/<kind>``: those that end in ``.j2`` are rendered, all others are copied."""

    def __init__(self, kind: str) -> None:
        self._folder = f"templates/{kind}"

    @cached_property
    def plain(self) -> dict[str, bytes]:
        """path -> content of what is copied."""
        return {path: file.read_bytes() for path, file in self._files if not path.endswith(".j2")}

    @cached_property
    def rendered(self) -> dict[str, Template]:
        """path, without ``.j2`` -> template."""
        return {path.removesuffix(".j2"): self._environment.get_template(path) for path, _ in self._files if path.endswith(".j2")}

    def load(self) -> None:
        """Read everything now, so that the first manifest does not wait for that."""
        _ = self.plain, self.rendered

    @cached_property
    def _files(self) -> list[tuple[str, Traversable]]:
        return sorted(_walk(resources.files(_PACKAGE) / self._folder, ""), key=lambda found: found[0])

    @cached_property
    def _environment(self) -> Environment:
        environment = Environment(  # noqa: S701 - source code, not HTML: each language has its own filter
            loader=PackageLoader(_PACKAGE, self._folder),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )
        environment.filters.update(_FILTERS)
        environment.tests.update(_TESTS)
        environment.globals.update(_CALLS)
        return environment


@cache
def templates(kind: str) -> Templates:
    """The templates of a kind of project."""
    return Templates(kind)


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _walk(item, f"{prefix}{item.name}/") if item.name != "__pycache__" else ()
        else:
            yield f"{prefix}{item.name}", item
