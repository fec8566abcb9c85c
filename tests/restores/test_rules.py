"""Which recovery point a request means, and the order made of it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.azure.values import Consistency, RecoveryPoint, RecoveryPointTier
from app.restores.errors import NoPointQualifies, RestoreNotValid
from app.restores.rules import Choice, check_point, choose, is_usable, point_at, qualifies

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
CONSISTENCIES: tuple[Consistency, ...] = ("crash", "file_system", "application")


def point(name: str, hours: int = 0, consistency: Consistency | None = "application", **tiers: str) -> RecoveryPoint:
    return RecoveryPoint(
        id=name,
        time=NOW + timedelta(hours=hours),
        consistency=consistency,
        encrypted=None,
        included_luns=None,
        tiers=tuple(RecoveryPointTier(tier, state) for tier, state in (tiers or {"vault": "valid"}).items()),  # type: ignore[arg-type]
    )


points = st.lists(
    st.builds(
        point,
        st.text("abc", min_size=1, max_size=3),
        st.integers(-5, 5),
        st.sampled_from([*CONSISTENCIES, None]),
        vault=st.sampled_from(["valid", "deleted", "disabled", "not_rehydrated"]),
    ),
    max_size=6,
)
choices = st.builds(
    Choice,
    before=st.none() | st.integers(-5, 5).map(lambda hours: NOW + timedelta(hours=hours)),
    consistency=st.none() | st.sampled_from(CONSISTENCIES),
    tier=st.none() | st.sampled_from(["vault", "snapshot"]),
)


@given(points, choices)
def test_the_newest_point_that_is_as_asked_is_chosen_or_the_nearest_one_is_named(
    found: list[RecoveryPoint], choice: Choice
) -> None:
    fitting = [one for one in found if qualifies(one, choice)]
    if fitting:
        chosen = choose(found, choice)
        assert qualifies(chosen, choice)
        assert all(one.time <= chosen.time for one in fitting)
    else:
        with pytest.raises(NoPointQualifies) as refused:
            choose(found, choice)
        usable: set[str | None] = {one.id for one in found if is_usable(one)}
        assert refused.value.facts["nearest"] in (usable or {None})
        assert refused.value.remedy


@pytest.mark.parametrize("asked", CONSISTENCIES)
@pytest.mark.parametrize("has", CONSISTENCIES)
def test_a_point_that_exceeds_the_conditions_meets_them(has: Consistency, asked: Consistency) -> None:
    better = CONSISTENCIES.index(has) >= CONSISTENCIES.index(asked)
    assert qualifies(point("p", 0, has), Choice(consistency=asked)) is better


def test_a_point_at_the_very_time_named_is_still_before_it() -> None:
    assert choose([point("p")], Choice(before=NOW)).id == "p"
    with pytest.raises(NoPointQualifies):
        choose([point("p")], Choice(before=NOW - timedelta(microseconds=1)))


def test_a_point_named_by_its_id_must_be_usable_and_as_asked() -> None:
    check_point(point("p"), Choice(id="p"))
    with pytest.raises(RestoreNotValid) as gone:
        check_point(point("p", vault="deleted"), Choice(id="p"))
    assert gone.value.pointer == "#/recovery_point/id"
    with pytest.raises(RestoreNotValid) as weak:
        check_point(point("p", 0, "crash"), Choice(id="p", consistency="application"))
    assert weak.value.pointer == "#/recovery_point/consistency"


def test_azures_job_names_the_point_by_its_time() -> None:
    one = RecoveryPoint(
        id="p",
        time=datetime(2026, 1, 31, 16, 57, 49, 123456, tzinfo=UTC),
        consistency=None,
        tiers=(),
        encrypted=None,
        included_luns=None,
    )
    assert point_at([one], "1/31/2026 4:57:49 PM") == one
    assert point_at([one], "1/31/2026 4:57:50 PM") is None
    assert point_at([one], "") is None
