"""GET /v1/reports/daily in its three forms, what is refused, and links for browsers."""

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any

import jsonschema_rs
import psycopg
import pytest

from app.identity.access.limits import RequestLimits
from tests.reports.night_steps import AFTER, DUE, Nights, nights
from tests.world import World

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
MARKUP = "<script>alert(1)</script>"


@pytest.fixture
async def steps(world: World) -> Nights:
    return await nights(world)


async def test_one_report_in_three_forms(steps: Nights) -> None:
    job = await steps.fail(DUE)
    report = await steps.report()
    schema = {"$ref": "#/components/schemas/DailyReportRead", "components": steps.world.app.openapi()["components"]}
    jsonschema_rs.Draft202012Validator(schema, validate_formats=True).validate(report)
    assert report["failures"] == [
        {
            "azure_code": "NoAgent",
            "code": "azure_job_failed",
            "title": "No agent",
            "remedy": "Start it.",
            "count": 1,
            "vms": ["vm-web-01"],
        }
    ]
    assert (report["from"], report["to"], report["hours"]) == ("2026-06-15T00:00:00Z", "2026-06-16T00:00:00Z", 24.0)
    assert report["weak"]["never_restored"]["count"] == 1
    table = await steps.get(headers={"Accept": "text/csv"})
    (line,) = list(csv.DictReader(io.StringIO(table.text, newline="")))
    assert (line["outcome"], line["job"], line["cause"]) == ("failed", f"/v1/jobs/{job}", "No agent")
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    page = await steps.get(headers={"Accept": HTML})
    assert page.headers["Content-Type"].startswith("text/html")
    assert "1 backup failed" in page.text
    assert "Start it." in page.text


async def test_what_is_asked_for_wrongly_is_refused_with_a_remedy(steps: Nights) -> None:
    async def refused(**query: Any) -> tuple[int, str, str]:
        answer = await steps.get(**query)
        problem = answer.json()
        assert problem["remedy"]
        return answer.status_code, problem["code"], problem.get("pointer", "")

    tomorrow = str(AFTER.date() + timedelta(days=1))
    assert await refused(date=tomorrow) == (422, "report_not_due", "query:date")
    assert await refused(date="9999-12-31") == (422, "report_not_due", "query:date")
    assert await refused(date="2024-06-15") == (404, "report_not_found", "query:date")
    assert await refused(time_zone="Europe/Berlinn") == (422, "time_zone_not_known", "query:time_zone")
    assert await refused(time_zone="../UTC") == (422, "time_zone_not_known", "query:time_zone")
    assert await refused(revision=1) == (404, "report_not_found", "query:revision")
    assert await refused(headers={"Accept": "application/pdf"}) == (406, "form_not_offered", "header:Accept")
    # Where clocks are ahead, the next day has begun.
    assert (await steps.report(date="2026-06-16", time_zone="Asia/Tokyo"))["provisional"] is True
    posted = await steps.world.api.post("/v1/reports/daily/link", json={"date": tomorrow})
    assert (posted.status_code, posted.json()["pointer"]) == (422, "#/date")


async def test_today_is_provisional_and_nothing_is_written_by_reading(steps: Nights) -> None:
    steps.clock.at = DUE + timedelta(hours=1)
    await steps.read_until(steps.clock.at)
    report = await steps.report()
    assert (report["provisional"], report["revision"], report["written_at"]) == (True, 0, None)
    assert (report["items"][0]["outcome"], report["items"][0]["reason"]) == (None, "within_grace")
    assert await steps.world.rows("SELECT id FROM daily_reports") == []


async def test_a_tenant_without_items_has_a_clear_empty_report(steps: Nights) -> None:
    async with steps.world.stranger() as stranger:
        answer = await stranger.get("/v1/reports/daily", params={"date": "2026-06-15"})
        page = await stranger.get("/v1/reports/daily", params={"date": "2026-06-15"}, headers={"Accept": "text/html"})
    assert answer.json()["totals"]["items"] == 0
    assert answer.json()["items"] == []
    assert "Nothing is protected." in page.text


