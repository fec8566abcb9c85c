"""No change without its entry, no entry without its change: every operation of the document that writes is walked.

Each is asked for twice. The first time the trail cannot be written, and then nothing else is either; the second time
the change is there, and exactly one entry names the operation, the caller and the request.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
from sqlalchemy.exc import DBAPIError

from app.audit.entry_details import MAX_DETAILS
from app.core.db.database import libpq_url
from app.jobs.work import LoopName
from app.reports.writing import ReportLoop
from tests.approvals.decisions import REASON, approver, ask_to_replace, require
from tests.audit.chains import tamper
from tests.audit.ledger import RULES, Ledger
from tests.audit.refused_writes import AWAY
from tests.jobs.lost_attempts import claim_and_die, end_leases, send
from tests.reports.night_steps import SetClock
from tests.restore_tests.round_steps import BODY as TESTED
from tests.restore_tests.round_steps import isolated
from tests.world import DISKS, HOME, KEEP, POLICY, SUBSCRIPTION, VAULT, World, vm_id

WRITE_NOTHING = {
    "preview_policy",
    "preview_protection_rule",
    "preview_protection_rule_body",
    "preflight_restore",
    "preflight_recovery_plan",
    "estimate_cost",
    "receive_azure_alert",
    "put_restore_test_verdict",
}
"""They take a body, and change nothing; of an alert only when to look at a vault again; of a restore test the verdict,
and the entry of the run's end says what came of it."""
COUNTED = (
    "jobs",
    "job_events",
    "attempts",
    "restores",
    "vaults",
    "policies",
    "protected_items",
    "members",
    "tenants",
    "report_links",
    "expectations",
    "restore_defaults",
    "webhooks",
    "recovery_plans",
    "recovery_runs",
    "bulk_requests",
    "bulk_targets",
    "alert_rules",
    "alert_silences",
    "restore_tests",
    "restore_test_runs",
    "protection_rules",
    "protection_rule_members",
)


