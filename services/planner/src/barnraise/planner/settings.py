"""The planner's settings."""

from barnraise.chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """``sweep_seconds``: how often running jobs are looked at for steps past their deadline."""

    sweep_seconds: float = 5.0
