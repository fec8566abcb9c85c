"""The yardstick: `python -m tests.bench.bare DATABASE_URL PORT` serves the least a durable write can be in FastAPI.

One handler, one ORM row, one transaction, 202 with a small JSON: no authentication, no checks, no log line. Its engine,
its pool and its server settings are the API's own.
"""

import sys
from datetime import datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuids
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.core.db.database import Database


class BareTables(DeclarativeBase):
    """Not the service's own metadata: the schema that is migrated must not know of this table."""


class BareRow(BareTables):
    __tablename__ = "bench_bare_rows"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(Text)
    ask: Mapped[dict[str, Any]] = mapped_column(JSONB)


class BareCreate(BaseModel):
    retain_until: datetime


def create_app(database_url: str) -> FastAPI:
    database = Database(database_url, application_name="holdfast-bench-bare")
    app = FastAPI()

    @app.post("/rows", status_code=202)
    async def create_row(body: BareCreate) -> dict[str, str]:
        row = BareRow(id=uuids.uuid7(), state="queued", ask={"retain_until": body.retain_until.isoformat()})
        async with database.begin() as session:
            session.add(row)
        return {"id": str(row.id), "state": row.state}

    return app


def main(database_url: str, port: str) -> None:
    # As app.main.serve sets its server up; what it leaves to uvicorn (uvloop, httptools) is left here too.
    uvicorn.run(
        create_app(database_url),
        host="127.0.0.1",
        port=int(port),
        log_config=None,
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
