"""Statements of a tenant follow each other, stay as they were written, and their keys stay public."""

import asyncio
from uuid import UUID, uuid4

import psycopg
import pytest

from app.core.db.database import Database, libpq_url
from app.evidence.errors import EvidenceNotFound
from app.evidence.keys import EvidenceKeys, jwk_of
from app.evidence.store import append, get_envelope
from app.evidence.verification import check_chain, verify
from tests.evidence.statements import FACTS, KEY, KEYS, OLDER, SUBJECT, written
from tests.world import HOME, World


async def _append(database: Database, keys: EvidenceKeys, about: UUID, tenant: str = HOME) -> None:
    async with database.begin() as session:
        await append(session, keys, tenant=tenant, about=about, subject=SUBJECT, facts=FACTS)


async def test_statements_follow_each_other_and_outlive_their_key_and_their_tenant(world: World) -> None:
    old, runs = EvidenceKeys([OLDER]), [uuid4() for _ in range(6)]
    await _append(world.database, old, runs[0])
    await asyncio.gather(
        *(_append(world.database, KEYS, run) for run in runs[1:]), _append(world.database, KEYS, uuid4(), "x")
    )
    await _append(world.database, KEYS, runs[3])  # again: it is there
    rows = await world.rows("SELECT tenant, sequence FROM evidence ORDER BY tenant, sequence")
    assert [row["sequence"] for row in rows if row["tenant"] == HOME] == [1, 2, 3, 4, 5, 6]
    assert len(rows) == 7

    answer = await world.api.get("/v1/evidence/keys")
    assert answer.status_code == 200, answer.text
    assert [key["x"] for key in answer.json()["keys"]] != []
    shown = answer.content
    async with world.database.begin() as session:
        envelopes = [await get_envelope(session, HOME, run) for run in runs]
        with pytest.raises(EvidenceNotFound):
            await get_envelope(session, "x", runs[0])
    verified = sorted((verify(written(one), shown) for one in envelopes), key=lambda one: int(one.chain["sequence"]))
    check_chain(verified)

    for statement in ("UPDATE evidence SET payload = ''", "DELETE FROM evidence", "TRUNCATE evidence_keys"):
        refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
        with psycopg.connect(libpq_url(world.database.url)) as owner, refused:
            owner.execute(statement)


async def test_a_key_that_signed_stays_in_the_set_and_one_that_may_sign_is_in_it(world: World) -> None:
    assert [key["x"] for key in (await world.api.get("/v1/evidence/keys")).json()["keys"]] == _x_of(KEY)
    await _append(world.database, EvidenceKeys([OLDER]), uuid4())
    assert [key["x"] for key in (await world.api.get("/v1/evidence/keys")).json()["keys"]] == _x_of(KEY, OLDER)


def _x_of(*keys: str) -> list[str]:
    return [jwk_of(public)["x"] for public in EvidenceKeys(keys).public]
