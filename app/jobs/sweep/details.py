"""Details of ended jobs that are still missing: the rest of their results, and Azure's errors and warnings.

Lists do not say everything. A row ends by what they say, at once; what only a GET of the job or the vault's items tell
is written into it by the sweep that has a request to spare.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import NOW
from app.jobs.lifecycle import TERMINAL, WELL, State
from app.jobs.models import Job
from app.jobs.queue import claims
from app.jobs.work import Ticket, shown

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class PendingResult:
    """An ended job whose details are not complete."""

    ticket: Ticket
    watched: bool
    lacks_items: bool
    lacks_details: bool
    """Of its result, which only a GET tells."""
    lacks_words: bool = False
    """It did not end plainly well, and no list said why."""
    warnings: Sequence[dict[str, str | None]] = ()
    """Azure's messages as far as lists show them."""

    @property
    def lacks_job(self) -> bool:
        return self.lacks_details or self.lacks_words


async def wanted_in(
    session: AsyncSession, vault_id: UUID, kinds: Collection[str], told_by_lists: Collection[str]
) -> list[PendingResult]:
    """Those of the kinds that this worker knows; watched ones first, then the newest.

    What looks have come to nothing for waits behind the others: it uses up what is left to spare, never theirs.
    """
    watched = func.coalesce(Job.watched_until > NOW, False)
    has_result = and_(Job.state.in_(WELL), Job.kind.in_(told_by_lists))
    rows = await session.execute(
        select(
            *claims.TICKET_COLUMNS,
            watched.label("watched"),
            and_(has_result, Job.result["recovery_point_time"].astext.is_(None)).label("lacks_items"),
            and_(has_result, Job.result["backup_size"].astext.is_(None)).label("lacks_details"),
            and_(Job.state != State.SUCCEEDED, Job.warnings.is_(None)).label("lacks_words"),
            Job.warnings,
        )
        .where(Job.vault_id == vault_id, Job.details_wanted, Job.kind.in_(kinds), Job.azure_job_id.is_not(None))
        .order_by(watched.desc(), Job.tries, Job.id.desc())
        .limit(AT_ONCE)
    )
    return [
        PendingResult(
            claims.ticket(row),
            row.watched,
            row.lacks_items,
            row.lacks_details,
            row.lacks_words,
            tuple(row.warnings or ()),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class ResultPatch:
    """Missing details of an ended job, or a part of them."""

    job_id: UUID
    result: Mapping[str, Any] = field(default_factory=dict)
    is_all: bool = False
    warnings: Sequence[Mapping[str, str | None]] | None = None
    error: Mapping[str, Any] | None = None
    """Of one that failed, from the details; None = as it is."""
    is_failed: bool = False
    """A look came to nothing: it is counted (`Job.tries`)."""

    @property
    def is_news(self) -> bool:
        return self.says_something or self.is_failed

    @property
    def says_something(self) -> bool:
        return bool(self.result) or self.is_all or self.warnings is not None

    def as_json(self) -> dict[str, Any]:
        return {
            "id": str(self.job_id),
            "result": shown(self.result),
            "is_all": self.is_all,
            "warnings": self.warnings,
            "error": self.error,
            "is_failed": self.is_failed,
            "says": self.says_something,
        }


_ADD = text("""
    UPDATE jobs SET
        result = CASE WHEN told.result = '{}' THEN jobs.result ELSE coalesce(jobs.result, '{}') || told.result END,
        warnings = coalesce(told.warnings, jobs.warnings),
        error = coalesce(told.error, jobs.error),
        details_wanted = NOT told.is_all,
        tries = CASE WHEN told.is_failed THEN least(jobs.tries + 1, 1000) ELSE jobs.tries END,
        updated_at = CASE WHEN told.says THEN clock_timestamp() ELSE jobs.updated_at END
    FROM jsonb_to_recordset(:told) AS told (
        id uuid, result jsonb, is_all boolean, warnings jsonb, error jsonb, is_failed boolean, says boolean)
    WHERE jobs.id = told.id AND jobs.details_wanted AND jobs.state = ANY (:terminal)
    RETURNING jobs.id
""").bindparams(bindparam("told", type_=JSONB))


async def add(session: AsyncSession, told: Sequence[ResultPatch]) -> set[UUID]:
    """Write what these say in one statement: the ids of those where it was still wanted."""
    values = {"told": [one.as_json() for one in told], "terminal": [state.value for state in TERMINAL]}
    return {row.id for row in await session.execute(_ADD, values)}
