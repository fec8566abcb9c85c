"""What the worker's part needs of our rows between two requests to Azure: the token of a receiver, and what was sent.

Of a token only its digest is kept. A worker makes it just before it sends it to Azure, and commits the digest first: so
no call comes in that is not known, wherever the worker dies. Until the job has ended, the token before is good too.
"""

import secrets
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureUnreachable
from app.azure_alerts import service
from app.azure_alerts.models import AzureAlerts
from app.azure_alerts.rules import Wanted, digest_of
from app.core.db.database import Database
from app.jobs.queue.fences import check_ours
from app.jobs.work import Ticket


class Records:
    """What the worker's part needs of our rows between two requests to Azure."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pending(self, ticket: Ticket) -> str | None:
        """The digest of the token that this job has issued last; None = it has issued none."""
        async with self._database.begin() as session:
            digest: str | None = await session.scalar(
                select(AzureAlerts.pending_digest).where(
                    AzureAlerts.vault_id == ticket.named_vault_id, AzureAlerts.pending_job == ticket.id
                )
            )
            return digest

    async def issue(self, ticket: Ticket) -> str:
        """A new token, good from now on. Raises AzureUnreachable (nothing was sent) where the job is another worker's.

        A worker that was frozen since must not put its token in the place of the one that was sent meanwhile.
        """
        token = secrets.token_urlsafe(32)
        async with self._database.begin() as session:
            row = await _row_of(session, ticket)
            if row is None:
                raise _gone()
            row.pending_digest, row.pending_job = digest_of(token), ticket.id
        return token

    async def begin(self, ticket: Ticket, wanted: Wanted | None) -> None:
        """Put on record that what is wanted may be in Azure from now on. Raises AzureUnreachable as `issue`."""
        async with self._database.begin() as session:
            row = await _row_of(session, ticket)
            if row is not None:
                service.note_sent(row, wanted)

    async def may_be_in_azure(self, ticket: Ticket) -> Sequence[Wanted]:
        """What earlier jobs have set in Azure, or may have."""
        async with self._database.begin() as session:
            return service.may_be_in_azure(await session.get(AzureAlerts, ticket.named_vault_id))


async def _row_of(session: AsyncSession, ticket: Ticket) -> AzureAlerts | None:
    """The row, locked. Raises AzureUnreachable where the job is another worker's by now.

    Locked first: that worker's own change of the row then comes after this one.
    """
    mine = select(AzureAlerts).where(AzureAlerts.vault_id == ticket.named_vault_id)
    row: AzureAlerts | None = await session.scalar(mine.with_for_update())
    await check_ours(session, ticket, hold=False)
    return row


def _gone() -> AzureUnreachable:
    return AzureUnreachable("The job has gone to another worker; nothing was sent.")
