"""The trail: written with the change or not at all, by nobody changed."""

import pytest
from sqlalchemy import text

from app.audit import trail
from app.core.database import API_ROLE, Database
from tests.callers import caller


@pytest.fixture
async def database(database_url: str):  # type: ignore[no-untyped-def]
    made = Database(database_url, role=API_ROLE)
    yield made
    await made.aclose()


async def test_what_is_recorded_in_a_tenants_transaction_is_its_own(database: Database) -> None:
    async with database.of_tenant("a").begin() as session:
        await trail.record(session, caller("a"), action="cancel_job", target="/v1/jobs/1")
    async with database.of_platform().begin() as session:
        await trail.record(session, caller("a"), action="create_tenant", target="/v1/tenants/1")
    async with database.of_tenant("a").begin() as session:
        assert list(await session.scalars(text("SELECT action FROM audit_entries"))) == ["cancel_job"]
    async with database.of_platform().begin() as session:
        assert list(await session.scalars(text("SELECT action FROM audit_entries"))) == ["create_tenant"]
