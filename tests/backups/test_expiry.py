"""When a point expires: by Azure's word, by what was asked for it, or by its policy; and when nobody can say."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.azure import values as v
from app.azure.names import read_vm_id
from app.azure.sdk.translate_policies import policy_body
from app.backups.rules import MAY_BEGIN_LATE, Expiry, Keeping, expiry_of
from app.backups.schemas import RecoveryPointRead
from app.simulator.progress import instant_of, moment
from app.simulator.schedules import kept_until, runs
from tests.simulator.story import vm_id
from tests.world import KEEP, World

BOTH = (v.RecoveryPointTier("snapshot", "valid"), v.RecoveryPointTier("vault", "valid"))
NIGHTLY = v.PolicyDefinition(
    "America/New_York",
    v.DailySchedule(time(2)),
    v.Retention(
        daily=v.DailyRetention(30),
        weekly=v.WeeklyRetention(12, ("sunday",)),
        monthly=v.MonthlyRetention(12, weeks=("first",), days=("sunday",)),
        yearly=v.YearlyRetention(10, months=("january",), dates=(1,)),
    ),
    2,
)
WEEKLY = v.PolicyDefinition(
    "Asia/Kolkata",
    v.WeeklySchedule(time(23, 30), ("saturday",)),
    v.Retention(weekly=v.WeeklyRetention(8, ("saturday",))),
    5,
)


def point(at: datetime, **changes: Any) -> v.RecoveryPoint:
    return replace(v.RecoveryPoint("1", at, "application", BOTH), **changes)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        # a Tuesday: daily only; 02:00 Eastern is 07:00 UTC in winter and 06:00 in summer
        (datetime(2026, 2, 10, 7, 0, 4, tzinfo=UTC), datetime(2026, 3, 12, 6, tzinfo=UTC)),
        # a Sunday that is not the month's first: 12 weeks
        (datetime(2026, 2, 8, 7, 0, 4, tzinfo=UTC), datetime(2026, 5, 3, 6, tzinfo=UTC)),
        # the month's first Sunday: 12 months
        (datetime(2026, 2, 1, 8, 59, tzinfo=UTC), datetime(2027, 2, 1, 7, tzinfo=UTC)),
        # New Year: 10 years
        (datetime(2026, 1, 1, 7, 0, 4, tzinfo=UTC), datetime(2036, 1, 1, 7, tzinfo=UTC)),
    ],
)
def test_a_scheduled_point_lives_as_long_as_the_longest_rule_that_takes_it(at: datetime, until: datetime) -> None:
    assert expiry_of(point(at), Keeping(NIGHTLY)) == Expiry(until, "policy")


@given(st.sampled_from([NIGHTLY, WEEKLY]), st.integers(0, 1500), st.integers(0, int(MAY_BEGIN_LATE.total_seconds())))
def test_it_is_the_end_that_the_simulator_reckons_by_itself(
    policy: v.PolicyDefinition, day: int, late_seconds: int
) -> None:
    """The simulator knows the same policy as Azure's JSON and shares no code with us: two readers, one answer."""
    properties = policy_body(policy)["properties"]
    begin = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
    run, _ = runs(properties, instant_of(begin), instant_of(begin + timedelta(days=8)))[0]
    made = point(moment(run) + timedelta(seconds=late_seconds))
    expiry = expiry_of(made, Keeping(policy))
    assert expiry is not None
    assert expiry.at == moment(kept_until(properties, run))


def test_azures_own_word_comes_first_then_what_was_asked() -> None:
    at = datetime(2026, 2, 10, 7, 0, 4, tzinfo=UTC)
    asked, told = at + timedelta(days=400), at + timedelta(days=3)
    keeping = Keeping(NIGHTLY, {at: asked})
    assert expiry_of(point(at), keeping) == Expiry(asked, "retain_until")
    assert expiry_of(point(at, expires_at=told), keeping) == Expiry(told, "azure")


@pytest.mark.parametrize(
    "unknown",
    [
        point(datetime(2026, 2, 10, 15, tzinfo=UTC)),  # at noon: nobody's run
        point(datetime(2026, 2, 10, 7, 0, 4, tzinfo=UTC), tiers=BOTH[:1]),  # a snapshot that is in no vault
    ],
)
def test_a_point_of_unknown_origin_has_no_invented_end(unknown: v.RecoveryPoint) -> None:
    assert expiry_of(unknown, Keeping(NIGHTLY)) is None


def test_without_a_policy_nothing_is_known() -> None:
    assert expiry_of(point(datetime(2026, 2, 10, 7, 0, 4, tzinfo=UTC)), Keeping()) is None


async def test_points_say_what_is_in_them_and_how_long_they_live(world: World) -> None:
    item = await world.item("vm-db-01")
    await world.back_up(item)
    (shown,) = await world.points(item)
    assert (shown["expires_at"], shown["expiry_by"]) == (KEEP, "retain_until")
    assert (shown["disks_included"], shown["disks_attached"]) == (3, 3)
    assert (shown["region"], shown["encrypted"], shown["consistency"]) == ("primary", False, "application")
    assert shown["tiers"] == [{"tier": "snapshot", "state": "valid"}, {"tier": "vault", "state": "valid"}]


async def points_of(world: World, item: dict[str, Any], region: str) -> Any:
    return await world.api.get(f"/v1/protected-items/{item['id']}/recovery-points", params={"region": region})


async def test_the_secondary_region_shows_the_points_that_have_arrived(world: World) -> None:
    item = await world.item(vault=await world.vault(cross_region_restore=True))
    world.simulator.world.options.secondary_lag_seconds = 86_400
    await world.back_up(item)
    assert (await points_of(world, item, "secondary")).json()["items"] == []
    world.advance(86_400)
    (there,) = (await points_of(world, item, "secondary")).json()["items"]
    (here,) = await world.points(item)
    assert (there["id"], there["region"]) == (here["id"], "secondary")
    assert {tier["tier"]: tier["state"] for tier in there["tiers"]} == {"vault": "valid"}, "as recorded: no snapshot"


async def test_a_vault_that_does_not_cross_regions_says_so_instead_of_nothing(world: World) -> None:
    item = await world.item()
    answer = await points_of(world, item, "secondary")
    assert (answer.status_code, answer.json()["code"]) == (409, "cross_region_restore_not_enabled")
    assert "cross_region_restore" in answer.json()["remedy"]
    assert (await points_of(world, item, "elsewhere")).status_code == 422


async def test_a_paused_item_keeps_its_points_without_an_end(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    await world.rows(f"UPDATE protected_items SET state = 'paused' WHERE id = '{item['id']}' RETURNING id")  # noqa: S608
    (shown,) = await world.points(item)
    assert (shown["expires_at"], shown["expiry_by"]) == (None, None)


def kept(keeping: Keeping, **said: Any) -> tuple[str, Any, Any]:
    of = point(datetime(2026, 2, 10, 7, 0, 4, tzinfo=UTC), **said)
    read = RecoveryPointRead.of(of, read_vm_id(vm_id("vm-web-01")), keeping, datetime.now(UTC))
    return read.kept, read.expires_at, read.expiry_by


def test_a_point_without_a_time_says_why_it_has_none() -> None:
    told, purge = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    assert kept(Keeping()) == ("unknown", None, None)
    assert kept(Keeping(for_ever=True)) == ("for_ever", None, None)
    assert kept(Keeping(), expires_at=told) == ("until", told, "azure")
    assert kept(Keeping(purge_at=purge), expires_at=told) == ("until", purge, "purge")
