"""What nobody asked for and is done all the same: the trail says that Holdfast did it, in the transaction that did."""

import asyncio
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

import app
from app.azure.values import PolicyRef
from app.core.db.database import Base, libpq_url
from app.identity.access.memberships import home_of
from tests.approvals.decisions import approver, ask_to_replace, decide, expire, hours_pass, look, require, restorable
from tests.audit.ledger import NOT_ON_THE_TRAIL, RULES, Ledger
from tests.audit.refused_writes import AWAY
from tests.jobs.action_steps import ambiguous_backup, resolve
from tests.jobs.lost_attempts import ask_for_backup, claim_and_die, end_leases, send
from tests.jobs.missing_steps import patience, sweep_unseen_for
from tests.vaults.vault_steps import REF
from tests.world import DISKS, HOME, ISSUER, VAULT, World, vm_id

SOFT_DELETED_SECONDS = 15 * 86_400
SOMEWHERE = "55555555-5555-5555-5555-555555555555"


@pytest.fixture(autouse=True)
def ledger(world: World) -> Iterator[Ledger]:
    """Whatever a test of this file does: nothing of it is without its entry."""
    made = Ledger(world.database.url)
    yield made
    assert made.unaccounted() == []


def test_of_every_table_it_is_known_what_of_it_is_on_the_trail(world: World) -> None:
    del world
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if module.name.endswith("models"):
            importlib.import_module(module.name)
    ruled = {rule.table for rule in RULES.values()}
    assert set(Base.metadata.tables) == ruled | set(NOT_ON_THE_TRAIL)
    assert not ruled & set(NOT_ON_THE_TRAIL)


@contextmanager
def trail_away(world: World) -> Iterator[None]:
    """No entry can be written for the length of the block."""
    with psycopg.connect(libpq_url(world.database.url), autocommit=True) as connection:
        connection.execute(AWAY)  # type: ignore[arg-type, unused-ignore]
        connection.execute("ALTER TABLE audit_entries ENABLE TRIGGER away")
        try:
            yield
        finally:
            connection.execute("DROP TRIGGER away ON audit_entries; DROP FUNCTION trail_is_away()")


async def own(world: World, **columns: Any) -> list[dict[str, Any]]:
    """Holdfast's own entries, oldest first; of these columns' values."""
    entries = await world.rows("SELECT * FROM audit_entries WHERE actor_object_id = 'holdfast' ORDER BY id")
    for entry in entries:
        assert (entry["actor_issuer"], entry["actor_directory"], entry["actor_name"]) == ("", "", "holdfast")
        assert (entry["address"], entry["request_id"], entry["outcome"]) == ("", "", "done")
    return [entry for entry in entries if all(str(entry[name]) == value for name, value in columns.items())]


async def actions(world: World, job: Mapping[str, Any]) -> list[str]:
    rows = await world.rows(
        "SELECT action FROM audit_entries WHERE CAST(job_id AS text) = :id ORDER BY id", id=job["id"]
    )
    return [row["action"] for row in rows]


# --- approvals -------------------------------------------------------------------------------------------------------
async def test_an_approval_that_expires_is_on_the_trail_or_does_not_expire(world: World) -> None:
    item = await restorable(world)
    await require(world, "restore")
    job = await ask_to_replace(world, item)
    await hours_pass(world, 5)
    with trail_away(world), suppress(DBAPIError, ExceptionGroup):
        await world.loops["expiring"].run_once()
    assert (await look(world, job))["state"] == "awaiting_approval"
    await expire(world)
    assert (await look(world, job))["state"] == "failed"
    (entry,) = await own(world, job_id=job["id"])
    assert (entry["action"], entry["target"]) == ("expire_approval", job["approval"])
    assert (f"/v1/approvals/{entry['approval_id']}", entry["tenant"]) == (job["approval"], HOME)
    assert entry["details"] == {"kind": "restore", "why": "No decision was made in time. Nothing was sent."}
    await expire(world)
    assert len(await own(world, job_id=job["id"])) == 1


