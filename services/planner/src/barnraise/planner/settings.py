"""The planner's settings."""

from barnraise.chassis.settings import ServiceSettings
from barnraise.planner.domain.job import Limits


class Settings(ServiceSettings):
    """``sweep_seconds``: how often jobs are looked at that make no progress. ``limits``: what a job may spend, as JSON in
    ``BARNRAISE_LIMITS``."""

    sweep_seconds: float = 2.0
    limits: Limits = Limits()
