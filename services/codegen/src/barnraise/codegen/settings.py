"""Settings of codegen; read by app.py alone."""

from barnraise.chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """Codegen needs nothing beyond what every service needs."""
