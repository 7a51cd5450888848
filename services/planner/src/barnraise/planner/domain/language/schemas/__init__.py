"""Schemas that a message brings along: SQL tables and OpenAPI documents as a starting manifest."""

from barnraise.planner.domain.language.schemas.outline import Imported
from barnraise.planner.domain.language.schemas.reading import read_schema

__all__ = ["Imported", "read_schema"]
