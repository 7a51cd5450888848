"""TypeScript outside of a page's sources: its settings (``frontend/vite.config.ts``) are checked each by itself; of all other the packages
and the settings are not known here, so that its types cannot be checked. That is said."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from barnraise.contracts.diagnostics import Diagnostic
from barnraise.validator.domain.findings import Reader
from barnraise.validator.domain.runs import Run

_TYPED = (".ts", ".mts", ".cts", ".tsx")
_DECLARED = (".d.ts", ".d.mts", ".d.cts")
_NAMED = 5
_LENGTH = 2000
"""Of a message."""


def is_page(path: str) -> bool:
    """TypeScript whose packages and settings are known here."""
    return path.startswith("frontend/src/") and path.endswith((".ts", ".tsx"))


def is_setting(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return folder == "frontend" and name.endswith(_TYPED[:3]) and not name.endswith(_DECLARED)


def is_elsewhere(path: str) -> bool:
    return path.endswith(_TYPED) and not path.endswith(_DECLARED) and not is_page(path) and not is_setting(path)


def by_itself(reads: Reader) -> Reader:
    """What a settings file takes from other files was not there to be looked at: that is not the project's fault."""

    def read(output: str) -> list[Diagnostic]:
        return [_unknown(one) if one.code == "TS2307" and "module '." in one.message else one for one in reads(output)]

    return read


def _unknown(one: Diagnostic) -> Diagnostic:
    told = "What this file imports from others was not looked at when its types were checked."
    return _note(one.tool, told).model_copy(update={"path": one.path, "line": one.line, "column": one.column})


def _note(tool: str, told: str) -> Diagnostic:
    """What could not be looked at is said, and is no alarm: there is nothing wrong with the project, nor anything to be done."""
    return Diagnostic(tool=tool, code="not-checked", severity="info", message=told, about="platform")


@dataclass(frozen=True)
class Unchecked:
    """Notes the files that nothing here can judge."""

    name: str = "tsc-elsewhere"
    by_file: bool = False
    crew: None = None

    def among(self, files: Iterable[str]) -> Sequence[str]:
        return [path for path in files if is_elsewhere(path) and "node_modules" not in path.split("/")]

    def context(self, files: Mapping[str, str]) -> str:
        return "\n".join(sorted(self.among(files)))

    def needs(self, files: Collection[str], shown: Sequence[str]) -> Collection[str]:
        return ()

    def reader(self, directory: Path) -> Reader:
        return lambda output: [_note(self.name, output)]

    async def run(self, directory: Path, files: Sequence[str]) -> Run:
        more = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
        why = f"Types of TypeScript are checked below frontend/src alone, not those of {', '.join(sorted(files)[:_NAMED])}{more}."
        return Run("exited", 0, why[:_LENGTH], "", 0.0)
