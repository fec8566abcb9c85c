"""Cursors: what a list made is read back, and nothing else is ever taken for one."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuids
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.http.pages import (
    CLOCKS_APART,
    CursorNotValid,
    cut,
    decode_cursor,
    encode_cursor,
    first_id_of,
    last_id_of,
    number_key,
    uuid_key,
)

KEYS = st.lists(st.text(max_size=40) | st.integers(min_value=0, max_value=10**17), min_size=1, max_size=3)


@given(KEYS)
def test_a_cursor_comes_back_as_the_keys_it_was_made_of(keys: list[str | int]) -> None:
    cursor = encode_cursor("things", *keys)
    assert decode_cursor(cursor, "things", len(keys)) == [str(key) for key in keys]
    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(KEYS)
def test_a_cursor_of_another_list_or_another_length_is_refused(keys: list[str | int]) -> None:
    cursor = encode_cursor("things", *keys)
    for of, length in (("others", len(keys)), ("things", len(keys) + 1)):
        with pytest.raises(CursorNotValid):
            decode_cursor(cursor, of, length)


@given(st.text(max_size=1000))
@example("W" * 1000)
@example("W1tb" * 250)
@example("\ud800")
def test_whatever_else_is_sent_as_a_cursor_is_refused(text: str) -> None:
    with pytest.raises(CursorNotValid):
        decode_cursor(text, "things", 1)


@given(st.text(max_size=40))
@example("٣")
@example("1" * 19)
@example("-1")
def test_a_key_is_a_number_or_is_refused(text: str) -> None:
    try:
        number = number_key(text)
    except CursorNotValid:
        return
    assert 0 <= number < 10**18
    assert text.isascii()


@given(st.text(max_size=40))
def test_a_key_that_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(CursorNotValid):
        uuid_key(text)


@given(st.lists(st.integers(), max_size=12), st.integers(min_value=1, max_value=10))
def test_a_page_ends_with_a_cursor_exactly_when_there_is_more(rows: list[int], limit: int) -> None:
    page, last = cut(rows[: limit + 1], limit)
    assert page == rows[:limit]
    assert last == (page[-1] if len(rows) > limit else None)


TIMES = st.datetimes(timezones=st.just(UTC))
APART = st.timedeltas(min_value=-CLOCKS_APART, max_value=CLOCKS_APART)
REST = st.integers(min_value=0, max_value=(1 << 80) - 1)


def made_at(milliseconds: int, rest: int) -> UUID:
    return UUID(int=min(max(milliseconds, 0), (1 << 48) - 1) << 80 | rest)


@given(TIMES, APART, REST)
def test_a_range_of_ids_holds_whatever_was_made_in_that_time_by_any_clock_that_may_be(
    at: datetime, apart: timedelta, rest: int
) -> None:
    stamped = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    made = made_at(stamped + apart // timedelta(milliseconds=1), rest)
    assert first_id_of(at) <= made <= last_id_of(at)
    assert first_id_of(at, earlier=timedelta(days=1)) <= first_id_of(at)


def test_a_range_of_ids_leaves_out_what_was_made_well_before_or_after() -> None:
    now, made = datetime.now(UTC), uuids.uuid7()
    assert first_id_of(now) < made < last_id_of(now)
    assert made < first_id_of(now + CLOCKS_APART * 2)
    assert last_id_of(now - CLOCKS_APART * 2) < made
    assert first_id_of(now, earlier=CLOCKS_APART) > first_id_of(now, earlier=CLOCKS_APART * 2)
