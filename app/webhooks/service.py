"""Reads and writes webhooks for callers. Nothing is called here: the router checks targets before."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuids
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import NOW
from app.core.db.notify import wake
from app.core.events import store
from app.core.http.counts import UNCOUNTED, RowCounter
from app.core.http.pages import cut, decode_cursor, encode_cursor, uuid_key
from app.core.secret_box import SecretBox
from app.identity.access.caller import Caller
from app.jobs.errors import QuotaUsedUp
from app.jobs.requests.quotas import hold_quota
from app.jobs.work import LoopName
from app.vaults.service import get_vault
from app.webhooks.errors import WebhookNotFound, WebhookRotating, WebhookTestedJustNow
from app.webhooks.models import Webhook, WebhookDelivery
from app.webhooks.rules import WEBHOOKS_PER_TENANT, WEBHOOKS_QUOTA, DeliveryState, WebhookState
from app.webhooks.signing import PREFIX, SECRET_BYTES

TEST_EVERY = timedelta(seconds=2)


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def said_of(webhook: Webhook) -> dict[str, Any]:
    """For the audit trail. No secret; of the URL all, as every reader of the tenant sees it."""
    return {"url": webhook.url, "types": webhook.types, "filter": webhook.filter, "state": webhook.state}


async def check_filter(session: AsyncSession, tenant: str, conditions: Mapping[str, Any]) -> None:
    """Raises VaultNotFound for a vault that is not the tenant's."""
    if "vault_id" in conditions:
        await get_vault(session, tenant, UUID(conditions["vault_id"]))


async def make_webhook(session: AsyncSession, caller: Caller, values: Mapping[str, Any]) -> Webhook:
    """`values`: by column name. Events that have no place yet are for it. Raises QuotaUsedUp or VaultNotFound."""
    await check_filter(session, caller.tenant, values["filter"])
    await _check_quota(session, caller)
    # A position, not a time: an event may be committed long after its change was made.
    newest = await store.newest(session)
    webhook = Webhook(
        id=uuids.uuid7(), tenant=caller.tenant, state=WebhookState.ACTIVE, after_position=newest, **values
    )
    session.add(webhook)
    await session.flush()
    await session.refresh(webhook)
    return webhook


async def _check_quota(session: AsyncSession, caller: Caller) -> None:
    limit = await hold_quota(session, caller, WEBHOOKS_QUOTA, default=WEBHOOKS_PER_TENANT)
    used = await session.scalar(select(func.count()).where(Webhook.tenant == caller.tenant)) or 0
    if limit is not None and used >= limit:
        raise QuotaUsedUp(
            f"Your tenant has {used} webhooks, and may have {limit}.",
            remedy="Delete one that is not used, or ask for a higher quota.",
            quota=WEBHOOKS_QUOTA,
            limit=limit,
            used=used,
        )


async def list_webhooks(
    session: AsyncSession, tenant: str, *, limit: int, cursor: str | None, counter: RowCounter = UNCOUNTED
) -> tuple[list[Webhook], str | None]:
    """Oldest first."""
    query = select(Webhook).where(Webhook.tenant == tenant).order_by(Webhook.id).limit(limit + 1)
    await counter.count(session, query)
    keys = decode_cursor(cursor, "webhooks", 1)
    if keys is not None:
        query = query.where(Webhook.id > uuid_key(keys[0]))
    page, last = cut((await session.scalars(query)).all(), limit)
    return page, encode_cursor("webhooks", str(last.id)) if last else None


async def get_webhook(session: AsyncSession, tenant: str, webhook_id: UUID, *, hold: bool = False) -> Webhook:
    """`hold`: lock it for a change. Raises WebhookNotFound."""
    query = select(Webhook).where(Webhook.tenant == tenant, Webhook.id == webhook_id)
    found = await session.scalar(query.with_for_update() if hold else query)
    if found is None:
        raise WebhookNotFound(
            f"There is no webhook {webhook_id}.", remedy="List the webhooks of your tenant: GET /v1/webhooks."
        )
    return found


