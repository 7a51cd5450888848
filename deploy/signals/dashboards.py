"""The dashboards: home, the journey of a job, one for each service in the same layout, and one for each thing that they lean on."""

from barnraise.telemetry.domain.presence import SERVICES
from deploy.signals.boards.home import HOME
from deploy.signals.boards.jetstream import JETSTREAM
from deploy.signals.boards.journey import JOURNEY
from deploy.signals.boards.models import MODELS
from deploy.signals.boards.postgres import POSTGRES
from deploy.signals.boards.sandboxes import SANDBOXES
from deploy.signals.boards.services import service
from deploy.signals.boards.telemetry import TELEMETRY_ITSELF
from deploy.signals.boards.websocket import WEBSOCKET

DASHBOARDS = (HOME, JOURNEY, *map(service, SERVICES), JETSTREAM, MODELS, SANDBOXES, WEBSOCKET, POSTGRES, TELEMETRY_ITSELF)
