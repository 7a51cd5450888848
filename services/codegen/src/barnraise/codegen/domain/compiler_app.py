"""The application as the templates want to see it."""

from functools import cached_property
from hashlib import sha256
from typing import Any

from barnraise.codegen.domain import compiler_access, compiler_color
from barnraise.codegen.domain.compiler_access import RoleView
from barnraise.codegen.domain.compiler_charts import ChartView, chart_view
from barnraise.codegen.domain.compiler_ends import Link, ToOne
from barnraise.codegen.domain.compiler_entity import EntityView
from barnraise.codegen.domain.compiler_notices import Notice, notices
from barnraise.codegen.domain.compiler_oidc import oidc
from barnraise.codegen.domain.compiler_payments import Payable, payables
from barnraise.codegen.domain.compiler_supabase import SupabaseView
from barnraise.codegen.domain.compiler_text import natural
from barnraise.contracts.manifest import Manifest, Relation
from barnraise.contracts.providers import Provider


class AppView:
    """The whole application."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self.slug, self.title = manifest.name, manifest.title
        self.description = manifest.description
        self.theme = manifest.theme
        self.entities = [EntityView(entity, self) for entity in manifest.entities]
        self._views = {view.name: view for view in self.entities}

    def view(self, name: str) -> EntityView:
        return self._views[name]

    @property
    def modules(self) -> list[str]:
        return sorted((view.module for view in self.entities), key=natural)

    @property
    def has_files(self) -> bool:
        return any(field.type == "file" for view in self.entities for field in view.fields)

    @property
    def sign_in(self) -> bool:
        return self.manifest.access.sign_in

    @cached_property
    def roles(self) -> list[RoleView]:
        return compiler_access.roles(self.manifest)

    @cached_property
    def owned(self) -> list[EntityView]:
        """The entities of whose records everyone has their own."""
        return [view for view in self.entities if view.owned]

    @property
    def owned_end(self) -> tuple[EntityView, ToOne] | None:
        """A relation to records that everyone has their own of."""
        found = ((view, end) for view in self.entities for end in view.to_one if end.target.owned and end.target is not view)
        return next(found, None)

    @property
    def named_relation(self) -> tuple[EntityView, ToOne] | None:
        """A relation for the test that gives a record by its name, as the first of its kind has one."""
        found = ((view, end) for view in self.entities for end in view.to_one if end.target is not view)
        return next(found, None)

    @cached_property
    def charts(self) -> list[ChartView]:
        return [chart_view(chart, self.view(chart.entity)) for chart in self.manifest.charts]

    @cached_property
    def payables(self) -> list[Payable]:
        return payables(self.manifest, self)

    @cached_property
    def notices(self) -> list[Notice]:
        return notices(self.manifest, self)

    @cached_property
    def oidc(self) -> Provider | None:
        return oidc(self.manifest)

    @cached_property
    def supabase(self) -> SupabaseView | None:
        return SupabaseView(self) if any(block.kind == "supabase" for block in self.manifest.integrations) else None

    @property
    def groupings(self) -> set[str]:
        return {chart.grouping for chart in self.charts}

    @cached_property
    def by_need(self) -> list[EntityView]:
        """Every entity after those that its records refer to, as far as there is such an order."""
        ordered: list[EntityView] = []

        def add(view: EntityView, above: tuple[EntityView, ...] = ()) -> None:
            if view in ordered or view in above:
                return
            for end in sorted(view.to_one, key=lambda end: not end.required):
                if end.required or view.name not in self._reachable(end.target.name, self._needs):
                    add(end.target, (*above, view))
            ordered.append(view)

        for view in self.entities:
            add(view)
        return ordered

    @cached_property
    def links(self) -> list[Link]:
        chosen = [relation for relation in self.manifest.relations if relation.kind == "many_to_many"]
        return [Link(self.link_table(item), self.view(item.source), self.view(item.target)) for item in chosen]

    def link_table(self, relation: Relation) -> str:
        """Two underscores, which no entity's table has; PostgreSQL's names have 63 letters at most."""
        name = f"{self.view(relation.source).table}__{relation.field}"
        return name if len(name) <= 63 else f"{name[:54]}_{sha256(name.encode()).hexdigest()[:8]}"

    def really_required(self, relation: Relation) -> bool:
        """Relations that require each other in a circle would allow no first record: the one that closes it is optional."""
        return relation.required and relation not in self._circular

    @property
    def _circular(self) -> list[Relation]:
        return self._required[0]

    @property
    def _needs(self) -> dict[str, set[str]]:
        """Which entities must have records before each can have one."""
        return self._required[1]

    @cached_property
    def _required(self) -> tuple[list[Relation], dict[str, set[str]]]:
        needs: dict[str, set[str]] = {name: set() for name in self._views}
        closing = []
        for relation in self.manifest.relations:
            if relation.kind != "one_to_many" or not relation.required:
                continue
            if relation.target in self._reachable(relation.source, needs):
                closing.append(relation)
            else:
                needs[relation.target].add(relation.source)
        return closing, needs

    def _reachable(self, start: str, needs: dict[str, set[str]]) -> set[str]:
        found, waiting = set(), [start]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += needs[name]
        return found

    @property
    def navigation(self) -> list[dict[str, Any]]:
        """The manifest's pages, then every entity that has none."""
        pages = [{"title": page.title, "entity": page.entity} for page in self.manifest.pages]
        if not any(page["entity"] is None for page in pages):
            pages.insert(0, {"title": "Dashboard", "entity": None})
        shown = {page["entity"] for page in pages}
        return pages + [{"title": view.plural, "entity": view.name} for view in self.entities if view.name not in shown]

    @property
    def colors(self) -> dict[str, str]:
        accent = self.theme.accent
        return {
            "accent": accent,
            "on_accent": compiler_color.on(accent),
            "ink": compiler_color.ink(accent, dark=False),
            "ink_dark": compiler_color.ink(accent, dark=True),
        }
