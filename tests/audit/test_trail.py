"""The trail: written with the change or not at all, by nobody changed."""

import pytest
from sqlalchemy import Text, literal, select, text

from app.audit import trail
from app.core.db.database import API_ROLE, Database
from tests.callers import caller, principal


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


@pytest.mark.parametrize("object_id", ["mona", "auth0|5f7c", "|", "a||b|", "ü|ß"])
async def test_the_actor_is_named_whole_whatever_the_object_id_is(database: Database, object_id: str) -> None:
    who = principal(object_id, issuer="https://issuer.example/v2.0", directory="directory")
    columns = trail.actor_of(literal(who.key, Text), literal(who.name, Text))
    async with database.of_tenant("a").begin() as session:
        row = (await session.execute(select(*(column.label(name) for name, column in columns.items())))).one()
    assert row._mapping == {
        "actor_issuer": who.issuer,
        "actor_directory": who.directory,
        "actor_object_id": object_id,
        "actor_name": object_id,
    }
