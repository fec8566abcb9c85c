"""The token of the caller's own check, and the verdict that it allows. One verdict counts: the first.

The token is in the event `restore_test.check_requested` and nowhere else; the row keeps its digest. It answers this
check and does nothing else. So it is shown with the event only to callers who may give verdicts
(`restore_tests:judge`), and sent only to webhooks that name this type of event (app/events/rendering.py).
"""

import base64
import binascii
import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.core.db.database import NOW
from app.core.db.notify import wake
from app.core.events.types import EventType
from app.events.quiet_changes import tell_change
from app.jobs.models import Job
from app.jobs.work import LoopName
from app.restore_tests.errors import RestoreTestRunNotFound, TokenNotValid, VerdictClosed
from app.restore_tests.levels import Level
from app.restore_tests.models import RestoreTestRun
from app.restore_tests.rules import RunState
from app.restore_tests.runs import events
from app.restore_tests.runs.store import Held, path_of

PREFIX = "hfv_"
NO_DIGEST = "0" * 64


def new_token(tenant: str) -> str:
    """It names its tenant, so that the row is found behind row-level security; the rest is random."""
    named = base64.urlsafe_b64encode(tenant.encode()).decode().rstrip("=")
    return f"{PREFIX}{named}.{secrets.token_urlsafe(32)}"


def tenant_of(token: str) -> str | None:
    """The tenant that a token names, whether it is one of ours or not; None where it names none."""
    named = token.removeprefix(PREFIX).partition(".")[0]
    try:
        tenant = base64.b64decode(named + "=" * (-len(named) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return tenant if token.startswith(PREFIX) and "\0" not in tenant else None


def digest_of_token(token: str) -> str:
    return sha256(token.encode()).hexdigest()


async def ask(session: AsyncSession, held: Held) -> None:
    """Make the token and the event that carries it; once."""
    row = held.row
    token = new_token(row.tenant)
    row.token_digest = digest_of_token(token)
    ends = row.state_since + timedelta(minutes=held.definition["check_minutes"])
    data: dict[str, Any] = {
        "id": str(row.id),
        "restore_test_id": str(row.restore_test_id),
        "protected_item_id": str(row.protected_item_id),
        "vm_id": row.vm_id,
        "machine_id": row.machine_id,
        "recovery_point": row.recovery_point,
        "token": token,
        "verdict_url": f"/v1/restore-test-runs/{row.id}/verdict",
        "answer_by": ends.isoformat(),
    }
    await events.tell(session, row, EventType.RESTORE_TEST_CHECK_REQUESTED, data)


async def take(
    session: AsyncSession, run_id: UUID, token: str, *, passed: bool, detail: str | None, address: str = ""
) -> None:
    """Write the verdict down. The same one again changes nothing.

    `session`: of the tenant that the token named. `address`: its sender's, for the audit trail. Raises TokenNotValid,
    VerdictClosed.
    """
    row = await session.scalar(select(RestoreTestRun).where(RestoreTestRun.id == run_id).with_for_update())
    wanted = row.token_digest if row is not None else None
    is_it = hmac.compare_digest(wanted or NO_DIGEST, digest_of_token(token))
    if row is None or wanted is None or not is_it:
        raise TokenNotValid(
            "This is not the token of this run's check.",
            remedy="Take `token` from the event holdfast.restore_test.check_requested of this run.",
        )
    if row.verdict is not None:
        if (row.verdict["passed"], row.verdict["detail"]) == (passed, detail):
            return
        raise _closed("There is another verdict already; the first one counts.")
    now = (await session.scalars(select(NOW))).one()
    is_decided = row.state != RunState.VERIFYING or any(one["level"] == Level.YOUR_CHECK for one in row.levels)
    if is_decided or now >= await _closes_at(session, row):
        raise _closed("The time for a verdict is over.")
    row.verdict = {"passed": passed, "detail": detail, "at": now.isoformat()}
    row.due_at = row.updated_at = now
    said = {"passed": passed, "detail": detail, "address": address}
    await trail.record_own(
        session, row.tenant, action="put_restore_test_verdict", target=path_of(row), job_id=row.job_id, details=said
    )
    tell_change(session, row.tenant, path_of(row))
    wake(session, LoopName.TESTING)


async def _closes_at(session: AsyncSession, row: RestoreTestRun) -> datetime:
    """By the definition that its round keeps."""
    minutes = Job.ask["definition"]["check_minutes"].as_integer()
    found = await session.scalar(select(minutes).where(Job.id == row.job_id))
    return row.state_since + timedelta(minutes=found or 0)


def _closed(why: str) -> VerdictClosed:
    return VerdictClosed(why, remedy="Read the run; run the test again for another verdict.")


def no_such_run(run_id: UUID) -> RestoreTestRunNotFound:
    return RestoreTestRunNotFound(
        f"There is no run {run_id}.", remedy="List the runs of your tenant: GET /v1/restore-test-runs."
    )
