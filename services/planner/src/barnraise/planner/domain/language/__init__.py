"""The language of requirements: from sentences to manifests and back, by rules alone."""

from barnraise.planner.domain.language.planning import plan

__all__ = ["plan"]