async def test_a_word_that_holds_no_more_is_withdrawn_by_holdfast(world: World) -> None:
    item = await restorable(world)
    await require(world, "restore")
    job = await ask_to_replace(world, item)
    async with approver(world) as second:
        assert (await decide(second, job)).status_code == 200
    await world.rows("UPDATE members SET roles = roles - 'approver' WHERE tenant = :home RETURNING id", home=HOME)
    await expire(world)
    assert await actions(world, job) == ["create_restore", "approve", "withdraw_approval"]
    (entry,) = await own(world, job_id=job["id"])
    assert "not have the role approver any more" in entry["details"]["why"]


# --- homes -----------------------------------------------------------------------------------------------------------
async def test_a_home_that_makes_itself_is_on_the_platforms_trail_once_however_many_come_first(world: World) -> None:
    home = f"/v1/tenants/{home_of(ISSUER, SOMEWHERE)}"
    async with world.client(tid=SOMEWHERE, oid="first", sub="first") as client:
        with trail_away(world):
            assert (await client.get("/v1/me")).status_code == 503
        assert await world.rows("SELECT id FROM tenants") == []
        answers = await asyncio.gather(*(client.get("/v1/me") for _ in range(8)))
        assert {answer.status_code for answer in answers} == {200}
    (entry,) = await own(world)
    assert (entry["tenant"], entry["action"], entry["target"]) == ("", "create_tenant", home)
    assert entry["details"] == {
        "issuer": ISSUER,
        "directory": SOMEWHERE,
        "seen_first": "first",
        "name": f"home of {SOMEWHERE} at {ISSUER}",
        "grants": [{"subscription_id": "*"}],
        "roles": ["reader", "operator", "restorer", "approver", "admin"],
    }


async def test_a_homes_member_that_comes_back_after_its_deletion_is_on_it_too(world: World) -> None:
    path = f"/v1/tenants/{HOME}/members"
    (member,) = (await world.api.get(path)).json()["items"]
    assert (await world.api.delete(f"{path}/{member['id']}")).status_code == 204
    world.services.access.forget()
    assert (await world.api.get("/v1/vaults")).status_code == 200
    (again,) = (await world.api.get(path)).json()["items"]
    assert again["id"] != member["id"]
    assert [(entry["action"], entry["target"]) for entry in await own(world)] == [
        ("create_tenant", f"/v1/tenants/{HOME}"),
        ("create_member", f"{path}/{again['id']}"),
    ]


# --- attempts --------------------------------------------------------------------------------------------------------
async def test_an_attempt_given_up_and_sent_again_and_the_orphan_it_left_are_on_the_trail(world: World) -> None:
    job = await ask_for_backup(world, await world.item())
    ticket, attempt_id = await claim_and_die(world)
    await end_leases(world, age=world.settings.settle_backup_seconds + 1)
    await world.step(0)
    assert await actions(world, job) == ["create_backup", "attempt", "retire_attempt", "attempt"]
    (entry,) = await own(world, action="retire_attempt")
    assert (entry["attempt_id"], entry["target"]) == (attempt_id, f"/v1/jobs/{job['id']}")
    assert entry["details"]["absent_seconds"] > world.settings.settle_backup_seconds
    await send(world, ticket, attempt_id)  # a process that was frozen for longer than SETTLE wakes
    world.advance(30)
    for _ in range(2):
        await world.make_due()
        await world.run_due()
    (orphan,), (cancelled,) = await own(world, action="find_orphan"), await own(world, action="cancel_orphan")
    assert (orphan["attempt_id"], orphan["job_id"]) == (attempt_id, ticket.id)
    azure_job_id = next(one["job_id"] for one in world.triggers if one["client_request_id"] == str(attempt_id))
    assert {orphan["details"]["azure_job_id"], cancelled["details"]["azure_job_id"]} == {azure_job_id}
    await world.settle()


async def test_an_attempt_adopted_is_on_the_trail_with_azures_job(world: World) -> None:
    job = await ask_for_backup(world, await world.item())
    ticket, attempt_id = await claim_and_die(world)
    await send(world, ticket, attempt_id)
    await end_leases(world)
    await world.step(0)
    (entry,) = await own(world, action="adopt_attempt", job_id=job["id"])
    assert entry["attempt_id"] == attempt_id
    assert entry["details"] == {"kind": "backup", "azure_job_id": world.triggers[0]["job_id"]}


