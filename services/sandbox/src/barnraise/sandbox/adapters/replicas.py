"""The living replicas in PostgreSQL, and which of them has which preview."""

from collections.abc import Collection

from asyncpg import Pool

from barnraise.sandbox.domain.previews import best_place

LIVES_SECONDS = 20
"""After its last beat, of one every three seconds. One that is killed is known at once by the bus; a busy machine is no death."""
_LIVING = f"seen_at > now() - interval '{LIVES_SECONDS} seconds'"


class PostgresReplicas:
    def __init__(self, database: Pool) -> None:
        self._database = database

    async def beat(self, me: str, room: int, running: Collection[str]) -> list[str]:
        async with self._database.acquire() as connection, connection.transaction():
            await connection.execute(
                "insert into sandbox.replicas (id, room) values ($1, $2) on conflict (id) do update set room = $2, seen_at = now()",
                me, room,
            )  # fmt: skip
            # A place that was given a moment ago is kept until it is taken.
            await connection.execute(
                "update sandbox.previews set running = project_id = any($2) where owner = $1 and running <> (project_id = any($2)) "
                f"and updated_at < now() - interval '{LIVES_SECONDS} seconds'",
                me, list(running),
            )  # fmt: skip
            await connection.execute("delete from sandbox.replicas where seen_at < now() - interval '1 hour'")
            lost = await connection.fetch(
                "select project_id from sandbox.previews where project_id = any($2) and owner is distinct from $1", me, list(running)
            )
        return [row["project_id"] for row in lost]

    async def lives(self, replica: str) -> bool:
        return await self._database.fetchval(f"select exists(select from sandbox.replicas where id = $1 and {_LIVING})", replica)

    async def leave(self, me: str) -> None:
        await self._database.execute("delete from sandbox.replicas where id = $1", me)

    async def place(self, project_id: str, me: str, gone: Collection[str]) -> str:
        async with self._database.acquire() as connection, connection.transaction():
            await connection.execute("select pg_advisory_xact_lock(hashtext('sandbox.previews'))")
            rows = await connection.fetch(
                "select r.id, r.room - count(p.project_id) as free from sandbox.replicas r "
                "left join sandbox.previews p on p.owner = r.id and p.running and p.project_id <> $1 "
                f"where {_LIVING} and r.id <> all($2) group by r.id order by r.id",
                project_id, list(gone),
            )  # fmt: skip
            owner = await connection.fetchval("select owner from sandbox.previews where project_id = $1", project_id)
            chosen = best_place({row["id"]: row["free"] for row in rows}, owner, me)
            await connection.execute(
                "update sandbox.previews set owner = $2, running = true, updated_at = now() where project_id = $1", project_id, chosen
            )
        return chosen
