"""The planner's settings."""

from barnraise.chassis.settings import ServiceSettings
from barnraise.models.budgets import Budgets
from barnraise.planner.domain.job import Limits


class Settings(ServiceSettings):
    """``sweep_seconds``: how often jobs are looked at that make no progress. ``limits``: what a job may spend, as JSON in
    ``BARNRAISE_LIMITS``. ``budgets``: what models may be used for a job and for a project, as JSON in ``BARNRAISE_BUDGETS``. The models
    themselves have settings of their own (docs/models.md)."""

    sweep_seconds: float = 2.0
    limits: Limits = Limits()
    budgets: Budgets = Budgets()
