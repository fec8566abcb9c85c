"""Which day, when it is written, and in which form it is answered: pure tables."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.azure.facts.sizes import bytes_of
from app.reports import rules
from app.reports.day.calendar_day import day_of
from app.reports.errors import FormNotOffered, ReportNotDue, ReportNotFound, TimeZoneNotKnown

JSON, CSV, HTML = rules.FORMS
NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("text/*", CSV),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
        ("text/csv", CSV),
        ("TEXT/HTML; charset=utf-8", HTML),
        ("text/csv;q=0.5, text/html;q=0.6", HTML),
        ("text/html;q=0.001, application/json;q=0", HTML),
        ("application/json;q=0, */*", CSV),
        ("application/problem+json, application/json", JSON),
        ("nonsense, text/csv", CSV),
    ],
)
def test_the_form_is_the_one_that_the_caller_likes_best(accept: str | None, form: str) -> None:
    assert rules.form_for(accept) == form


@pytest.mark.parametrize("accept", ["application/pdf", "text/csv;q=0", "*/*;q=0", "nonsense", "image/*"])
def test_what_is_not_offered_is_refused(accept: str) -> None:
    with pytest.raises(FormNotOffered):
        rules.form_for(accept)


@pytest.mark.parametrize(
    ("on", "zone", "error"),
    [
        (date(2026, 6, 15), "UTC", None),
        (date(2026, 6, 16), "UTC", ReportNotDue),
        (date(2026, 6, 16), "Pacific/Auckland", None),
        (date(2026, 6, 15), "Pacific/Honolulu", None),
        (date(2026, 5, 16), "UTC", None),
        (date(2026, 5, 15), "UTC", ReportNotFound),
        (date.min, "UTC", ReportNotFound),
        (date.max, "UTC", ReportNotDue),
        (date(2026, 6, 15), "Europe/Nowhere", TimeZoneNotKnown),
        (date(2026, 6, 15), "/etc/localtime", TimeZoneNotKnown),
        (date(2026, 6, 15), "+02:00", TimeZoneNotKnown),
    ],
)
def test_a_date_has_a_report_from_its_beginning_until_the_retention(
    on: date, zone: str, error: type[Exception] | None
) -> None:
    def read() -> None:
        day = rules.read_day(on, zone, where="query:{}")
        rules.check_date(day, NOW, kept_days=30, where="query:{}")

    if error is None:
        read()
    else:
        with pytest.raises(error):
            read()


def test_a_mistyped_zone_is_told_which_one_was_meant() -> None:
    with pytest.raises(TimeZoneNotKnown) as error:
        rules.read_day(date(2026, 6, 15), "Berlin", where="#/{}")
    assert "Europe/Berlin" in error.value.remedy


def test_the_worker_writes_what_is_over_and_not_written_of_the_last_week() -> None:
    def missing(since: datetime, *written: date) -> list[int]:
        return [on.day for on in rules.dates_to_write("UTC", NOW, since=since, written=written)]

    long_ago = NOW - timedelta(days=400)
    assert missing(long_ago) == [8, 9, 10, 11, 12, 13, 14]
    assert missing(long_ago, date(2026, 6, 9), date(2026, 6, 14)) == [8, 10, 11, 12, 13]
    assert missing(NOW - timedelta(days=2)) == [13, 14]
    assert missing(NOW) == []
    assert rules.dates_to_write("Pacific/Auckland", NOW, since=long_ago, written=())[-1] == date(2026, 6, 15)


def test_revisions_come_ever_less_often_and_the_last_one_after_three_days() -> None:
    """The report would say something else every time it is looked at."""
    day = day_of(date(2026, 6, 12), "UTC")
    written = [day.ends]
    for hours in range(200):
        now = day.ends + timedelta(hours=hours)
        if rules.may_change(day, now, len(written), written[-1]):
            written.append(now)
    assert [(at - day.ends) / timedelta(hours=1) for at in written] == [0, 1, 3, 7, 15, 27, 39, 51, 63, 72]
    over = day.ends + rules.SETTLING
    assert rules.may_change(day, over + timedelta(hours=5), 1, day.ends)
    assert not rules.may_change(day, over + rules.LAST_LOOK, 1, day.ends)


@pytest.mark.parametrize(
    ("size", "count"),
    [("11394 MB", 11394 << 20), ("1.5 GB", 3 << 29), ("7kb", 7 << 10), ("", None), ("many", None), ("1 EB", None)],
)
def test_a_size_is_read_as_azure_writes_it_or_not_at_all(size: str, count: int | None) -> None:
    assert bytes_of(size) == count
