"""The quarterly report: what it says of which runs, in each form, and that it is the same while nothing changes."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuids

from app.evidence.keys import EvidenceKeys, new_key
from app.evidence.statement import Subject, digest_of
from app.evidence.store import append
from app.reports.errors import ReportNotDue, ReportNotFound, TimeZoneNotKnown
from app.restore_tests.models import RestoreTestRun
from app.restore_tests.quarter.contents import NO_RUN, report_of
from app.restore_tests.quarter.csv_table import as_csv
from app.restore_tests.quarter.facts import EvidenceFacts, ItemFacts, PlanRunFacts, QuarterFacts, RunFacts
from app.restore_tests.quarter.page import as_page, headline_of, minutes_text, up_to_of
from app.restore_tests.quarter.period import Quarter, check_quarter, name_of, read_quarter
from app.restore_tests.quarter.reads import read_facts
from app.restore_tests.quarter.schemas import RestoreTestQuarter
from app.restore_tests.runs.pruning import KEPT
from tests.isolation.foreign_requests import QUARTER
from tests.world import HOME, World

PLACE = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/{}/providers/Microsoft.Compute/"
Q1 = read_quarter("2026-Q1", "Europe/Berlin")
AT = datetime(2026, 2, 1, 3, tzinfo=UTC)


def vm(name: str, group: str = "rg-a") -> str:
    return f"{PLACE.format(group)}virtualMachines/{name}"


def uuid(number: int) -> str:
    return f"01890000-0000-7000-8000-{number:012d}"


def run(number: int, item: int, outcome: str, name: str = "vm-1", group: str = "rg-a", **more: Any) -> RunFacts:
    level = {
        "level": "boots",
        "outcome": "passed" if outcome == "proven" else "failed",
        "azure_code": "X",
        "remedy": "R",
    }
    made = RunFacts(
        id=uuid(number),
        restore_test_id=uuid(1),
        item_id=uuid(item),
        vm_id=vm(name, group),
        ended_at=AT + timedelta(days=number),
        outcome=outcome,
        failed_level="boots" if outcome in {"failed", "timed_out"} else None,
        detail=None if outcome == "proven" else f"why {number}",
        levels=[level] if outcome != "not_proven" else [],
        measured={"disks_seconds": 10.0, "boot_seconds": 10.0 * number} if outcome == "proven" else {},
        left=[],
        recovery_point_time="2026-01-31T04:57:49Z",
        evidence=EvidenceFacts(number, f"{number:064d}", "key"),
    )
    return replace(made, **more)


def facts(*runs: RunFacts, items: int = 5) -> QuarterFacts:
    known = [ItemFacts(uuid(n), vm(f"vm-{n}", "rg-a" if n < 3 else "RG-B"), "protected") for n in range(1, items + 1)]
    plan = PlanRunFacts(uuid(90), uuid(91), "=all", "rehearse", AT, 4, 4, 3000.0, 3600)
    late = replace(plan, id=uuid(92), plan_name=None, rto_seconds=4000.0)
    return QuarterFacts("tenant", "<b>Payments</b>", known, runs, [plan, late, replace(plan, rto_seconds=None)])


HISTORY = facts(
    run(1, 1, "proven"),
    run(2, 1, "failed"),  # it was proven before
    run(3, 2, "failed", "vm-2"),
    run(4, 2, "proven", "vm-2"),
    run(5, 2, "not_proven", "vm-2", evidence=None),  # says nothing about the backup
    run(6, 3, "timed_out", "vm-3", "RG-B", left=[{"id": "/disk", "reason": "locked"}]),
    run(7, 4, "not_proven", "vm-4", "rg-b", evidence=None),
)


def test_the_last_run_that_judged_a_vm_decides() -> None:
    report = report_of(Q1, HISTORY, is_over=True)
    shown = {one["vm"]["name"]: one for one in report["items"]}
    assert [(name, one["outcome"]) for name, one in shown.items()] == [
        ("vm-1", "failed"),
        ("vm-3", "timed_out"),
        ("vm-5", "not_tested"),
        ("vm-4", "not_proven"),
        ("vm-2", "proven"),
    ]
    assert (shown["vm-1"]["reason"], shown["vm-1"]["azure_code"], shown["vm-1"]["failed_level"]) == (
        "why 2",
        "X",
        "boots",
    )
    assert shown["vm-1"]["proven_at"] is not None
    assert (shown["vm-5"]["reason"], shown["vm-5"]["evidence"]) == (NO_RUN, None)
    assert (shown["vm-4"]["reason"], shown["vm-4"]["evidence"]) == ("why 7", None)
    assert (shown["vm-2"]["rto_seconds"], shown["vm-2"]["evidence"]["sequence"], shown["vm-2"]["reason"]) == (
        40.0,
        4,
        None,
    )
    assert shown["vm-2"]["runs"] == {"proven": 1, "failed": 1, "not_proven": 1, "timed_out": 0}
    assert report["totals"] == {
        "items": 5,
        "failed": 1,
        "timed_out": 1,
        "not_tested": 1,
        "not_proven": 1,
        "proven": 1,
        "proven_percent": 20.0,
        "proven_by_level": {"restored": 0, "boots": 1, "answers": 0, "your_check": 0},
        "runs": 7,
    }
    first, second = report["groups"]
    assert (first["resource_group"], first["items"], first["proven"]) == ("rg-a", 2, 1)
    assert first["rto_seconds"] == {"shortest": 10.0, "median": 25.0, "longest": 40.0}
    assert (second["items"], second["rto_seconds"]) == (3, None)
    assert [one["promise_kept"] for one in report["plans"]] == [True, False, None]
    assert [one["reason"] for one in report["failures"]["runs"]] == ["why 7", "why 6", "why 5", "why 3", "why 2"]
    assert report["left"] == {
        "count": 1,
        "things": [
            {"run": f"/v1/restore-test-runs/{uuid(6)}", "vm_name": "vm-3", "id": "/disk", "reason": "locked"},
        ],
    }
    assert (report["evidence"]["count"], report["evidence"]["first_sequence"], report["evidence"]["last_sequence"]) == (
        5,
        1,
        6,
    )
    RestoreTestQuarter.read(report, AT)


def test_the_digest_is_that_of_the_content() -> None:
    report = report_of(Q1, HISTORY, is_over=True)
    assert report == report_of(Q1, HISTORY, is_over=True)
    digest = report.pop("digest")
    assert digest == digest_of(report)
    assert digest != report_of(Q1, HISTORY, is_over=False)["digest"]


def test_the_page_escapes_what_is_foreign_and_the_table_has_a_line_for_each_item() -> None:
    evil = facts(run(1, 1, "failed", detail="<script>alert(1)</script>\u202e"))
    report = report_of(Q1, evil, is_over=False)
    page = as_page(report)
    assert "<script>" not in page
    assert "&lt;b&gt;Payments" in page
    assert "\u202e" not in page
    assert "This quarter is not over" in page
    formula = report_of(Q1, facts(run(1, 1, "failed", detail="=1+1")), is_over=True)
    lines = list(csv.DictReader(io.StringIO(as_csv(formula))))
    assert len(lines) == 5
    failed = next(one for one in lines if one["outcome"] == "failed")
    assert (failed["reason"], failed["evidence_sha256"], failed["runs_failed"]) == ("'=1+1", f"{1:064d}", "1")
    assert as_page(report_of(Q1, QuarterFacts("t", "t", [], []), is_over=True))


def test_words() -> None:
    totals = {"items": 3, "proven": 1, "failed": 1, "timed_out": 0, "not_tested": 1, "not_proven": 0}
    assert headline_of(totals) == "1 of 3 VMs was proven to come back: 1 failed, 1 not tested."
    assert up_to_of({"restored": 2, "boots": 0, "your_check": 1}) == "2 up to restored, 1 up to your check"
    assert headline_of(totals | {"proven": 3}) == "All 3 VMs were proven to come back."
    assert [minutes_text(one) for one in (None, 0.0, 59.6, 178.0, 7500.0)] == [
        "",
        "0 s",
        "1 min 0 s",
        "2 min 58 s",
        "2 h 5 min",
    ]


def test_a_quarter_is_as_the_clocks_of_the_zone_go() -> None:
    assert (Q1.begins.isoformat(), Q1.ends.isoformat()) == ("2025-12-31T23:00:00+00:00", "2026-03-31T22:00:00+00:00")
    fourth = read_quarter("2026-Q4", "UTC")
    assert (fourth.begins, fourth.ends) == (datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert name_of(fourth.begins.date()) == "2026-Q4"
    with pytest.raises(TimeZoneNotKnown):
        read_quarter("2026-Q1", "Mars/Olympus")
    check_quarter(Q1, Q1.begins)
    check_quarter(Q1, Q1.begins + KEPT)
    with pytest.raises(ReportNotDue):
        check_quarter(Q1, Q1.begins - timedelta(seconds=1))
    with pytest.raises(ReportNotFound):
        check_quarter(Q1, Q1.begins + KEPT + timedelta(seconds=1))
    assert Quarter("2026-Q1", "UTC", AT, AT).is_over(AT)


async def a_proven_run(world: World, item: dict[str, Any]) -> RestoreTestRun:
    """As the end of a run writes it, with its signed statement."""
    moment = world.services.clock.now()
    script = {"input": {"text": "x" * 32_000}, "facts": {"output": "y" * 4096}, "azure_code": None, "remedy": None}
    level = {"level": "boots", "outcome": "passed", "at": moment.isoformat(), **script}
    run = RestoreTestRun(
        id=uuids.uuid7(),
        tenant=HOME,
        restore_test_id=uuids.uuid7(),
        job_id=uuids.uuid7(),
        position=0,
        state="ended",
        protected_item_id=UUID(item["id"]),
        vm_id=item["vm_id"],
        outcome="proven",
        levels=[level],
        ended_at=moment,
        measured={"disks_seconds": 60.0, "boot_seconds": 178.0},
        recovery_point={"id": "rp", "time": moment.isoformat()},
    )
    async with world.database.begin() as session:
        session.add(run)
        subject = Subject(run.vm_id, "", "rp", moment.isoformat())
        await append(session, EvidenceKeys([new_key()]), tenant=HOME, about=run.id, subject=subject, facts={})
    return run


async def test_a_proven_vm_and_one_that_no_test_took_are_in_the_report_of_this_quarter(world: World) -> None:
    item = await world.item()
    other = await world.item("vm-db-01", {"id": item["vault_id"]})
    path = f"/v1/reports/restore-tests?quarter={QUARTER}"
    before = await world.api.get(path)
    assert before.json()["totals"]["not_tested"] == 2
    tested = await a_proven_run(world, item)
    answer = await world.api.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert answer.status_code == 200, answer.text
    report = answer.json()
    shown = {one["protected_item_id"]: one for one in report["items"]}
    proven = shown[item["id"]]
    assert (proven["outcome"], proven["rto_seconds"], proven["run"]) == (
        "proven",
        178.0,
        f"/v1/restore-test-runs/{tested.id}",
    )
    assert shown[other["id"]]["outcome"] == "not_tested"
    everything = Quarter(QUARTER, "UTC", datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
    async with world.database.begin() as session:
        facts = await read_facts(session, HOME, everything)
    short = {"level": "boots", "outcome": "passed", "azure_code": None, "remedy": None}
    assert [run.levels for run in facts.runs] == [[short]], "no scripts and outputs are read"
    assert (report["provisional"], report["totals"]["proven_percent"]) == (True, 50.0)
    stated = (await world.rows("SELECT hash, sequence FROM evidence"))[0]
    assert (proven["evidence"]["sha256"], proven["evidence"]["sequence"]) == (stated["hash"], stated["sequence"])

    forms = {}
    for form in ("application/json", "text/csv", "text/html"):
        found = await world.api.get(path, headers={"Accept": form})
        assert (found.status_code, found.headers["Vary"]) == (200, "Accept")
        assert found.headers["Content-Type"].startswith(form)
        forms[found.headers["ETag"]] = form
        unchanged = {"Accept": form, "If-None-Match": found.headers["ETag"]}
        assert (await world.api.get(path, headers=unchanged)).status_code == 304, form
    assert len(forms) == 3, "other bytes, another version"
    assert stated["hash"] in found.text
    assert "default-src 'none'" in found.headers["Content-Security-Policy"]
    await world.rows("DELETE FROM protected_items WHERE id = CAST(:id AS uuid) RETURNING id", id=other["id"])
    gone = (await world.api.get(path)).json()
    assert {one["protected_item_id"]: one["state"] for one in gone["items"]}[other["id"]] == "gone"

    for query, status, code in (
        ("quarter=2026-Q5", 422, "invalid_request"),
        ("quarter=1999-Q1", 422, "invalid_request"),
        ("", 422, "invalid_request"),
        ("quarter=2020-Q1", 404, "report_not_found"),
        ("quarter=2099-Q4", 422, "report_not_due"),
        (f"quarter={QUARTER}&time_zone=Mars/Olympus", 422, "time_zone_not_known"),
    ):
        refused = await world.api.get(f"/v1/reports/restore-tests?{query}")
        assert (refused.status_code, refused.json()["code"]) == (status, code), query
    nothing = await world.api.get(path, headers={"Accept": "image/png"})
    assert (nothing.status_code, nothing.json()["code"]) == (406, "form_not_offered")
