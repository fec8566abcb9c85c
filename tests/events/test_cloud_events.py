"""An event says what a GET answers, and one that cannot be read stops no other."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import jsonschema_rs

from app.core.events import store
from app.core.events.models import Event
from app.estate.drift_rules import DriftKind
from app.estate.models import EstateDrift
from app.estate.tamper.radius import WeakeningKind
from app.events.cloud_events import cloud_event_of
from app.reports.models import DailyReport
from app.reports.schemas import TotalsRead
from app.webhooks.document import name_of
from app.wiring import RENDERINGS, event_body
from tests.events.resources import alert_and_webhook
from tests.test_openapi import validator
from tests.world import HOME, KEEP, World, vm_id

OF_TESTS = {"last_proven_at", "proven_level", "rto_seconds", "proofs", "refuted_at"}
ASKED_LATER = {"rpo", "consistency", "items_count"} | OF_TESTS
"""What depends on the time of asking, or is told by restore_test.ended: a GET answers it, an event does not say it."""


async def told(world: World) -> list[dict[str, Any]]:
    """Every event of the tenant up to now, as JSON."""
    async with world.database.begin() as session:
        while await store.publish(session):
            pass
    async with world.database.begin() as session:
        events = await store.read_after(session, 0, 1000, Event.tenant == HOME)
    return [as_documented(event) for event in events]


@cache
def schema_of(type_: str) -> jsonschema_rs.Draft202012Validator:
    """The form of an event of this type, by the committed document (tests/test_openapi.py compares it to the code)."""
    document = json.loads((Path(__file__).parents[2] / "openapi" / "openapi.json").read_text(encoding="utf-8"))
    made: jsonschema_rs.Draft202012Validator = validator(document, name_of(type_))
    return made


def as_documented(event: Event) -> dict[str, Any]:
    """As JSON, which is as the `webhooks` of the OpenAPI document say."""
    told: dict[str, Any] = json.loads(event_body(event))
    schema_of(told["type"]).validate(told)
    assert told["data"] is not None
    return told


async def answered(world: World, path: str) -> dict[str, Any]:
    answer = await world.api.get(path)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return {name: value for name, value in found.items() if name not in ASKED_LATER}


def newest(events: list[dict[str, Any]], subject: str) -> Mapping[str, Any]:
    return next(event["data"] for event in reversed(events) if event["subject"] == subject)


async def test_an_event_says_what_a_get_answers(world: World) -> None:
    item = await world.item()
    job = await world.back_up(item)
    asked = await world.api.post(
        f"/v1/protected-items/{item['id']}/backups", json={"retain_until": KEEP, "labels": {"team": "red"}}
    )
    events = await told(world)
    paths = [
        f"/v1/protected-items/{item['id']}",
        f"/v1/vaults/{item['vault_id']}",
        f"/v1/policies/{item['policy_id']}",
        f"/v1/jobs/{job['id']}",
        asked.headers["Location"],
    ]
    for path in paths:
        # A look that found nothing new is no event, and moves only the time of the look.
        looked = {"as_of", "updated_at"} if "/jobs/" not in path else {"position"}
        said, now = newest(events, path), await answered(world, path)
        assert {name: value for name, value in said.items() if name not in looked} == {
            name: value for name, value in now.items() if name not in looked
        }
    ended = next(event for event in events if event["subject"] == f"/v1/jobs/{job['id']}" and "ended" in event["type"])
    assert ended == {
        "specversion": "1.0",
        "id": ended["id"],
        "source": f"/v1/tenants/{HOME}",
        "type": "holdfast.job.ended",
        "subject": f"/v1/jobs/{job['id']}",
        "time": ended["time"],
        "datacontenttype": "application/json",
        "action": "updated",
        "data": ended["data"],
    }


async def test_tenants_and_approvals_are_told_as_they_are_answered(world: World) -> None:
    item = await world.item()
    changed = await world.api.patch(
        f"/v1/tenants/{HOME}",
        json={"approvals": ["delete_data"], "grants": [{"subscription_id": vm_id("x").split("/")[2]}]},
        headers={"If-Match": "*"},
    )
    assert changed.status_code == 200, changed.text
    world.services.access.forget()  # as its NOTIFY does, a moment later
    asked = await world.api.delete(f"/v1/protected-items/{item['id']}")
    assert asked.status_code == 202, asked.text
    approval = asked.json()["approval"]
    events = await told(world)
    assert newest(events, approval) == await answered(world, approval)
    assert newest(events, f"/v1/tenants/{HOME}") == await answered(world, f"/v1/tenants/{HOME}")


async def test_drift_reports_and_what_has_no_work_are_told_as_they_are_answered(world: World) -> None:
    """Rows as the loops write them: what is compared is the event with the answer."""
    alert, webhook = await alert_and_webhook(world)
    async with world.database.begin() as session:
        seen = {"kind": "vault", "id": str(UUID(int=3)), "name": "v", "vm_id": None, "vault_id": str(UUID(int=3))}
        drift = {"kind": DriftKind.SOFT_DELETE_WEAKENED.value, "subject_key": "v", "subject": seen}
        session.add(EstateDrift(id=uuid4(), tenant=HOME, before={"state": "on"}, after={"state": "off"}, **drift))
        totals = dict.fromkeys(TotalsRead.model_fields, 1)
        report = {"day": date(2026, 1, 31), "time_zone": "Europe/Berlin", "revision": 1, "totals": totals}
        kept = {"head": {}, "items": [], "nights": {}, "digest": "x"}
        session.add(DailyReport(id=uuid4(), tenant=HOME, **report, **kept))
    await world.rows("UPDATE alerts SET told_at = clock_timestamp() RETURNING id")
    events = await told(world)
    for path, subject in (("/v1/estate/drift", "/v1/estate/drift"), ("/v1/reports", "/v1/reports/daily")):
        (listed,) = (await world.api.get(path)).json()["items"]
        assert newest(events, subject) == listed
    assert newest(events, f"/v1/webhooks/{webhook}") == await answered(world, f"/v1/webhooks/{webhook}")
    assert newest(events, f"/v1/alerts/{alert}") == await answered(world, f"/v1/alerts/{alert}")


def an_event(**values: Any) -> Event:
    usual = {"id": uuid4(), "tenant": "t", "type": "holdfast.vault.changed", "action": "created", "data": {}}
    usual |= {"resource_kind": "vault", "resource_id": str(UUID(int=1)), "at": datetime(2026, 1, 31, tzinfo=UTC)}
    return Event(**(usual | values))


def test_an_event_that_cannot_be_read_is_told_without_data() -> None:
    """A newer version wrote it, or a row that nothing foresaw: those behind it are told all the same."""
    unknown = cloud_event_of(an_event(type="holdfast.moon.risen", resource_kind="moon"), RENDERINGS)
    assert (unknown.type, unknown.subject, unknown.data) == ("holdfast.moon.risen", None, None)
    broken = cloud_event_of(an_event(data={"state": 7, "created_at": "no time"}), RENDERINGS)
    assert (broken.subject, broken.data) == (f"/v1/vaults/{UUID(int=1)}", None)


def test_misses_drift_and_reports_are_told_as_their_lists_answer() -> None:
    at = "2026-02-01T22:00:00+00:00"
    item = str(UUID(int=3))
    miss = {"id": 1, "protected_item_id": item, "vm_id": vm_id("vm-web-01"), "kind": "missed", "at": at, "due_at": at}
    miss |= {"grace_seconds": 60, "objective_seconds": None, "source": "policy", "point_at": None, "recorded_at": at}
    of_item = {"resource_kind": "item", "resource_id": item, "data": miss}
    for type_ in ("holdfast.backup.missed", "holdfast.backup.recovered", "holdfast.backup.withdrawn"):
        told = as_documented(an_event(type=type_, **of_item))
        assert told["subject"] == f"/v1/protected-items/{item}"
        assert (told["data"]["vm"]["name"], told["data"]["due_at"]) == ("vm-web-01", "2026-02-01T22:00:00Z")
    subject: dict[str, Any] = {"kind": "vault", "id": item, "name": "v", "vm_id": None, "vault_id": item}
    drift: dict[str, Any] = {
        "id": item,
        "kind": next(iter(DriftKind)).value,
        "subject": subject,
        "before": {},
        "after": {},
    }
    drift |= {"azure_job_id": None, "seen_at": at, "resolved_at": None}
    found = as_documented(an_event(type="holdfast.drift.found", resource_kind="drift", data=drift))
    assert found["subject"] == "/v1/estate/drift"
    assert found["data"]["state"] == "open"
    weaker: dict[str, Any] = {
        "id": item,
        "vault_id": item,
        "vault": "v",
        "kind": WeakeningKind.GUARD_REMOVED.value,
        "subjects": [],
    }
    weaker |= {"change": {}, "radius": {}, "seen_at": at, "weighed_at": at, "resolved_at": None}
    found = as_documented(an_event(type="holdfast.vault.weakened", resource_kind="weakening", data=weaker))
    assert (found["subject"], found["data"]["vault"]) == ("/v1/estate/drift", "v")
