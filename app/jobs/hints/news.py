"""What the rows of the query mean: which vaults have news. Pure.

A row is news when it shows an end, or a job we do not know, that came after the vault's last list began, both by
Azure's clock. So each row can bring a list forward once, however much the hint lies: the next list began after it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.azure.graph.values import GraphJob

UNKNOWN_AFTER = timedelta(minutes=3)
"""A job without a row here may be our own, whose operation has not named it yet: it is left alone for this long."""
AHEAD = timedelta(minutes=2)
"""A time in the hint that is later than this after Azure's own clock is not believed."""


KnownJobs = Mapping[tuple[UUID, str], bool]
"""Azure jobs that have a row here, by vault and Azure's id in lower case: whether a list has shown their end."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A vault whose jobs are followed."""

    vault_id: UUID
    vault: tuple[str, str, str]
    """Subscription, group and name in lower case: several tenants may follow one vault."""
    listed_at: datetime | None
    """When its last list began, by Azure's clock; None = it was never listed."""
    named_at: datetime | None = None
    """When the hint last brought its list forward (our clock)."""
    swept_at: datetime | None = None
    """When its last sweep ended (our clock)."""


@dataclass(frozen=True, slots=True)
class News:
    """A vault in which something has ended, or begun, that no list has shown."""

    followed: Followed
    ended_at: datetime | None
    """When the first of them ended; None = there are only jobs that are not known."""


def vault_key(subscription_id: str, resource_group: str, name: str) -> tuple[str, str, str]:
    return subscription_id.lower(), resource_group.lower(), name.lower()


def key_of(row: GraphJob) -> tuple[str, str, str]:
    return vault_key(row.vault.subscription_id, row.vault.resource_group, row.vault.name)


def news_of(
    rows: Iterable[GraphJob],
    followed: Sequence[Followed],
    known: KnownJobs,
    azure_now: datetime,
) -> list[News]:
    """The vaults with news, in the order in which they should be listed.

    First those with an end, and of these the one whose list is oldest: so no vault waits longer than it would if all
    had news, even if the times of the hint are wrong.
    """
    ends: dict[UUID, datetime | None] = {}
    of: dict[tuple[str, str, str], list[Followed]] = {}
    for one in followed:
        of.setdefault(one.vault, []).append(one)
    for row in rows:
        for vault in of.get(key_of(row), ()):
            if _is_news(row, vault, known, azure_now):
                moments = [one for one in (ends.get(vault.vault_id), row.ended_at) if one is not None]
                ends[vault.vault_id] = min(moments, default=None)
    found = [News(one, ends[one.vault_id]) for one in followed if one.vault_id in ends]
    return sorted(found, key=_urgency)


def asked_of(rows: Iterable[GraphJob], followed: Iterable[Followed]) -> set[tuple[UUID, str]]:
    """The jobs of which it matters whether we know them: by vault and id. Several tenants may follow one vault."""
    of: dict[tuple[str, str, str], list[Followed]] = {}
    for one in followed:
        of.setdefault(one.vault, []).append(one)
    return {
        (vault.vault_id, row.job_id.lower())
        for row in rows
        for vault in of.get(key_of(row), ())
        if row.ended_at is not None or (row.started_at is not None and _is_later(row.started_at, vault))
    }


def _is_news(row: GraphJob, vault: Followed, known: KnownJobs, azure_now: datetime) -> bool:
    has_ended = known.get((vault.vault_id, row.job_id.lower()))
    if row.ended_at is not None:
        return not has_ended and row.ended_at <= azure_now + AHEAD and _is_later(row.ended_at, vault)
    if has_ended is not None or row.started_at is None or row.started_at > azure_now - UNKNOWN_AFTER:
        return False
    return _is_later(row.started_at, vault)


def _is_later(moment: datetime, vault: Followed) -> bool:
    return vault.listed_at is None or moment > vault.listed_at


def _urgency(news: News) -> tuple[bool, float, str]:
    listed_at = news.followed.listed_at
    moment = 0.0 if listed_at is None else listed_at.timestamp()
    return news.ended_at is None, moment, str(news.followed.vault_id)
