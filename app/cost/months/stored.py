"""What whole vaults store, as Azure says, shared out over their items. Pure.

Azure tells the bytes of a vault and not of an item (docs/azure.md, Sizes and prices). So the formula only says which
share of them is an item's. Where the bytes hold anything that the formula does not count, nothing is shared out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from app.cost.amounts import ONE, ZERO, Amount
from app.cost.rules import Basis, gb
from app.cost.sizes import USED_SHARE_PERCENT

FRESH = timedelta(days=3)
"""How far what Azure said may be from the moment that is computed for."""


USUAL_SHARE = USED_SHARE_PERCENT.expected / 100
LEAST_SHARE = Decimal("0.02")
"""Of the disks: no VM with a system on it uses less. Ours."""


class NotMeasured(StrEnum):
    """Why the storage of a vault's items is not measured. The API's `storage.not_measured` lists the same."""

    NOT_READ = "not_read"
    """Azure was not asked yet, or did not answer for three days."""
    NOT_ALLOWED = "not_allowed"
    """Holdfast's Azure identity may not read it."""
    NOT_SAID = "not_said"
    """Azure names no bytes for the vault's redundancy, or none yet."""
    OTHER_DATA = "other_data"
    """The vault also holds soft-deleted data, or items that Holdfast does not manage."""
    SHARES_UNKNOWN = "shares_unknown"
    """The size or policy of one of its items is not known."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of one vault. None: Azure did not say."""

    local_bytes: int | None
    geo_bytes: int | None
    items: int | None
    """In the vault, of every kind."""
    as_of: datetime | None
    is_denied: bool
    has_deleted: bool
    """Whether it holds data that is soft-deleted."""


@dataclass(frozen=True, slots=True)
class Storage:
    """What items store in the vault tier now."""

    quantity: Amount | None
    """GB. None: not known."""
    basis: Basis
    as_of: datetime | None = None
    """When Azure said so; None = it is not measured."""
    why_not: NotMeasured | None = None


def factor_of(
    stored: Stored | None, redundancy: str | None, weights: Sequence[Amount | None], items: int, now: datetime
) -> Decimal | NotMeasured:
    """What the computed quantities of a vault's items are multiplied with, so that they sum up to what Azure says.

    `weights`: the GB computed for each item that has a backup. `items`: how many of ours Azure has, those included.
    `now`: the moment that is computed for; what Azure said later is good for it too, if it is not much later.
    """
    if stored is not None and stored.is_denied:
        return NotMeasured.NOT_ALLOWED
    if stored is None or stored.as_of is None or abs(now - stored.as_of) > FRESH:
        return NotMeasured.NOT_READ
    held = _bytes_of(stored, redundancy)
    if held is None:
        return NotMeasured.NOT_SAID
    if stored.has_deleted or stored.items is None or stored.items > items:
        return NotMeasured.OTHER_DATA
    known = [weight.expected for weight in weights if weight is not None]
    if len(known) < len(weights) or sum(known) <= ZERO:
        return NotMeasured.SHARES_UNKNOWN
    return gb(held) / sum(known)


def used_share(held: Decimal, usual: Decimal, most: Decimal) -> Decimal:
    """How much of their disks VMs use, of which nothing else is known, so that a vault stores what it does. GB.

    `usual`, `most`: what it would store by the formula if they used their usual share, or all. What the formula says
    rises evenly between them.
    """
    if most <= usual:
        return USUAL_SHARE
    share = USUAL_SHARE + (held - usual) / (most - usual) * (ONE - USUAL_SHARE)
    return max(LEAST_SHARE, min(ONE, share))


def _bytes_of(stored: Stored, redundancy: str | None) -> int | None:
    """By the vault's redundancy. None: no name of it is known (zones), nothing, or bytes of another one beside it."""
    by_kind = {"local": stored.local_bytes, "geo": stored.geo_bytes}
    other = {"local": stored.geo_bytes, "geo": stored.local_bytes}
    if redundancy not in by_kind or other[redundancy]:
        return None
    return by_kind[redundancy] or None