class Walk:
    """Writes, and looks at the trail after each."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.seen: set[str] = set()
        self._as_owner(AWAY)

    def _as_owner(self, statement: str) -> None:
        with psycopg.connect(libpq_url(self.world.database.url), autocommit=True) as connection:
            connection.execute(statement)

    async def counts(self) -> list[int]:
        return [(await self.world.rows(f"SELECT count(*) AS n FROM {table}"))[0]["n"] for table in COUNTED]  # noqa: S608

    async def entries(self, answer: httpx.Response) -> list[dict[str, Any]]:
        return await self.world.rows(
            "SELECT * FROM audit_entries WHERE request_id = :id", id=answer.headers["X-Request-ID"]
        )

    async def __call__(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, by: httpx.AsyncClient | None = None
    ) -> dict[str, Any]:
        client = by or self.world.api
        makes = path.endswith("/azure-alerts")  # of what is not there yet there is no version
        headers = {"If-Match": "*"} if method in {"PATCH", "PUT"} and not makes else {}
        before = await self.counts()
        self._as_owner("ALTER TABLE audit_entries ENABLE TRIGGER away")
        refused = await client.request(method, path, json=body, headers=headers)
        self._as_owner("ALTER TABLE audit_entries DISABLE TRIGGER away")
        assert refused.status_code == 503, (method, path, refused.text)
        assert await self.counts() == before, (method, path)
        answer = await client.request(method, path, json=body, headers=headers)
        assert answer.is_success, (method, path, answer.text)
        entries = await self.entries(answer)
        if len(entries) > 1:  # a tenant that comes or goes with its members: each has an entry of its own
            entries = [one for one in entries if one["action"] not in {"create_member", "delete_member"}]
        (entry,) = entries
        self.check(entry, answer)
        self.seen.add(entry["action"])
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    def check(self, entry: Mapping[str, Any], answer: httpx.Response) -> None:
        at_once = entry["action"] in {"cancel_job", "resolve_job"} or answer.status_code != 202
        assert entry["outcome"] == ("done" if at_once else "accepted"), entry
        assert entry["actor_object_id"] in {"caller-1", "approver-1"}
        assert entry["actor_issuer"].endswith("/v2.0")
        assert entry["address"] == "127.0.0.1"
        assert entry["tenant"] == ("" if "/tenants" in str(answer.url) else HOME)
        assert len(str(entry["details"])) <= 2 * MAX_DETAILS
        if answer.headers.get("Location", "").startswith("/v1/jobs/"):
            assert answer.headers["Location"] == f"/v1/jobs/{entry['job_id']}"

    async def done(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, seconds: float = 600
    ) -> dict[str, Any]:
        """A write whose job ends well: what it made or changed."""
        job = await self(method, path, body)
        await self.world.settle(seconds=seconds)
        ended = (await self.world.api.get(f"/v1/jobs/{job['id']}")).json()
        assert ended["state"] == "succeeded", ended
        found = await self.world.api.get(job["resource"])
        resource: dict[str, Any] = found.json() if found.status_code == 200 else {}
        return resource


async def test_every_write_is_on_the_trail_or_did_not_happen(world: World) -> None:
    walk, ledger = Walk(world), Ledger(world.database.url)
    await world.api.get("/v1/me")  # the simulator's directory has got its home tenant now
    item = await walk_vaults_and_items(walk)
    await walk_restores(walk, item)
    await walk_recovery(walk, item)
    await walk_bulk(walk, item)
    await walk_jobs(walk, item)
    await walk_approvals(walk, item)
    await walk_endings(walk, item)
    await walk_reports(walk)
    await walk_expectations(walk, item)
    await walk_restore_defaults(walk, item)
    await walk_alerts(walk)
    await walk_tenants(walk)
    await walk("POST", "/v1/estate/refresh")
    await walk_webhooks(walk)
    await walk_restore_tests(walk)
    await walk_rules(walk)
    document = (await world.api.get("/openapi.json")).json()
    writes = {
        operation["operationId"]
        for found in document["paths"].values()
        for method, operation in found.items()
        if method != "get"
    }
    assert walk.seen == (writes - WRITE_NOTHING) | {"get_mount_script"}
    assert ledger.unaccounted() == []
    assert ledger.seen() == set(RULES) - {"an item goes"}  # Azure purges it (test_system_audit.py)


async def walk_vaults_and_items(walk: Walk) -> dict[str, Any]:
    vault = await walk.done("POST", "/v1/vaults", VAULT)
    await walk.done("PATCH", f"/v1/vaults/{vault['id']}", {"soft_delete": {"state": "on", "days": 15}})
    await walk.done("POST", f"/v1/vaults/{vault['id']}/refresh", {})
    for severity in (1, 2):
        alerts = {"emails": ["a@example.com"], "severity": severity}
        await walk.done("PUT", f"/v1/vaults/{vault['id']}/azure-alerts", alerts)
    await walk.done("DELETE", f"/v1/vaults/{vault['id']}/azure-alerts")
    policy = await walk.done("POST", f"/v1/vaults/{vault['id']}/policies", POLICY)
    await walk.done("PUT", f"/v1/policies/{policy['id']}", POLICY | {"retention": {"daily": {"count": 60}}})
    body = {"vm_id": vm_id("vm-web-01"), "vault_id": vault["id"], "policy_id": policy["id"]}
    item = await walk.done("POST", "/v1/protected-items", body)
    default = await walk.world.default_policy(vault)
    await walk.done("PATCH", f"/v1/protected-items/{item['id']}", {"policy_id": default["id"]})
    await walk.done("DELETE", f"/v1/policies/{policy['id']}")
    await walk.done("POST", f"/v1/protected-items/{item['id']}/backups", {"retain_until": KEEP})
    return item


async def walk_restores(walk: Walk, item: Mapping[str, Any]) -> None:
    body = {"protected_item_id": item["id"], "recovery_point": {"latest": True}}
    disks = await walk.done("POST", "/v1/restores", body | {"target": DISKS})
    await walk.done("DELETE", f"/v1/restores/{disks['id']}/resources")
    mounted = await walk.done("POST", "/v1/restores", body | {"target": {"mode": "files"}}, seconds=60)
    await walk("GET", f"/v1/restores/{mounted['id']}/mount-script")
    await walk.done("POST", f"/v1/restores/{mounted['id']}/renew", seconds=60)
    await walk.done("POST", f"/v1/restores/{mounted['id']}/unmount", seconds=60)


async def walk_jobs(walk: Walk, item: Mapping[str, Any]) -> None:
    backups = f"/v1/protected-items/{item['id']}/backups"
    job = await walk("POST", backups, {"retain_until": KEEP})
    await walk("POST", f"/v1/jobs/{job['id']}/cancel")
    stuck = await walk("POST", backups, {"retain_until": KEEP})
    ticket, attempt_id = await claim_and_die(walk.world)
    await send(walk.world, ticket, attempt_id)
    await send(walk.world, ticket, attempt_id)
    await end_leases(walk.world)
    await walk.world.step(0)
    await walk("POST", f"/v1/jobs/{stuck['id']}/resolve", {"action": "abandon", "reason": "nobody knows"})
    await walk.world.settle()


async def walk_approvals(walk: Walk, item: dict[str, Any]) -> None:
    await require(walk.world, "replace_disks")
    async with approver(walk.world) as second:
        for verdict in ("approve", "reject"):
            job = await ask_to_replace(walk.world, item)
            await walk("POST", f"{job['approval']}/{verdict}", REASON, by=second)
            await walk.world.settle()
    rows = await walk.world.rows(
        "SELECT action, actor_object_id FROM audit_entries WHERE approval_id IS NOT NULL ORDER BY id"
    )
    assert [(row["action"], row["actor_object_id"]) for row in rows] == [
        ("create_restore", "caller-1"),
        ("approve", "approver-1"),
        ("attempt", "caller-1"),
        ("create_restore", "caller-1"),
        ("reject", "approver-1"),
    ]
    await require(walk.world)


async def walk_endings(walk: Walk, item: Mapping[str, Any]) -> None:
    await walk.done("DELETE", f"/v1/protected-items/{item['id']}")
    await walk.done("POST", f"/v1/protected-items/{item['id']}/undelete")
    empty = await walk.done("POST", "/v1/vaults", VAULT | {"name": "vault-empty"})
    await walk.done("DELETE", f"/v1/vaults/{empty['id']}")
    lost = await walk.done("POST", "/v1/vaults", VAULT | {"name": "vault-lost"})
    tamper(
        walk.world.database.url,
        *(f"DELETE FROM {table} = '{lost['id']}'" for table in ("policies WHERE vault_id", "vaults WHERE id")),  # noqa: S608
    )
    await walk("POST", "/v1/vaults/discover", {"subscription_id": SUBSCRIPTION, "adopt": True})


async def walk_reports(walk: Walk) -> None:
    today = datetime.now(UTC)
    await walk("POST", "/v1/reports/daily/link", {"date": today.date().isoformat()})
    later = SetClock(today + timedelta(days=3))
    loop = ReportLoop(walk.world.database, time_zone="UTC", kept_days=400, clock=later)
    await loop.run_once()
    assert await loop.run_once() == 0.0


async def walk_expectations(walk: Walk, item: Mapping[str, Any]) -> None:
    for path in ("/v1/expectations", f"/v1/protected-items/{item['id']}/expectations"):
        await walk("PUT", path, {"objective_seconds": 86400})
        await walk("PUT", path, {"objective_seconds": 172800})
        await walk("DELETE", path)


async def walk_restore_defaults(walk: Walk, item: Mapping[str, Any]) -> None:
    for path in ("/v1/restore-defaults", f"/v1/vaults/{item['vault_id']}/restore-defaults"):
        await walk("PUT", path, {"resource_group_id": DISKS["resource_group_id"]})
        await walk("PUT", path, {"staging_storage_account_id": DISKS["staging_storage_account_id"]})
        await walk("DELETE", path)


async def walk_recovery(walk: Walk, item: Mapping[str, Any]) -> None:
    waves = [{"name": "all", "members": [{"protected_item_id": item["id"]}], "gate": {"kind": "person"}}]
    plan = await walk("POST", "/v1/recovery-plans", {"name": "shop", "target": {"recover": DISKS}, "waves": waves})
    path = f"/v1/recovery-plans/{plan['id']}"
    await walk("PATCH", path, {"promised_rto_seconds": 3600})
    job = await walk("POST", f"{path}/runs", {"mode": "recover"})
    for _ in range(8):  # to its gate
        await walk.world.step()
        await walk.world.loops[LoopName.RECOVERING].run_once()
    await walk("POST", f"{job['run']}/gates/all", {"decision": "go", "reason": "seen"})
    await walk.world.settle()
    await walk("DELETE", path)


async def walk_bulk(walk: Walk, item: Mapping[str, Any]) -> None:
    body = {"action": "backup", "protected_item_ids": [item["id"]], "with": {"retain_until": KEEP}}
    job = await walk("POST", "/v1/bulk", body)
    for _ in range(3):  # until its backup is made
        await walk.world.run_due()
        await walk.world.loops[LoopName.BULK].run_once()
    assert (await walk.world.api.post(f"/v1/jobs/{job['id']}/cancel")).status_code == 202
    await walk.world.settle()


async def walk_webhooks(walk: Walk) -> None:
    made = await walk("POST", "/v1/webhooks", {"url": "http://127.0.0.1:9/", "types": ["holdfast.*"]})
    path = f"/v1/webhooks/{made['id']}"
    await walk("PATCH", path, {"types": ["holdfast.job.*"]})
    for action in ("pause", "resume", "rotate", "test"):
        await walk("POST", f"{path}/{action}")
    await walk("POST", f"{path}/replay", {"since": "2026-01-31T10:00:00Z"})
    await walk("DELETE", path)


async def walk_restore_tests(walk: Walk) -> None:
    await isolated(walk.world)
    made = await walk("POST", "/v1/restore-tests", TESTED)
    path = f"/v1/restore-tests/{made['id']}"
    await walk("PATCH", path, {"max_in_flight": 3})
    job = await walk("POST", f"{path}/runs")
    assert (await walk.world.api.post(f"/v1/jobs/{job['id']}/cancel")).status_code == 202
    await walk("DELETE", path)


async def walk_rules(walk: Walk) -> None:
    vault = await walk.world.vault(name="vault-rules")
    policy = await walk.world.default_policy(vault)
    target = {"location": "westus", "vault_id": vault["id"], "policy_id": policy["id"]}
    body = {"name": "rule", "priority": 1, "selector": {"names": ["vm-none"]}, "targets": [target], "mode": "enforce"}
    made = await walk("POST", "/v1/protection-rules", body)
    path = f"/v1/protection-rules/{made['id']}"
    await walk("PATCH", path, {"priority": 2})
    await walk("POST", f"{path}/stop")
    await walk("POST", f"{path}/start")
    scope = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-demo"
    assigned = {"scope": scope, "location": "westus", "definition": "existing_vault"}
    await walk.done("PUT", f"{path}/azure-policy", assigned)
    await walk.done("DELETE", f"{path}/azure-policy")
    await walk("DELETE", path)


async def walk_alerts(walk: Walk) -> None:
    await walk("PUT", "/v1/alert-rules/job_failed", {"enabled": False})
    await walk("PUT", "/v1/alert-rules/job_failed", {"severity": "info"})
    window = {"from": "2026-01-31T10:00:00Z", "until": "2026-01-31T11:00:00Z", "reason": "maintenance"}
    silence = await walk("POST", "/v1/alert-silences", window)
    await walk("PATCH", f"/v1/alert-silences/{silence['id']}", {"kind": "vm_missing"})
    await walk("DELETE", f"/v1/alert-silences/{silence['id']}")
    (alert,) = await walk.world.rows(
        "INSERT INTO alerts (id, tenant, kind, key, thing, severity, state, subject, title, remedy, details, count, "
        "first_at, last_at, seen_at, due_at, opened_at, told_at) SELECT gen_random_uuid(), :tenant, 'vm_missing', 'a', "
        "'a', 'info', 'open', '/', 'a', 'a', '{}', 1, at, at, at, at, at, at FROM clock_timestamp() AS at RETURNING id",
        tenant=HOME,
    )
    await walk("POST", f"/v1/alerts/{alert['id']}/acknowledge", {"reason": "mine"})


async def walk_tenants(walk: Walk) -> None:
    people = [{"kind": "principal", "id": name, "roles": ["reader"]} for name in ("one", "two")]
    body = {"name": "Payments", "grants": [{"subscription_id": SUBSCRIPTION}], "members": people}
    made = await walk("POST", "/v1/tenants", body)
    path = f"/v1/tenants/{made['id']}"
    await walk("PATCH", path, {"name": "Payments and more"})
    member = await walk("POST", f"{path}/members", {"kind": "principal", "id": "somebody", "roles": ["reader"]})
    await walk("PATCH", f"{path}/members/{member['id']}", {"roles": ["operator"]})
    await walk("DELETE", f"{path}/members/{member['id']}")
    await walk("DELETE", path)


async def test_an_attempt_without_its_entry_is_never_sent(world: World) -> None:
    item = await world.item()
    walk = Walk(world)
    await walk("POST", f"/v1/protected-items/{item['id']}/backups", {"retain_until": KEEP})
    walk._as_owner("ALTER TABLE audit_entries ENABLE TRIGGER away")
    before = await walk.counts()
    with suppress(DBAPIError, ExceptionGroup):
        await world.loops["submitting"].run_once()
    assert (await walk.counts(), world.triggers) == (before, [])
    walk._as_owner("ALTER TABLE audit_entries DISABLE TRIGGER away")
    await world.settle()
    assert len(world.triggers) == 1
    (attempt,) = await world.rows("SELECT * FROM attempts WHERE state <> 'retired' ORDER BY opened_at DESC LIMIT 1")
    (entry,) = await world.rows("SELECT * FROM audit_entries WHERE attempt_id = :id", id=attempt["id"])
    assert (entry["action"], entry["job_id"], entry["actor_object_id"]) == ("attempt", attempt["job_id"], "caller-1")


async def test_a_request_that_comes_twice_is_on_the_trail_once(world: World) -> None:
    for _ in range(2):
        assert (await world.api.post("/v1/vaults", json=VAULT, headers={"Idempotency-Key": "k"})).status_code == 202
    assert len(await world.rows("SELECT id FROM audit_entries WHERE tenant = :home", home=HOME)) == 1
