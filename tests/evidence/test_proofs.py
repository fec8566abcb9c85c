"""What restore tests proved of an item: a lesser test hides nothing, and what a run refuted does not come back."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.evidence.proofs import PROVEN_FOR, Known, is_proven, level_of, proven, shown

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WHOLE = {"restored": 60.0, "boots": 90.0, "answers": 100.0}
DISKS = {"restored": 61.0}


def after(known: Known, **columns: Any) -> Known:
    return Known(columns.get("proofs", known.proofs), columns.get("refuted_at", known.refuted_at))


def test_a_lesser_test_neither_hides_nor_renews_what_a_thorough_one_proved() -> None:
    nothing = Known({}, None)
    first = proven(nothing, WHOLE, T0)
    assert (first["proven_level"], first["rto_seconds"], first["last_proven_at"]) == ("answers", 100.0, T0)
    known = after(nothing, **first)
    week = proven(known, DISKS, T0 + 7 * DAY)
    assert (week["proven_level"], week["rto_seconds"]) == ("answers", 100.0)
    assert week["last_proven_at"] == T0 + 7 * DAY
    known = after(known, **week)
    assert [(one["level"], one["at"], one["rto_seconds"]) for one in shown(known)] == [
        ("restored", (T0 + 7 * DAY).isoformat(), 61.0),
        ("boots", T0.isoformat(), 90.0),
        ("answers", T0.isoformat(), 100.0),
    ]
    late = proven(known, DISKS, T0 + PROVEN_FOR + DAY)
    assert (late["proven_level"], late["rto_seconds"]) == ("restored", 61.0), "the thorough one was too long ago"


def test_a_proof_ends_with_a_later_run_that_did_not_prove_it_and_does_not_come_back() -> None:
    known = after(Known({}, None), **proven(Known({}, None), WHOLE, T0))
    assert level_of(known, T0 + DAY) == "answers"
    refuted = after(known, refuted_at=T0 + DAY)
    assert level_of(refuted, T0 + DAY) is None
    assert not is_proven(T0, refuted.refuted_at, T0 + DAY)
    again = proven(refuted, DISKS, T0 + 2 * DAY)
    assert again["proven_level"] == "restored", "what failed was not proven since"
    assert is_proven(T0 + 2 * DAY, refuted.refuted_at, T0 + 2 * DAY)
    assert not is_proven(T0 + 2 * DAY, refuted.refuted_at, T0 + 3 * DAY + PROVEN_FOR)
    assert not is_proven(None, None, T0)
