"""Encrypts stored secrets with the newest key, in small transactions, while everything runs."""

from uuid import UUID

from sqlalchemy import select, update

from app.core.db.database import WORKER_ROLE, Database
from app.core.secret_box import SecretBox, SecretUnreadable
from app.webhooks.models import Webhook

BATCH = 100


async def reencrypt(url: str, box: SecretBox) -> tuple[int, int]:
    """(webhooks that were changed, webhooks with a secret that no key reads). Raises SecretsKeysMissing."""
    box.check_can_keep()
    database = Database(url, role=WORKER_ROLE, application_name="holdfast-rotate-secrets")
    done, unreadable, after = 0, 0, UUID(int=0)
    try:
        while True:
            async with database.begin() as session:
                page = select(Webhook.id, Webhook.secret, Webhook.previous_secret).where(Webhook.id > after)
                rows = (await session.execute(page.order_by(Webhook.id).limit(BATCH).with_for_update())).all()
                for row in rows:
                    try:
                        values = _renewed(box, {"secret": row.secret, "previous_secret": row.previous_secret})
                    except SecretUnreadable:
                        unreadable += 1
                        continue
                    if values:
                        await session.execute(update(Webhook).where(Webhook.id == row.id).values(values))
                        done += 1
            if not rows:
                return done, unreadable
            after = rows[-1].id
    finally:
        await database.aclose()


def _renewed(box: SecretBox, kept: dict[str, str | None]) -> dict[str, str]:
    """Those that an older key encrypted, encrypted again. Raises SecretUnreadable."""
    return {name: box.encrypt(box.decrypt(one)) for name, one in kept.items() if one and not box.is_newest(one)}
