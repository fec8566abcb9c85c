"""What a call of Azure brings: a look at the vault, soon, and nothing else."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import and_, func, or_, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure_alerts.models import AzureAlerts
from app.azure_alerts.rules import digest_of
from app.core.db.database import NOW
from app.jobs.watches import look_at_vault
from app.vaults.models import Vault

LOOK_EVERY: Final = timedelta(minutes=5)
"""Alerts bring one look at a vault in this time. Each look is one list of its jobs, and what that finds."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whose receiver a token is."""

    tenant: str
    vault_id: UUID


_FIND = text("SELECT tenant, vault_id FROM holdfast_alert_receiver(:digest)")


async def find_receiver(session: AsyncSession, token: str) -> Receiver | None:
    """None: there is no such token, or no longer."""
    row = (await session.execute(_FIND, {"digest": digest_of(token)})).first()
    return None if row is None else Receiver(row.tenant, row.vault_id)


async def arm_id_of(session: AsyncSession, receiver: Receiver) -> str | None:
    vault = await session.get(Vault, receiver.vault_id)
    return None if vault is None else vault.ref.id


async def bring_look_forward(session: AsyncSession, receiver: Receiver) -> None:
    """Have the vault swept now; within `LOOK_EVERY` of the last such look, when that time is over.

    So each call is followed by a look that begins after it, and calls without end bring one look in that time.
    """
    soonest = func.greatest(NOW, func.coalesce(AzureAlerts.look_at + LOOK_EVERY, NOW))
    planned = await session.execute(
        update(AzureAlerts)
        .where(
            AzureAlerts.vault_id == receiver.vault_id, or_(AzureAlerts.look_at.is_(None), AzureAlerts.look_at <= NOW)
        )
        .values(heard_at=NOW, look_at=soonest)
        .returning(func.extract("epoch", AzureAlerts.look_at - NOW))
    )
    seconds = planned.scalar_one_or_none()
    if seconds is not None:
        await look_at_vault(session, receiver.vault_id, within=max(0.0, float(seconds)))
        return
    # A look is planned already. A second's grain keeps a flood from writing the row with each call.
    stale = AzureAlerts.heard_at < NOW - timedelta(seconds=1)
    await session.execute(
        update(AzureAlerts).where(and_(AzureAlerts.vault_id == receiver.vault_id, stale)).values(heard_at=NOW)
    )
