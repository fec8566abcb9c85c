"""The page and the CSV: nothing foreign acts in them, nothing is loaded, and what is cut is said."""

import base64
import csv
import hashlib
import io
import re
from html.parser import HTMLParser

import pytest

from app.estate.rules import EstateState
from app.reports.day.facts import Facts
from app.reports.page import wording
from app.reports.page.charts import BAR_WIDTH, columns, size_text, stacked
from app.reports.page.csv_table import as_csv
from app.reports.page.rendering import page_headers, render_note, render_page, visible
from app.reports.page.view import headline_of
from tests.reports.made_facts import DUE, backup, facts, item, report
from tests.reports.made_pages import MARKUP, NAMES, RIGHT_TO_LEFT, everything, shown

VOID = {"meta", "br", "hr", "img", "input", "link"}


class Tags(HTMLParser):
    """Which tags and attributes a page has, and whether each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


@pytest.fixture(scope="module")
def page() -> str:
    return render_page(shown(everything()))


def test_names_that_are_markup_or_turn_the_text_around_are_shown_and_do_nothing(page: str) -> None:
    tags = Tags()
    tags.feed(page)
    assert (tags.wrong, tags.open) == ([], [])
    assert not tags.seen & {"script", "img", "iframe", "object", "link", "b2"}
    assert not {name for name in tags.attributes if name.startswith("on")} | tags.attributes & {"style", "src"}
    assert MARKUP not in page
    assert "&lt;script&gt;" in page
    assert RIGHT_TO_LEFT not in page
    assert "vm-\\u202egnp.exe" in page
    assert "Payments &amp; &lt;b&gt;Sons&lt;/b&gt;" in page


def test_the_page_loads_nothing_and_its_style_is_the_one_that_the_header_names(page: str) -> None:
    assert set(re.findall(r'(?:href="|url\()([^")]+)', page)) == {
        *(f"#m-{name}" for name in wording.OUTCOMES),
        *(f"#p-{name}" for name in ("missed", "failed", "unknown", "running")),
    }
    assert "http" not in page.replace("http-equiv", "")
    for text in (page, render_note("Title <i>", "Text")):
        (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in page_headers()["Content-Security-Policy"]


def test_every_outcome_has_a_mark_of_its_own_and_a_word(page: str) -> None:
    for name, word in wording.OUTCOMES.items():
        assert f'id="m-{name}"' in page
        assert word in page
    assert "131 of 160 VMs are protected (81.9 %), as of 16 Jun 2026, 12:00." in page
    assert set(wording.STATES) == set(EstateState)
    assert "The 100 items with the most bad nights, of 140." in page


@pytest.mark.parametrize(
    ("of", "text"),
    [
        (facts([]), "Nothing is protected."),
        (facts([item()], {"vm-1": [backup(DUE)]}), "The backup was made."),
        (facts([item()], {"vm-1": [backup(DUE, "failed")]}), "1 backup failed. 0 of 1 were made."),
        (facts([item()]), "1 backup did not start. 0 of 1 were made."),
        (facts([item()], {"vm-1": [backup(DUE, "running")]}), "1 backup is running. 0 of 1 were made."),
        (facts([item(state="paused")]), "Nothing was due."),
        (
            facts([item(), item("vm-2")], {"vm-1": [backup(DUE)], "vm-2": [backup(DUE, "succeeded_with_warnings")]}),
            "All 2 backups were made. 1 of them with warnings.",
        ),
    ],
)
def test_the_headline_says_first_what_went_wrong(of: Facts, text: str) -> None:
    made = report(of)
    assert headline_of(made.head, made.items).text == text


def test_a_table_has_a_line_for_each_run_and_no_cell_is_a_formula() -> None:
    made = everything()
    text = as_csv(made.head, made.items)
    lines = list(csv.reader(io.StringIO(text, newline="")))
    assert text.endswith("\r\n")
    assert len(lines) == 1 + sum(1 + len(one["other_runs"]) for one in made.items)
    assert not [cell for line in lines[1:] for cell in line if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    names = {line[lines[0].index("vm_name")] for line in lines[1:]}
    assert {name if name[0] != "=" else f"'{name}" for name in NAMES} <= names


def test_charts_show_one_of_ten_thousand_and_no_value_as_none() -> None:
    pieces = stacked({"failed": 1, "missed": 0, "done": 9_999})
    assert [piece.name for piece in pieces] == ["failed", "done"]
    assert pieces[0].width > 5
    assert abs(sum(piece.width for piece in pieces) - BAR_WIDTH) < 0.1
    assert stacked({"done": 0}) == []
    none, zero, half, full = columns([None, 0, 5, 10], 40)
    assert none is None
    assert [one.height for one in (zero, half, full) if one] == [0.0, 50.0, 100.0]
    assert [size_text(count) for count in (0, 1023, 1 << 20, 11_394 << 20)] == ["0 B", "1023 B", "1.0 MB", "11.1 GB"]
    assert visible("a\u200bb\x00") == "a\\u200bb\\u0000"
