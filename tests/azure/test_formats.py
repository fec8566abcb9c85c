"""Times, durations and waits as Azure writes them (docs/azure.md, Formats)."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.azure.sdk import formats


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-05-06T08:25:35.8219427Z", datetime(2020, 5, 6, 8, 25, 35, 821942, UTC)),
        ("2019-07-03T11:56:21.4Z", datetime(2019, 7, 3, 11, 56, 21, 400000, UTC)),
        ("2026-07-02T10:33:59Z", datetime(2026, 7, 2, 10, 33, 59, 0, UTC)),
        ("2026-07-02T10:33:59", datetime(2026, 7, 2, 10, 33, 59, 0, UTC)),
        ("2026-07-02T12:33:59+02:00", datetime(2026, 7, 2, 10, 33, 59, 0, UTC)),
        ("0001-01-01T00:00:00", None),
        ("0001-01-01T00:00:00Z", None),
        ("2001-01-01T00:00:00Z", None),
        ("", None),
        (None, None),
    ],
)
def test_times_are_utc_and_azures_never_is_none(text: str | None, moment: datetime | None) -> None:
    assert formats.time_or_none(text) == moment


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT0S", 0),
        ("PT2M", 120),
        ("PT1H21M13.3113901S", 4873.31139),
        ("P1DT2H", 93600),
        ("00:03:30.5", 210.5),
        ("13.23:59:43.3699681", 1209583.369968),
        ("P", None),
        ("two minutes", None),
        ("", None),
        (None, None),
        (5, None),
    ],
)
def test_durations_come_in_two_notations(text: object, seconds: float | None) -> None:
    assert formats.seconds_or_none(text) == (seconds if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "60"}, 60),
        ({"Retry-After": "0.5"}, 0.5),
        ({"Retry-After": "Sun, 22 Nov 2026 10:01:00 GMT", "Date": "Sun, 22 Nov 2026 10:00:00 GMT"}, 60),
        ({"Retry-After": "Sun, 22 Nov 2026 09:00:00 GMT", "Date": "Sun, 22 Nov 2026 10:00:00 GMT"}, 0),
        ({"x-ms-retry-after-ms": "250"}, 0.25),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "later"}, None),
        ({}, None),
    ],
)
def test_a_wait_is_seconds_whatever_it_was_written_as(headers: dict[str, str], seconds: float | None) -> None:
    assert formats.retry_after(headers) == seconds


def test_a_date_to_wait_for_is_counted_from_now_when_the_answer_has_no_date() -> None:
    now = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    assert formats.retry_after({"Retry-After": "Sun, 22 Nov 2026 10:00:09 GMT"}, now) == 9


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 1, 31, 16, 57, 49, tzinfo=UTC), "2026-01-31 04:57:49 PM"),
        (datetime(2026, 1, 31, 0, 0, 0, tzinfo=UTC), "2026-01-31 12:00:00 AM"),
        (datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC), "2026-01-31 12:00:00 PM"),
        (datetime(2026, 1, 31, 1, 0, tzinfo=timezone(timedelta(hours=2))), "2026-01-30 11:00:00 PM"),
    ],
)
def test_filters_take_the_twelve_hour_clock_in_utc(moment: datetime, text: str) -> None:
    assert formats.filter_time(moment) == text


@given(st.datetimes(datetime(2019, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_window_is_never_narrowed_by_its_whole_seconds(moment: datetime) -> None:
    start, end = (datetime.strptime(t, "%Y-%m-%d %I:%M:%S %p").replace(tzinfo=UTC) for t in _window(moment))
    assert start <= moment <= end < moment + timedelta(seconds=1)


def _window(moment: datetime) -> tuple[str, str]:
    return formats.filter_window(moment, moment)


def test_a_retention_end_is_written_as_the_recorded_clients_do() -> None:
    moment = datetime(2020, 6, 5, 2, tzinfo=timezone(timedelta(hours=2)))
    assert formats.wire_time(moment) == "2020-06-05T00:00:00.000Z"


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ("Requests exceeded '150' for time interval '01:00:00'. Please try again after '324' seconds.", 324),
        ("Number of 'read' requests exceeded. Please try again after '5' minutes after tokens are available.", 300),
        ("Retry after 7.5 seconds", 7.5),
        ("Please retry in 1 hour.", 3600),
        ("Please try again after '99999999' seconds.", 3600),
        ("Please try again later.", None),
        ("The limit is 324 seconds.", None),
        ("", None),
        (None, None),
    ],
)
def test_a_wait_is_read_from_an_errors_words(message: str | None, seconds: float | None) -> None:
    assert formats.said_wait(message) == seconds


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, True),
        ("True", True),
        ("false", False),
        ("FALSE", False),
        ("yes", None),
        (1, None),
        (None, None),
        ({}, None),
    ],
)
def test_a_boolean_may_come_as_text(value: object, said: object) -> None:
    assert formats.flag_or_none(value) is said


@pytest.mark.parametrize(
    ("value", "number", "whole"),
    [
        (14, 14, 14),
        ("14", 14, 14),
        ("86.5", 86.5, None),
        ("100%", 100, 100),
        (" 7 ", 7, 7),
        (1.0, 1, 1),
        ("", None, None),
        ("many", None, None),
        (True, None, None),
        (None, None, None),
        ("nan", None, None),
        ("inf", None, None),
        ([], None, None),
        (10**400, None, None),
    ],
)
def test_a_number_may_come_as_text(value: object, number: float | None, whole: int | None) -> None:
    assert (formats.number_or_none(value), formats.whole_or_none(value)) == (number, whole)
