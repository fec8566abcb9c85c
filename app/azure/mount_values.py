"""The values of file recovery: a recovery point mounted for single files (docs/azure.md, File recovery).

What a script holds is a secret (its password opens the point's disks): it crosses the port on its way to the caller
who asked, and is shown by no repr, no log and no row.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from app.azure.values import ItemRef

SESSION_LASTS: Final = timedelta(hours=12)
"""From the provision, or from its renewal (docs/azure.md, File recovery)."""


@dataclass(frozen=True, slots=True)
class MountOrder:
    """`renew`: the session that is there gets 12 more hours; without it Azure makes one."""

    item: ItemRef
    recovery_point_id: str
    renew: bool = False


@dataclass(frozen=True, slots=True)
class MountScript:
    """What a machine runs to see the point's files. One of `content` (Linux) and `url` (Windows) is there."""

    os: Literal["linux", "windows"]
    file_name: str
    password: str = field(repr=False)
    content: bytes | None = field(default=None, repr=False)
    url: str | None = None
    expires_at: datetime | None = None
    """By Azure's own word in the script; None where it says nothing."""
