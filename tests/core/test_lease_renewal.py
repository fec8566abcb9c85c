"""Work under a lease: renewed while it goes on, ended when somebody else has it."""

import asyncio

import pytest
from sqlalchemy.exc import OperationalError

from app.core.db.lease_renewal import run_with_lease

SOON = 0.01
LONG = 60.0


class Row:
    """A leased row, as far as the one who renews it can tell."""

    def __init__(self, *answers: float | Exception | None) -> None:
        self._answers = list(answers)
        self.renewed = asyncio.Event()
        self.asked = 0

    async def renew(self) -> float | None:
        self.asked += 1
        answer = self._answers.pop(0) if self._answers else SOON
        if not self._answers:
            self.renewed.set()
        if isinstance(answer, Exception):
            raise answer
        return answer


async def test_short_work_renews_nothing() -> None:
    row = Row()
    assert await run_with_lease(asyncio.sleep(0), row.renew, leased_for=LONG, longest=LONG)
    assert row.asked == 0


async def test_long_work_is_done_to_its_end() -> None:
    row = Row(SOON, SOON, SOON)

    async def work() -> None:
        await row.renewed.wait()

    assert await run_with_lease(work(), row.renew, leased_for=SOON, longest=LONG)
    assert row.asked >= 3


async def test_what_was_taken_over_is_cancelled_before_anything_else_happens() -> None:
    row, cancelled = Row(SOON, None), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    assert not await run_with_lease(work(), row.renew, leased_for=SOON, longest=LONG)
    assert cancelled.is_set()
    assert row.asked == 2


async def test_a_database_that_is_away_for_a_moment_ends_nothing() -> None:
    row = Row(OperationalError("", {}, Exception()), OperationalError("", {}, Exception()), SOON)

    async def work() -> None:
        await row.renewed.wait()

    assert await run_with_lease(work(), row.renew, leased_for=SOON, longest=LONG)


async def test_what_takes_too_long_is_renewed_no_more_and_goes_on() -> None:
    row, may_end = Row(), asyncio.Event()

    async def work() -> None:
        await may_end.wait()

    held = asyncio.create_task(run_with_lease(work(), row.renew, leased_for=SOON, longest=0.0))
    await asyncio.sleep(10 * SOON)
    assert row.asked == 0
    may_end.set()
    assert await held


async def test_the_work_s_own_trouble_is_the_caller_s() -> None:
    async def work() -> None:
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        await run_with_lease(work(), Row().renew, leased_for=SOON, longest=LONG)


async def test_what_is_stopped_stops_its_work() -> None:
    begun, stopped = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    held = asyncio.create_task(run_with_lease(work(), Row().renew, leased_for=LONG, longest=LONG))
    await begun.wait()
    held.cancel()
    with pytest.raises(asyncio.CancelledError):
        await held
    assert stopped.is_set()


@pytest.mark.parametrize("error", [None, ValueError("a bug")])
async def test_work_that_ends_while_its_lease_is_renewed_was_not_taken_over(error: Exception | None) -> None:
    may_end = asyncio.Event()

    async def work() -> None:
        await may_end.wait()
        if error is not None:
            raise error

    async def renew() -> None:
        """The row has been given back."""
        may_end.set()
        for _ in range(5):
            await asyncio.sleep(0)

    held = run_with_lease(work(), renew, leased_for=SOON, longest=LONG)
    if error is None:
        assert await held
    else:
        with pytest.raises(ValueError, match="a bug"):
            await held