# --- links -----------------------------------------------------------------------------------------------------------
async def link_of(steps: Nights, **body: Any) -> str:
    answer = await steps.world.api.post("/v1/reports/daily/link", json={"date": "2026-06-15", **body})
    assert answer.status_code == 201, answer.text
    url: str = answer.json()["url"]
    return url


async def test_a_link_opens_one_page_without_a_token_and_nothing_else(steps: Nights) -> None:
    await steps.write()
    await steps.fail(DUE, title=MARKUP)
    steps.clock.at += timedelta(hours=1)
    url, first = await link_of(steps), await link_of(steps, revision=1)
    await steps.write()
    async with steps.world.client(token=None) as browser:
        page, of_first = await browser.get(url), await browser.get(first)
        assert (page.status_code, of_first.status_code) == (200, 200)
        assert "1 backup failed" in page.text
        assert "1 backup did not start" in of_first.text
        assert "<script" not in page.text
        assert "&lt;script&gt;" in page.text
        token = url.partition("link=")[2]
        for path in ("/v1/reports/daily", "/v1/reports", "/v1/jobs", "/v1/me"):
            answer = await browser.get(
                path, params={"date": "2026-06-15"}, headers={"Authorization": f"Bearer {token}"}
            )
            assert answer.status_code == 401
        for method in ("POST", "PUT", "DELETE"):
            assert (await browser.request(method, url)).status_code == 405
        assert (await browser.get(url + "&date=2026-06-14")).text == page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    (entry, *_) = await steps.world.rows(
        "SELECT actor_name, details FROM audit_entries WHERE action = 'create_report_link'"
    )
    assert entry["details"]["date"] == "2026-06-15"
    kept = json.dumps(await steps.world.rows("SELECT * FROM report_links, audit_entries"), default=str)
    assert token not in kept


def expire(steps: Nights, within: str) -> None:
    with psycopg.connect(steps.world.settings.database_dsn) as owner:
        owner.execute("UPDATE report_links SET expires_at = clock_timestamp() + CAST(%s AS interval)", [within])


async def test_a_link_that_is_over_or_guessed_leads_nowhere(steps: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    guessed: list[str] = []
    monkeypatch.setattr(RequestLimits, "count_bad_token", lambda _, address: guessed.append(address))
    url = await link_of(steps)
    async with steps.world.client(token=None) as browser:
        expire(steps, "-1 s")
        for one in (url, url[:-1], re.sub("=.*", "=x", url), url.upper()):
            answer = await browser.get(one)
            assert answer.status_code == 404
        assert len(guessed) == 2  # a bookmark that is over is no guess: it shuts nobody out
        assert "Ask for a new one" in (await browser.get(url)).text
        assert (await browser.get("/reports/daily")).status_code == 422
    expire(steps, "1 h")
    async with steps.world.client(token=None) as browser:
        assert (await browser.get(url)).status_code == 200
        await steps.world.rows("DELETE FROM members RETURNING 1")
        await steps.world.rows("DELETE FROM tenants RETURNING 1")
        assert (await browser.get(url)).status_code == 404


async def test_a_reader_may_make_a_link_and_a_token_for_reading_only_may_not(steps: Nights) -> None:
    body = {"date": "2026-06-15"}
    async with steps.world.client(roles=["reader"]) as reader:
        assert (await reader.post("/v1/reports/daily/link", json=body)).status_code == 201
    async with steps.world.client(scp="read") as reading:
        answer = await reading.post("/v1/reports/daily/link", json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
        assert (await reading.get("/v1/reports/daily", params=body)).status_code == 200


async def test_another_tenant_sees_neither_the_reports_nor_their_number(steps: Nights) -> None:
    await steps.write()
    async with steps.world.stranger() as stranger:
        assert (await stranger.get("/v1/reports")).json()["items"] == []
        query = {"date": "2026-06-15", "revision": "1"}
        assert (await stranger.get("/v1/reports/daily", params=query)).status_code == 404
        answer = await stranger.get("/v1/reports/daily", params={"date": "2026-06-15"}, headers={"Accept": "text/html"})
        assert "vm-web-01" not in answer.text
