"""Composition root of codegen."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib.resources import files

from barnraise.chassis.service import Context, Service
from barnraise.codegen import handlers
from barnraise.codegen.adapters.experiments import PostgresExperiments
from barnraise.codegen.adapters.journal import PostgresJournal, forget_marks
from barnraise.codegen.adapters.minilm import minilm
from barnraise.codegen.adapters.models import opened_models
from barnraise.codegen.adapters.outbox import BrokerOutbox
from barnraise.codegen.adapters.oxlint import fix_with_oxlint
from barnraise.codegen.adapters.ruff import fix_with_ruff
from barnraise.codegen.adapters.spending import PostgresSpending
from barnraise.codegen.adapters.vectors import PostgresVectors
from barnraise.codegen.domain.compiler import compile_manifest, prepare
from barnraise.codegen.domain.secrets import without_secrets
from barnraise.codegen.service import Codegen
from barnraise.codegen.service.meaning import Meanings
from barnraise.codegen.service.workshop import Workshop
from barnraise.codegen.settings import Settings
from barnraise.models.meters import PrometheusModelMeters
from barnraise.vfs import Vfs


def build(settings: Settings | None = None) -> Service:
    """The service, unstarted."""
    settings = settings or Settings()

    @asynccontextmanager
    async def setup(context: Context) -> AsyncIterator[None]:
        vfs = Vfs(context.database, context.objects, settings.cache_dir)
        journal, outbox = PostgresJournal(context.database), BrokerOutbox(context.broker)
        workshop = Workshop(vfs, journal, compile_manifest, fix_with_ruff, outbox, fix_with_oxlint)
        vectors = PostgresVectors(context.database)
        meters = PrometheusModelMeters(context.metrics.registry)
        reveal = without_secrets if settings.models_trace_contents else None
        async with opened_models(context.broker, context.database, settings.budgets, meters, settings.secret(), reveal) as models:
            experiments = PostgresExperiments(context.database, journal)
            meaning = Meanings(minilm() if settings.embeddings else None, vectors)
            codegen = Codegen(workshop, models, context.objects, experiments, meters, meaning)
            handlers.register(context.broker, codegen, models, models.setup, PostgresSpending(context.database), experiments)
            context.broker.hourly(vfs.tidy)
            context.broker.hourly(partial(forget_marks, context.database))
            context.broker.hourly(vectors.tidy)
            preparing = asyncio.create_task(asyncio.to_thread(prepare))
            yield
            await meaning.aclose()
            await preparing

    return Service("codegen", settings, migrations=files("barnraise.codegen") / "migrations", setup=setup)
