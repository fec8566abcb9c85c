"""One resource of each kind that has an ETag, and a change of it that callers see."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from app.alerts.findings import Finding
from app.alerts.intake.board import Told
from app.alerts.intake.records import take_in
from app.alerts.kinds import AlertKind
from app.alerts.models import Alert
from app.core.events.types import EventType
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import State
from app.jobs.work import Ticket
from app.restore_tests.models import RestoreTestRun
from app.restore_tests.runs.events import tell
from app.restores import sessions
from app.restores.results import MountResult, UnmountResult
from app.webhooks.models import Webhook
from tests.isolation.foreign_requests import QUARTER
from tests.restore_tests.round_steps import begun, defined, isolated, run_tests
from tests.restores.restore_requests import ask
from tests.world import DISKS, HOME, KEEP, World

DEFAULT_GROUP = {"resource_group_id": DISKS["resource_group_id"]}

Change = Callable[[], Awaitable[Any]]
SILENCE = {"from": "2026-01-31T08:00:00Z", "until": "2026-01-31T10:00:00Z", "reason": "work", "kind": "job_failed"}


@dataclass(frozen=True, slots=True)
class Resource:
    path: str
    change: Change
    others: tuple[Change, ...] = ()
    """Changes that callers hear of in another way."""


async def resources(world: World) -> Mapping[str, Resource]:
    """By the path of the OpenAPI document that reads them."""
    item = await world.item()
    await world.back_up(item)
    backup = (await world.api.post(f"/v1/protected-items/{item['id']}/backups", json={"retain_until": KEEP})).json()
    restore = (await ask(world, item, DISKS)).json()
    restore_path = (await world.api.get("/v1/restores")).json()["items"][0]["id"]
    await world.api.patch(f"/v1/tenants/{HOME}", json={"approvals": ["delete_data"]}, headers={"If-Match": "*"})
    world.services.access.forget()
    approval = (await world.api.delete(f"/v1/protected-items/{item['id']}")).json()["approval"]
    vault = item["vault_id"]
    azure_alerts = f"/v1/vaults/{vault}/azure-alerts"
    await world.api.put(azure_alerts, json={"emails": ["one@example.com"]})
    silence = (await world.api.post("/v1/alert-silences", json=SILENCE)).headers["Location"]
    alert, webhook = await alert_and_webhook(world)
    waves = [{"name": "all", "members": [{"protected_item_id": item["id"]}]}]
    plan = {"name": "all", "target": {"recover": DISKS}, "waves": waves}
    plan_path = (await world.api.post("/v1/recovery-plans", json=plan)).headers["Location"]
    run = (await world.api.post(f"{plan_path}/runs", json={"mode": "recover"})).json()
    target = {"location": "westus", "vault_id": vault, "policy_id": item["policy_id"]}
    ruled = {"name": "rule", "priority": 1, "selector": {}, "targets": [target]}
    rule = (await world.api.post("/v1/protection-rules", json=ruled)).headers["Location"]
    await isolated(world)
    test = await defined(world)
    tests = await begun(world, test)
    await world.rows("UPDATE jobs SET state = 'running' WHERE id = CAST(:id AS uuid) RETURNING id", id=tests["id"])
    (tested,) = (await world.api.get("/v1/restore-test-runs")).json()["items"]
    sql, put = _by_sql(world), _by_request(world, "PUT")
    return {
        "/v1/vaults/{vault_id}": Resource(f"/v1/vaults/{vault}", sql("vaults", vault, "location = 'x'")),
        "/v1/policies/{policy_id}": Resource(
            f"/v1/policies/{item['policy_id']}", sql("policies", item["policy_id"], "name = 'x'")
        ),
        "/v1/protected-items/{item_id}": Resource(
            f"/v1/protected-items/{item['id']}", sql("protected_items", item["id"], "azure_state = 'x'")
        ),
        "/v1/jobs/{job_id}": Resource(f"/v1/jobs/{backup['id']}", sql("jobs", backup["id"], "waiting_reason = 'x'")),
        "/v1/restores/{restore_id}": Resource(
            f"/v1/restores/{restore_path}",
            sql("jobs", restore["id"], "waiting_reason = 'x'"),
            (partial(_mounted, world, UUID(restore_path)), partial(_ended, world, UUID(restore_path))),
        ),
        "/v1/approvals/{approval_id}": Resource(
            approval, sql("approvals", approval.rpartition("/")[2], "state = 'withdrawn'")
        ),
        "/v1/tenants/{tenant_id}": Resource(
            f"/v1/tenants/{HOME}", _by_request(world, "PATCH")(f"/v1/tenants/{HOME}", {"name": "x"})
        ),
        "/v1/webhooks/{webhook_id}": Resource(f"/v1/webhooks/{webhook}", sql("webhooks", webhook, "state = 'paused'")),
        "/v1/alerts/{alert_id}": Resource(
            f"/v1/alerts/{alert}",
            _by_request(world, "POST")(f"/v1/alerts/{alert}/acknowledge", {"reason": "x"}),
            (partial(_found_again, world),),
        ),
        "/v1/recovery-plans/{plan_id}": Resource(plan_path, _by_request(world, "PATCH")(plan_path, {"name": "x"})),
        "/v1/recovery-runs/{run_id}": Resource(run["run"], sql("jobs", run["id"], "waiting_reason = 'x'")),
        "/v1/restore-tests/{test_id}": Resource(
            f"/v1/restore-tests/{test['id']}",
            _by_request(world, "PATCH")(f"/v1/restore-tests/{test['id']}", {"name": "x"}),
        ),
        "/v1/protection-rules/{rule_id}": Resource(rule, _by_request(world, "PATCH")(rule, {"name": "x"})),
        "/v1/restore-test-runs/{test_run_id}": Resource(
            f"/v1/restore-test-runs/{tested['id']}", partial(run_tests, world)
        ),
        "/v1/reports/restore-tests": Resource(
            f"/v1/reports/restore-tests?quarter={QUARTER}", partial(_a_test_ended, world, UUID(tested["id"]))
        ),
        "/v1/alert-rules/{kind}": Resource(
            "/v1/alert-rules/job_failed", put("/v1/alert-rules/job_failed", {"enabled": False})
        ),
        "/v1/alert-silences/{silence_id}": Resource(
            silence, _by_request(world, "PATCH")(silence, {"until": "2026-01-31T09:00:00Z"})
        ),
        "/v1/expectations": Resource("/v1/expectations", put("/v1/expectations", {"grace_seconds": 60})),
        "/v1/restore-defaults": Resource("/v1/restore-defaults", put("/v1/restore-defaults", DEFAULT_GROUP)),
        "/v1/vaults/{vault_id}/restore-defaults": Resource(
            f"/v1/vaults/{vault}/restore-defaults", put(f"/v1/vaults/{vault}/restore-defaults", DEFAULT_GROUP)
        ),
        "/v1/protected-items/{item_id}/expectations": Resource(
            f"/v1/protected-items/{item['id']}/expectations",
            put(f"/v1/protected-items/{item['id']}/expectations", {"grace_seconds": 60}),
        ),
        "/v1/vaults/{vault_id}/azure-alerts": Resource(
            azure_alerts, put(azure_alerts, {"emails": ["two@example.com"]})
        ),
    }


async def _a_test_ended(world: World, run_id: UUID) -> None:
    """As the end of a run writes it: the row and its event."""
    async with world.database.begin() as session:
        run = await session.get_one(RestoreTestRun, run_id)
        run.state, run.outcome, run.ended_at = "ended", "not_proven", world.services.clock.now()
        await tell(session, run, EventType.RESTORE_TEST_ENDED, {})


async def alert_and_webhook(world: World) -> tuple[str, str]:
    """The ids of an alert and of a webhook."""
    alert, webhook, moment = uuid4(), uuid4(), world.services.clock.now()
    async with world.database.begin() as session:
        texts = dict.fromkeys(("key", "thing", "subject", "title", "remedy"), "x")
        times = dict.fromkeys(("first_at", "last_at", "seen_at", "due_at", "opened_at"), moment)
        said = {"kind": "job_failed", "severity": "critical", "state": "open", "details": {}, "count": 1}
        session.add(Alert(id=alert, tenant=HOME, **texts, **times, **said))
    async with world.services.database.of_tenant(HOME).begin() as session:
        hook = {"url": "https://x.example", "types": ["*"], "filter": {}, "secret": "x", "state": "active"}
        session.add(Webhook(id=webhook, tenant=HOME, description=None, **hook))
    return str(alert), str(webhook)


def _of_session(restore: UUID) -> Ticket:
    """A job about the session of a mount that is not the mount: its events are not the restore's."""
    none: dict[str, Any] = dict.fromkeys(("vault_id", "protected_item_id"))
    said: dict[str, Any] = {"kind": JobKind.MOUNT_FILES, "state": State.RUNNING, "fence": 1, "ask": {}, "tries": 0}
    return Ticket(id=uuid4(), tenant=HOME, resource_id=restore, **said, **none)


