"""How long an on-demand backup may be kept. Pure."""

from datetime import datetime, timedelta

from app.azure.values import BackupOrder, ItemRef
from app.backups.errors import RetentionNotValid

LONGEST = timedelta(days=99 * 365)
"""Azure keeps a point for at most 99 years (Azure Backup support matrix)."""


def check_order(item: ItemRef, retain_until: datetime, now: datetime) -> BackupOrder:
    """The order to back up now. Raises RetentionNotValid."""
    if retain_until <= now:
        raise RetentionNotValid(
            f"{retain_until.isoformat()} is in the past.",
            pointer="#/retain_until", remedy="Name a time in the future.",
        )  # fmt: skip
    if retain_until - now > LONGEST:
        raise RetentionNotValid(
            "Azure keeps a recovery point for at most 99 years.",
            pointer="#/retain_until", remedy="Name an earlier time.",
        )  # fmt: skip
    return BackupOrder(item, retain_until)
