"""The language of requirements: from sentences to manifests, without a model."""

from barnraise.planner.domain.language.planning import plan

__all__ = ["plan"]
