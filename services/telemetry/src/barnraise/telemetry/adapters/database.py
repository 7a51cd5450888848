"""PostgreSQL's own statistics, of the platform's database."""

from asyncpg import Pool, PostgresError

from barnraise.chassis.database import OUTAGES
from barnraise.telemetry.domain.figures import Sample, of_database


class DatabaseStatistics:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def look(self) -> list[Sample]:
        try:
            return await self._look()
        except (*OUTAGES, PostgresError):
            return [Sample("pg_up", (), 0.0)]

    async def _look(self) -> list[Sample]:
        async with self._pool.acquire() as connection:
            rows = await connection.fetch(
                "select *, pg_database_size(datname) as size from pg_stat_database where datname = current_database()"
            )
            activity = await connection.fetch(
                """select datname, coalesce(state, 'other') as state, count(*) as count,
                    extract(epoch from max(clock_timestamp() - xact_start) filter (where pid <> pg_backend_pid())) as oldest
                from pg_stat_activity where datname = current_database() group by datname, state"""
            )
            most = await connection.fetchval("select current_setting('max_connections')::int")
        return list(of_database(rows, activity, most))
