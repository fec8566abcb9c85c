"""A suggestion of a time zone names the place or the offset that was meant, or there is none."""

import re
import zoneinfo
from datetime import datetime, timedelta

import pytest

from app.policies.zones import zone_remedy

WINTER, SUMMER = datetime(2026, 1, 15), datetime(2026, 7, 15)  # noqa: DTZ001 - wall-clock times


def named(remedy: str) -> list[str]:
    """The zones that a remedy suggests, its general examples left out."""
    text = remedy.replace("such as Europe/Berlin or America/New_York", "")
    return re.findall(r"\b(?:UTC|[A-Z][a-z]+(?:/[A-Z][\w+-]+)+)", text)


OFFSETS = [
    ("UTC+2", 120),
    ("utc+02:00", 120),
    ("GMT+2", 120),
    ("+02:00", 120),
    ("+2", 120),
    ("UTC +2", 120),
    ("UTC-5", -300),
    ("GMT-05", -300),
    ("UTC\u22125", -300),
    ("UTC+05:30", 330),
    ("UTC+0530", 330),
    ("+14:00", 840),
    ("UTC+5:45", 345),
    ("UTC-02", -120),
    ("UTC+12", 720),
    ("Z+3", 180),
]


@pytest.mark.parametrize(("written", "minutes"), OFFSETS)
def test_an_offset_is_answered_with_zones_that_are_always_at_it(written: str, minutes: int) -> None:
    found = named(zone_remedy(written))
    assert found
    for zone in found:
        for day in (WINTER, SUMMER):
            assert zoneinfo.ZoneInfo(zone).utcoffset(day) == timedelta(minutes=minutes), (written, zone)


@pytest.mark.parametrize("written", ["UTC+2:15", "+25:00", "UTC+99", "Etc/GMT-15"])
def test_an_offset_that_no_zone_has_is_answered_with_none(written: str) -> None:
    assert named(zone_remedy(written)) == []


@pytest.mark.parametrize("written", ["UTC+0", "GMT-0", "+00:00", "utc"])
def test_no_offset_is_utc(written: str) -> None:
    assert named(zone_remedy(written)) == ["UTC"]


@pytest.mark.parametrize(
    "written",
    [
        "PST",
        "CST",
        "IST",
        "BST",
        "CEST",
        "AEST",
        "EDT",
        "pst",
        "Europe/Munich",
        "Asia/Beijing",
        "Asia/Bombay",
        "China",
        "Central European Time",
        "Mars/Olympus",
        "UTC1",
        "Local",
        "../etc/passwd",
        "Antarctica/Troll",
        "x" * 64,
        "Georgia/Tiflis",
        "\U0001f310",
    ],
)
def test_what_several_places_share_or_no_zone_resembles_is_answered_with_none(written: str) -> None:
    remedy = zone_remedy(written)
    assert named(remedy) == [], remedy
    assert "IANA name" in remedy


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("europe/berlin", "Europe/Berlin"),
        ("Europe/Berln", "Europe/Berlin"),
        ("America/NewYork", "America/New_York"),
        ("eastern standard time", "America/New_York"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Amerika/New_York", "America/New_York"),
    ],
)
def test_a_slip_of_the_pen_is_answered_with_the_zone(written: str, meant: str) -> None:
    assert named(zone_remedy(written)) == [meant]