async def _mounted(world: World, restore: UUID) -> None:
    renewed = MountResult(
        resources=[],
        mode="files",
        renewed=True,
        recovery_point_id=None,
        recovery_point=None,
        operation_id="x",
        expires_at=None,
    )
    async with world.database.begin() as session:
        await sessions.record_mounted(session, _of_session(restore), renewed)


async def _ended(world: World, restore: UUID) -> None:
    async with world.database.begin() as session:
        await sessions.record_ended(
            session, _of_session(restore), UnmountResult(resources=[], mode="files", ended_by="azure")
        )


async def _found_again(world: World) -> None:
    """What the alert of `alert_and_webhook` is about happened once more."""
    moment = world.services.clock.now()
    said: dict[str, Any] = dict.fromkeys(("subject", "title", "remedy"), "x")
    found = Finding(kind=AlertKind.JOB_FAILED, key="x", opens=True, vm_id=None, details={}, at=moment, **said)
    async with world.database.begin() as session:
        await take_in(session, {HOME: [Told(found, moment, event_id=str(uuid4()))]})


def _by_sql(world: World) -> Callable[[str, str, str], Change]:
    """As another process does it: a change of the row."""

    def of(table: str, row: str, values: str) -> Change:
        async def change() -> None:
            changed = f"UPDATE {table} SET {values}, updated_at = clock_timestamp()"  # noqa: S608
            statement = f"{changed} WHERE id = :id RETURNING id"
            assert await world.rows(statement, id=row)

        return change

    return of


def _by_request(world: World, method: str) -> Callable[[str, Mapping[str, Any]], Change]:
    def of(path: str, body: Mapping[str, Any]) -> Change:
        async def change() -> None:
            answer = await world.api.request(method, path, json=dict(body), headers={"If-Match": "*"})
            assert answer.is_success, answer.text

        return change

    return of
