"""Settings of codegen; read by app.py alone."""

from barnraise.chassis.settings import ServiceSettings
from barnraise.models.budgets import Budgets


class Settings(ServiceSettings):
    """``budgets``: what models may be used for a job and for a project, as JSON in ``BARNRAISE_BUDGETS``. The models themselves have
    settings of their own (docs/models.md)."""

    budgets: Budgets = Budgets()
