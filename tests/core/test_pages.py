"""Cursors: what a list made is read back, and nothing else is ever taken for one."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.pages import CursorNotValid, cut, decode_cursor, encode_cursor, number_key, uuid_key

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
