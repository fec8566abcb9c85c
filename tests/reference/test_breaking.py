"""A change that breaks callers fails here unless the changelog announces it, and the comparer finds what it shall."""

import json
from typing import Any

import pytest

from tests.each import each
from tests.reference.announcements import announced
from tests.reference.baseline import CHANGELOG, DOCUMENT, RELEASED, without_prose
from tests.reference.breaking import Break, breaks
from tests.reference.planted import BREAKING, HARMLESS, Change

TEXT = json.dumps(without_prose(json.loads(DOCUMENT.read_text(encoding="utf-8"))))
PRESENT: dict[str, Any] = json.loads(TEXT)


def after(change: Change) -> list[Break]:
    changed = json.loads(TEXT)
    change(changed)
    assert changed != PRESENT or change in {HARMLESS["another order"], HARMLESS["another description and example"]}
    return breaks(PRESENT, changed)


def test_every_break_since_the_last_release_is_announced() -> None:
    found = breaks(json.loads(RELEASED.read_text(encoding="utf-8")), PRESENT)
    places = announced(CHANGELOG.read_text(encoding="utf-8"))
    missing = [f"`{one.place}`: {one.what}" for one in found if one.place not in places]
    assert missing == [], "CHANGELOG.md, Unreleased: a line `- **Breaking**: ...` names each place in backticks"


def test_there_are_twenty_of_each() -> None:
    assert (len(BREAKING), len(HARMLESS)) == (20, 20)


@each(BREAKING)
def test_a_planted_break_is_found_at_its_place(name: str) -> None:
    place, change = BREAKING[name]
    found = after(change)
    assert place in {one.place for one in found}, f"{name}: {found}"
    assert len({one.place for one in found}) <= 3, f"{name}: {found}"


@each(HARMLESS)
def test_a_harmless_change_is_no_break(name: str) -> None:
    assert after(HARMLESS[name]) == []


@pytest.mark.parametrize(
    ("changelog", "places"),
    [
        ("## Unreleased\n- **Breaking**: `a` and\n  `B.c` went.\n- `d` came.\n", {"a", "B.c"}),
        ("## Unreleased\n### X\n- `a` went.\n## 0.1.0\n- **Breaking**: `b`\n", set()),
        ("## 0.1.0\n", set()),
    ],
)
def test_only_what_is_announced_under_unreleased_counts(changelog: str, places: set[str]) -> None:
    assert announced(changelog) == places
