"""Chains to be tampered with, and the hand that may: a superuser who has switched the triggers off."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import text

from app.audit import trail
from app.audit.chain_checks import Finding, KeptHead
from app.audit.evidence import verify_database
from app.audit.sealing import SealLoop
from app.core.db.database import Database, libpq_url
from tests.callers import caller


async def write(database: Database, *, count: int, tenant: str = "a", first: int = 1, seal: bool = True) -> None:
    """So many entries, one transaction each, sealed."""
    for number in range(first, first + count):
        async with database.of_tenant(tenant).begin() as session:
            details = {"number": number, "share": number / 3, "text": 'é€"\\\n', "deep": {"b": [1, None], "a": True}}
            await trail.record(
                session,
                caller(tenant, f"caller-{number % 3}"),
                action=f"action_{number % 4}",
                target=f"/v1/things/{number}",
                details=details,
            )
    if seal:
        await seal_all(database)


async def seal_all(database: Database, *, batch: int = 500) -> None:
    sealing = SealLoop(database, batch=batch)
    while await sealing.run_once() == 0.0:
        pass


async def finding(database: Database, heads: Sequence[KeptHead] = (), **more: Any) -> Finding | None:
    return (await verify_database(database, heads, **more)).finding


async def head(database: Database, tenant: str = "a") -> KeptHead:
    async with database.begin() as session:
        row = (
            await session.execute(
                text("SELECT seq, hash FROM audit_seals WHERE tenant = :tenant ORDER BY seq DESC LIMIT 1"),
                {"tenant": tenant},
            )
        ).one()
    return KeptHead(tenant, row.seq, row.hash)


def tamper(url: str, *statements: str) -> list[dict[str, Any]]:
    """As a superuser whom no trigger and no policy stops. Answers the rows of the last statement, where it has any."""
    with psycopg.connect(libpq_url(url), row_factory=dict_row) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            done = connection.execute(statement)
        rows: list[dict[str, Any]] = done.fetchall() if done.description else []
    return rows
