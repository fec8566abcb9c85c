"""Steps of an approval in every order."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from app.core.db.database import Database
from app.identity.access.caller import Caller
from app.identity.access.second_person import Sensitive
from app.jobs.kinds import JobKind
from app.jobs.requests.enqueue import Asked, NewJob


class Idle:
    """A work whose end has no consequences."""

    async def finish(self, *_: Any) -> None:
        return None


WORKS: Mapping[str, Any] = {"restore": Idle()}


async def run(database: Database, statement: str, **values: Any) -> None:
    async with database.begin() as session:
        await session.execute(text(statement), values)


def new_restore(caller: Caller) -> NewJob:
    asked = Asked(caller)
    return NewJob(JobKind.RESTORE, asked, {"n": 1}, "/v1/restores/x", uuid4(), sensitive=Sensitive(("restore",), "It."))


EXPIRE = "UPDATE approvals SET expires_at = clock_timestamp() - interval '1 second' WHERE job_id = ANY(:ids)"
EDIT = "UPDATE jobs SET ask = ask || '{\"n\": 2}' WHERE id = ANY(:ids)"
FORGE = "UPDATE jobs SET state = 'queued' WHERE id = ANY(:ids) AND state = 'awaiting_approval'"
