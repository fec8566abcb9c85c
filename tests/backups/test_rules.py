"""How long a backup may be kept, as a table."""

from datetime import UTC, datetime, timedelta
from typing import cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.azure.ports import Backups, ProtectedItems
from app.azure.values import ItemRef, RecoveryPoint, VaultRef, VmRef
from app.backups.errors import RetentionNotValid
from app.backups.rules import check_order
from app.backups.service import page_of
from app.backups.work import Backup
from app.jobs.lifecycle import State
from app.jobs.work import Ticket

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
ITEM = ItemRef(VaultRef(SUBSCRIPTION, "rg", "vault"), VmRef(SUBSCRIPTION, "rg", "vm"))
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
LAST = datetime(2125, 1, 31, 12, tzinfo=UTC)
"""99 calendar years later; 24 of them are leap years."""

offsets = st.timezones()
moments = st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29), timezones=offsets)  # noqa: DTZ001


@given(moments)
def test_a_backup_is_kept_until_a_time_in_the_future_that_azure_can_reach(until: datetime) -> None:
    if NOW < until <= LAST:
        assert check_order(ITEM, until, NOW).retain_until == until
    else:
        with pytest.raises(RetentionNotValid) as refused:
            check_order(ITEM, until, NOW)
        assert refused.value.pointer == "#/retain_until"


@pytest.mark.parametrize(
    ("until", "good"),
    [
        (NOW, False),
        (NOW + timedelta(microseconds=1), True),
        (LAST, True),
        (LAST + timedelta(microseconds=1), False),
        (datetime.max.replace(tzinfo=UTC), False),
        (datetime.min.replace(tzinfo=UTC), False),
    ],
)
def test_the_edges_of_keeping(until: datetime, *, good: bool) -> None:
    if good:
        check_order(ITEM, until, NOW)
    else:
        with pytest.raises(RetentionNotValid):
            check_order(ITEM, until, NOW)


def test_99_years_after_a_leap_day_end_on_the_last_day_of_february() -> None:
    leap_day, last = datetime(2028, 2, 29, 6, tzinfo=UTC), datetime(2127, 2, 28, 6, tzinfo=UTC)
    assert check_order(ITEM, last, leap_day).retain_until == last
    with pytest.raises(RetentionNotValid):
        check_order(ITEM, last + timedelta(seconds=1), leap_day)


def point(minute: int, name: str) -> RecoveryPoint:
    return RecoveryPoint(name, NOW + timedelta(minutes=minute), "application", tiers=())


@given(
    st.lists(st.tuples(st.integers(0, 5), st.text("0123456789", min_size=1, max_size=3)), unique=True, max_size=12),
    st.integers(1, 5),
)
def test_paging_through_points_shows_each_once_newest_first_also_when_times_are_equal(
    made: list[tuple[int, str]], limit: int
) -> None:
    points = [point(minute, name) for minute, name in made]
    seen: list[RecoveryPoint] = []
    cursor: str | None = None
    while True:
        page, cursor = page_of(points, limit=limit, cursor=cursor)
        seen += page
        if cursor is None:
            break
    assert seen == sorted(points, key=lambda one: (one.time, one.id), reverse=True)


def test_a_backup_of_azures_that_names_no_machine_has_a_result_too() -> None:
    """Jobs of 2019 name none: such a row is Azure's own, and no order lies in it."""
    ticket = Ticket(UUID(int=1), "backup", "t", State.SUCCEEDED, 0, {"azure": ""}, None, None, None, 0)
    result = Backup(cast("Backups", None), cast("ProtectedItems", None)).result_from_lists(ticket, None, [])
    assert result == {"resources": [], "recovery_point_time": None, "backup_size": None}