async def change_webhook(session: AsyncSession, webhook: Webhook, values: Mapping[str, Any]) -> Webhook:
    """Of one that is held."""
    now = (await session.scalars(select(NOW))).one()
    for name, value in (dict(values) | {"updated_at": now}).items():
        setattr(webhook, name, value)
    await session.flush()
    return webhook


async def end_pauses(session: AsyncSession, tenant: str, webhook_id: UUID) -> None:
    """What waits for its next attempt is due now, with all its attempts before it, however long ago the first was.

    Before the webhook is held: deliveries are locked first, by lane.
    """
    rows = WebhookDelivery
    of_it = (rows.tenant == tenant, rows.webhook_id == webhook_id, rows.state == DeliveryState.PENDING, rows.is_head)
    await session.execute(select(rows.id).where(*of_it).order_by(rows.lane).with_for_update())
    await session.execute(update(rows).where(*of_it).values(due_at=NOW, tries=0, first_at=None))


async def resume_webhook(session: AsyncSession, webhook: Webhook) -> Webhook:
    """Send again, at once; what failed before is forgotten."""
    forgotten = {"failures": 0, "failing_lanes": []} | dict.fromkeys(("failing_since", "paused_until"))
    now = (await session.scalars(select(NOW))).one()
    fresh = {"state": WebhookState.ACTIVE, "disabled_reason": None, "due_at": now}
    wake(session, LoopName.DELIVERING)
    return await change_webhook(session, webhook, forgotten | fresh)


async def rotate_secret(session: AsyncSession, webhook: Webhook, box: SecretBox, *, valid_seconds: int) -> str:
    """The new secret, in clear. Raises WebhookRotating while a secret before the present one is still valid."""
    now = (await session.scalars(select(NOW))).one()
    if valid_seconds and webhook.previous_valid_until is not None and webhook.previous_valid_until > now:
        raise WebhookRotating(
            f"The secret before the present one is valid until {webhook.previous_valid_until.isoformat()}: a receiver "
            "that still has it would verify nothing any more.",
            remedy="Rotate again after that time; or, if a secret was leaked, with previous_valid_seconds 0.",
        )
    secret = new_secret()
    kept = {
        "secret": box.encrypt(secret),
        "previous_secret": webhook.secret if valid_seconds else None,
        "previous_valid_until": now + timedelta(seconds=valid_seconds),
    }
    await change_webhook(session, webhook, kept)
    return secret


async def note_test(session: AsyncSession, webhook: Webhook) -> datetime:
    """When it is tested: now. Raises WebhookTestedJustNow."""
    now: datetime = (await session.scalars(select(NOW))).one()
    if webhook.tested_at is not None and now - webhook.tested_at < TEST_EVERY:
        raise WebhookTestedJustNow(
            "A test event was sent to this webhook a moment ago.",
            remedy="Look at its answer, and try again after Retry-After.",
            retry_after=TEST_EVERY.total_seconds(),
        )
    webhook.tested_at = now
    await session.flush()
    return now


async def remove_webhook(session: AsyncSession, webhook: Webhook) -> None:
    """Its deliveries are deleted later, in the background; none is sent any more."""
    await session.execute(delete(Webhook).where(Webhook.id == webhook.id))


async def list_deliveries(
    session: AsyncSession,
    webhook: Webhook,
    *,
    state: DeliveryState | None,
    limit: int,
    cursor: str | None,
    counter: RowCounter = UNCOUNTED,
) -> tuple[list[WebhookDelivery], str | None]:
    """Newest first."""
    rows = WebhookDelivery
    query = select(rows).where(rows.tenant == webhook.tenant, rows.webhook_id == webhook.id)
    if state is not None:
        query = query.where(rows.state == state)
    if state in {DeliveryState.PENDING, DeliveryState.EXHAUSTED}:
        query = query.where(rows.state != DeliveryState.DELIVERED)  # by the index of those alone
    await counter.count(session, query)
    keys = decode_cursor(cursor, "webhook_deliveries", 1)
    if keys is not None:
        query = query.where(rows.id < uuid_key(keys[0]))
    found: Sequence[WebhookDelivery] = (await session.scalars(query.order_by(rows.id.desc()).limit(limit + 1))).all()
    page, last = cut(found, limit)
    return page, encode_cursor("webhook_deliveries", str(last.id)) if last else None
