"""The packages that sandboxes have, and which of those that a project asks for are not among them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from packaging.requirements import Requirement

from barnraise.sandbox.domain.needs import Needs, normal


@dataclass(frozen=True)
class Installed:
    """``requires`` lists what the distribution itself asks for, with markers (PEP 508)."""

    version: str
    requires: tuple[str, ...] = ()


@dataclass(frozen=True)
class Packages:
    """``python`` by normal names; ``node`` has the versions of npm packages and ``ranges`` what the layer itself asks for of them."""

    python: Mapping[str, Installed] = field(default_factory=dict)
    node: Mapping[str, str] = field(default_factory=dict)
    ranges: Mapping[str, str] = field(default_factory=dict)

    def beyond(self, needs: Needs) -> Needs:
        """What of it is not here, or in another version."""
        python = tuple(line for line in needs.python if not self._has(Requirement(line)))
        node = tuple((name, wanted) for name, wanted in needs.node if not self._has_node(name, wanted))
        return replace(needs, python=python, node=node)

    def lacking(self, needs: Needs) -> list[str]:
        """The same in a person's words, in order: names, and with them the versions where another one is here."""
        python = {str(one) if normal(one.name) in self.python else one.name for one in map(Requirement, self.beyond(needs).python)}
        node = {f"{name} {wanted}" if name in self.node else name for name, wanted in self.beyond(needs).node}
        return sorted(python | node)

    def _has(self, wanted: Requirement) -> bool:
        here = self.python.get(normal(wanted.name))
        if here is None or not wanted.specifier.contains(here.version, prereleases=True):
            return False
        needed = (one for line in here.requires if (one := _parsed(line)).marker)
        return all(self._has(Requirement(f"{one.name}{one.specifier}")) for one in needed if _is_for(one, wanted.extras))

    def _has_node(self, name: str, wanted: str) -> bool:
        here = self.node.get(name)
        return here is not None and (wanted == self.ranges.get(name) or wanted in (here, f"^{here}", f"~{here}", "*", "latest"))


@lru_cache(maxsize=4096)
def _parsed(line: str) -> Requirement:
    """Those of the layer are looked at again with every project."""
    return Requirement(line)


def _is_for(needed: Requirement, extras: Collection[str]) -> bool:
    """Whether it is needed for one of the extras, and for these alone."""
    assert needed.marker
    return not needed.marker.evaluate({"extra": ""}) and any(needed.marker.evaluate({"extra": extra}) for extra in extras)
