"""The end of the demo: the totals of the day, and the page that a link opens without a token."""

import io
from pathlib import Path

import pytest
import respx
from rich.console import Console

from app.dev.console import Screen
from app.dev.daily_report import OUTCOMES, show_report
from app.dev.story import StoryFailed

API = "http://api.test"
PAGE = f"{API}/reports/daily?link=x"


@pytest.mark.parametrize("status", [200, 404])
def test_it_says_the_totals_and_keeps_the_page(respx_mock: respx.MockRouter, tmp_path: Path, status: int) -> None:
    totals = {"items": 1, "expected": 0, **dict.fromkeys(OUTCOMES, 0), "done": 2}
    report = {"totals": totals, "weak": {"soft_delete_off": {"count": 1}, "never_restored": {"count": 0}}}
    respx_mock.get(f"{API}/v1/reports/daily").respond(json=report)
    made = {"url": PAGE, "expires_at": "2026-01-01T04:00:00Z"}
    respx_mock.post(f"{API}/v1/reports/daily/link").respond(201, json=made)
    opened = respx_mock.get(PAGE).respond(status, text="<p>page</p>")
    shown = io.StringIO()
    screen = Screen(Console(file=shown, width=200))
    if status == 404:
        with pytest.raises(StoryFailed, match="404"):
            show_report(API, "token", screen, lambda: None, tmp_path)
        return
    path = show_report(API, "token", screen, lambda: None, tmp_path)
    assert path.read_text(encoding="utf-8") == "<p>page</p>"
    assert "Authorization" not in opened.calls[0].request.headers
    assert "of all that ran: 2 done" in shown.getvalue()
    assert "weak: 1 soft delete off" in shown.getvalue()