async def test_a_job_left_to_a_person_is_on_the_trail_with_the_reason(world: World) -> None:
    job = await ask_for_backup(world, await world.item())
    ticket, attempt_id = await claim_and_die(world)
    for _ in range(2):
        await send(world, ticket, attempt_id)
    await end_leases(world)
    with trail_away(world), suppress(DBAPIError, ExceptionGroup):
        await world.loops["resolving"].run_once()
    assert (await look(world, job))["state"] == "submitting"
    await end_leases(world)
    await world.step(0)
    assert (await look(world, job))["state"] == "needs_attention"
    (entry,) = await own(world, action="ask_for_attention")
    assert "2 Azure jobs" in entry["details"]["why"]


async def test_a_job_that_a_person_adopted_and_azure_lost_is_on_the_trail_though_no_attempt_made_it(
    world: World,
) -> None:
    job = await ambiguous_backup(world)
    (vault,) = world.simulator.world.vaults.values()
    adopted = world.triggers[0]["job_id"]
    assert (await resolve(world, job, action="adopt", azure_job_id=adopted)).status_code == 202
    del vault.jobs[adopted]
    await world.rows("DELETE FROM attempts RETURNING id")  # they are cleared away by age
    await sweep_unseen_for(world, patience(world) + 60)
    assert (await look(world, job))["state"] == "needs_attention"
    assert (await actions(world, job))[-2:] == ["resolve_job", "ask_for_attention"]
    assert (await own(world, action="ask_for_attention"))[-1]["attempt_id"] is None


async def test_what_azure_was_asked_to_cancel_is_on_the_trail_beside_who_asked(world: World) -> None:
    item = await restorable(world)
    body = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": DISKS}
    job = (await world.api.post("/v1/restores", json=body)).json()
    await world.step(0)
    assert (await world.api.post(f"/v1/jobs/{job['id']}/cancel")).status_code == 202
    await world.step(0)
    assert await actions(world, job) == ["create_restore", "attempt", "cancel_job", "send_cancel"]
    (entry,) = await own(world, action="send_cancel")
    assert (entry["details"]["azure"], bool(entry["details"]["azure_job_id"])) == ("sent", True)


# --- rows that go ----------------------------------------------------------------------------------------------------
async def test_whatever_goes_from_the_books_leaves_an_entry_that_says_what_it_was(world: World, ledger: Ledger) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    item = await world.item("vm-web-01", vault)
    await world.api.delete(f"/v1/protected-items/{item['id']}")
    await world.settle()
    world.advance(SOFT_DELETED_SECONDS)  # Azure purges what was deleted
    await world.azure.policies.delete(PolicyRef(REF, policy["name"]), request_id=uuid4())  # and somebody a policy
    await world.done(f"/v1/vaults/{vault['id']}/refresh", {})
    (gone,) = await own(world, action="forget_item")
    assert gone["target"] == f"/v1/protected-items/{item['id']}"
    assert gone["details"] == {"vm_id": vm_id("vm-web-01"), "vault_id": vault["id"], "state": "soft_deleted"}
    (gone,) = await own(world, action="forget_policy")
    assert (gone["target"], gone["details"]["name"]) == (f"/v1/policies/{policy['id']}", policy["name"])
    job = (await world.api.delete(f"/v1/vaults/{vault['id']}")).json()
    await world.settle()
    assert await actions(world, job) == ["delete_vault", "attempt", "forget_vault"]
    (gone,) = await own(world, action="forget_vault")
    assert gone["details"]["arm_key"].endswith("/vaults/vault-demo")
    assert ledger.seen() >= {"a vault goes", "a policy goes", "an item goes"}


async def test_what_could_not_be_made_goes_from_the_books_with_an_entry_too(world: World) -> None:
    world.fault("PUT", r"/vaults/vault-demo$", "status_before", status=403, times=5)
    job = (await world.api.post("/v1/vaults", json=VAULT)).json()
    await world.settle()
    assert (await look(world, job))["state"] == "failed"
    assert await actions(world, job) == ["create_vault", "attempt", "forget_vault"]
