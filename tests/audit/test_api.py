"""The trail through the API: who reads it, who was refused, what it never holds, and exports that verify."""

import asyncio
import json
from pathlib import Path
from types import MethodType
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest

from app.audit import commands
from app.audit.refusals import EACH, Refusals
from app.identity.access.permissions import PLATFORM_ADMIN
from tests.audit.chains import seal_all, tamper
from tests.tenants.tenant_steps import client_of, make, member
from tests.world import HOME, VAULT, World


async def items(client: httpx.AsyncClient, path: str = "/v1/audit", **query: Any) -> list[dict[str, Any]]:
    answer = await client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def refused(world: World) -> list[dict[str, Any]]:
    return await world.rows("SELECT * FROM audit_entries WHERE outcome = 'refused' ORDER BY id")


# --- reading ---------------------------------------------------------------------------------------------------------
async def test_a_write_can_be_found_by_everything_one_may_know_of_it(world: World) -> None:
    answer = await world.api.post("/v1/vaults", json=VAULT, headers={"X-Request-ID": "req-1"})
    job = answer.json()
    (entry,) = await items(world.api)
    assert (entry["action"], entry["outcome"], entry["request_id"]) == ("create_vault", "accepted", "req-1")
    assert (entry["target"], entry["job_id"], entry["tenant"]) == (job["resource"], job["id"], HOME)
    assert entry["details"]["asked"]["vault"]["name"] == "vault-demo"
    assert entry["seal"] is None
    at = entry["at"]
    found: list[dict[str, Any]] = [
        {"actor": "caller-1"},
        {"action": "create_vault"},
        {"target": job["resource"]},
        {"job_id": job["id"]},
        {"outcome": "accepted"},
        {"since": at},
        {"until": "2036-01-01T00:00:00Z"},
    ]
    not_found: list[dict[str, Any]] = [
        {"actor": "caller-2"},
        {"action": "attempt"},
        {"target": "/v1/vaults"},
        {"job_id": str(uuid4())},
        {"outcome": "refused"},
        {"outcome": "done"},
        {"since": "2036-01-01T00:00:00Z"},
        {"until": at},
    ]
    for query in found:
        assert [one["id"] for one in await items(world.api, **query)] == [entry["id"]], query
    for query in not_found:
        assert await items(world.api, **query) == [], query
    await seal_all(world.database)
    assert (await items(world.api))[0]["seal"]["seq"] == 1


async def test_pages_hold_every_entry_once_newest_first(world: World) -> None:
    for number in range(7):
        await world.api.post("/v1/vaults", json=VAULT | {"name": f"vault-{number}"})
    seen: list[str] = []
    path = "/v1/audit?limit=3"
    while path:
        answer = await world.api.get(path)
        seen += [one["id"] for one in answer.json()["items"]]
        path = answer.links["next"]["url"] if answer.json()["next"] else ""
    assert seen == sorted(seen, key=int, reverse=True)
    assert len(seen) == 7


async def test_only_an_admin_reads_the_trail_and_only_of_their_own_tenant(world: World) -> None:
    await world.api.post("/v1/vaults", json=VAULT)
    for roles in (["reader"], ["operator"], ["restorer"], ["approver"], [PLATFORM_ADMIN]):
        async with world.client(roles=roles, oid="other", sub="other") as other:
            for path in ("/v1/audit", "/v1/audit/head", "/v1/audit/export"):
                assert (await other.get(path)).status_code == 403, (roles, path)
    async with world.stranger() as stranger:
        assert await items(stranger) == []
        assert (await stranger.get("/v1/audit/head")).json()["seq"] == 0
        lines = (await stranger.get("/v1/audit/export")).text.splitlines()
        assert [set(json.loads(line)) for line in lines] == [{"head"}]
    assert {entry["actor_object_id"] for entry in await refused(world)} == {"other"}, "and that they tried is on it"


async def test_what_is_done_to_tenants_is_on_the_platforms_own_trail(world: World) -> None:
    made = await make(world)
    entry, home = await items(world.api, "/v1/platform/audit")
    assert (entry["tenant"], entry["action"], entry["target"]) == ("", "create_tenant", f"/v1/tenants/{made['id']}")
    assert (entry["actor"]["object_id"], home["actor"]["object_id"]) == ("caller-1", "holdfast")
    assert await items(world.api) == []
    await seal_all(world.database)
    assert (await world.api.get("/v1/platform/audit/head")).json()["seq"] == 2
    assert len((await world.api.get("/v1/platform/audit/export")).text.splitlines()) == 3
    async with world.client(roles=["admin"], oid="admin", sub="admin") as admin:
        for path in ("", "/head", "/export"):
            assert (await admin.get(f"/v1/platform/audit{path}")).status_code == 403


# --- refusals --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("told", "kept"), [("10.0.0.7", "10.0.0.7"), ("2001:DB8::7", "2001:db8::7"), ("<b>me</b>" * 500, ""), ("", "")]
)
async def test_only_an_address_is_kept_as_one(world: World, told: str, kept: str) -> None:
    """A server that trusts a proxy takes it from a header that others may write as well."""
    async with world.client(roles=["reader"]) as reader:
        reader._transport = httpx.ASGITransport(world.app, client=(told, 7))
        assert (await reader.post("/v1/vaults", json=VAULT)).status_code == 403
    assert [entry["address"] for entry in await refused(world)] == [kept]


async def test_a_role_that_is_missing_is_on_the_trail_of_the_tenant(world: World) -> None:
    async with world.client(roles=["reader"], oid="reader", sub="reader") as reader:
        answer = await reader.post("/v1/vaults", json=VAULT)
    assert answer.status_code == 403
    (entry,) = await refused(world)
    assert (entry["tenant"], entry["actor_object_id"], entry["action"]) == (HOME, "reader", "create_vault")
    assert (entry["target"], entry["address"]) == ("/v1/vaults", "127.0.0.1")
    assert entry["request_id"] == answer.headers["X-Request-ID"]
    assert entry["details"] == {"code": "role_missing", "permission": "vaults:write"}
    assert [one["id"] for one in await items(world.api, outcome="refused")] == [str(entry["id"])]


async def test_a_scope_that_is_missing_is_on_it_too_and_a_refused_look_around_is_not(world: World) -> None:
    async with world.client(scp="read") as reading:
        assert (await reading.post("/v1/vaults", json=VAULT)).status_code == 403
    async with world.client(scp="other") as nothing, world.client(roles=["none"]) as nobody:
        assert (await nothing.get("/v1/vaults")).status_code == 403
        assert (await nobody.get("/v1/vaults")).status_code == 403
    assert [entry["details"]["code"] for entry in await refused(world)] == ["scope_missing"]


async def test_a_request_beyond_the_grants_of_a_tenant_is_on_its_trail(world: World) -> None:
    tenant = await make(world, members=[member("dana", "admin")])
    elsewhere = VAULT | {"subscription_id": "99999999-9999-9999-9999-999999999999"}
    async with client_of(world, "dana") as dana:
        assert (await dana.post("/v1/vaults", json=elsewhere)).json()["code"] == "not_granted"
    (entry,) = await refused(world)
    assert (entry["tenant"], entry["actor_object_id"], entry["action"]) == (tenant["id"], "dana", "create_vault")
    assert entry["details"]["code"] == "not_granted"


async def test_who_stands_in_no_tenant_or_reaches_for_the_platform_concerns_the_platform(world: World) -> None:
    tenant = await make(world)
    async with client_of(world, "stray") as stray:
        assert (await stray.post("/v1/vaults", json=VAULT)).status_code == 403
        elsewhere = {"Holdfast-Tenant": tenant["id"]}
        assert (await stray.post("/v1/vaults", json=VAULT, headers=elsewhere)).status_code == 404
    async with world.client(roles=["admin"], oid="admin", sub="admin") as admin:
        assert (await admin.post("/v1/tenants", json={"name": "Mine"})).status_code == 403
    found = [(entry["tenant"], entry["action"], entry["details"]["code"]) for entry in await refused(world)]
    assert found == [
        ("", "create_vault", "not_a_member"),
        ("", "create_vault", "tenant_not_found"),
        ("", "create_tenant", "role_missing"),
    ]


async def test_what_only_the_service_refuses_is_on_the_trail(world: World) -> None:
    from tests.approvals.decisions import ask_to_replace, require, restorable  # noqa: PLC0415

    item = await restorable(world)
    await require(world, "replace_disks")
    job = await ask_to_replace(world, item)
    answer = await world.api.post(f"{job['approval']}/approve", json={"reason": "I agree with myself"})
    assert (answer.status_code, answer.json()["code"]) == (403, "own_request")
    (entry,) = await refused(world)
    assert (entry["action"], entry["target"], entry["tenant"]) == ("approve", f"{job['approval']}/approve", HOME)


async def test_a_flood_of_refusals_is_counted_not_written_one_by_one(world: World) -> None:
    async with world.client(roles=["reader"], oid="reader", sub="reader") as reader:
        for _ in range(EACH + 25):
            assert (await reader.post("/v1/vaults", json=VAULT)).status_code == 403
    async with world.client(roles=["reader"], oid="second", sub="second") as second:
        await second.post("/v1/vaults", json=VAULT)
    assert len(await refused(world)) == EACH + 1
    # As when the API ends: what it has only counted is written.
    await cast("Refusals", cast("MethodType", world.services.on_refused).__self__).aclose()
    *_, last = await refused(world)
    assert (last["actor_object_id"], last["details"]["refusals"]) == ("reader", 25)


async def test_the_rest_of_a_window_is_written_when_it_ends(world: World) -> None:
    refusals = Refusals(world.database, each=1, window_seconds=0.05)
    world.replace_services(on_refused=refusals.tell)
    async with world.client(roles=["reader"], oid="reader", sub="reader") as reader:
        for _ in range(3):
            await reader.post("/v1/vaults", json=VAULT)
    async with asyncio.timeout(20):
        while sum(entry["details"].get("refusals", 1) for entry in await refused(world)) < 3:
            pass
    await refusals.aclose()


async def test_a_refusal_that_cannot_be_written_is_a_refusal_all_the_same(
    world: World, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    tamper(world.database.url, "ALTER TABLE audit_entries ADD CONSTRAINT none CHECK (outcome <> 'refused')")
    async with world.client(roles=["reader"], oid="reader", sub="reader") as reader:
        assert (await reader.post("/v1/vaults", json=VAULT)).status_code == 403
    assert "audit.refusal_not_written" in caplog.text + capsys.readouterr().out


async def test_odd_paths_are_written_as_they_were_sent(world: World) -> None:
    async with world.client(roles=["reader"], oid="reader", sub="reader") as reader:
        for path in ("/v1/jobs/%00/cancel", "/v1/jobs/%ff%0a/cancel", f"/v1/jobs/{'x' * 3000}/cancel"):
            assert (await reader.post(path)).status_code == 403
    first, *others = await refused(world)
    assert first["target"] == "/v1/jobs/%00/cancel"
    assert len(others) == 2


# --- exports and the command -----------------------------------------------------------------------------------------
async def exported(world: World, path: Path, after: int = 0) -> Path:
    answer = await world.api.get("/v1/audit/export", params={"after": after})
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    path.write_bytes(answer.content)
    return path


async def kept(world: World, path: Path) -> Path:
    path.write_bytes((await world.api.get("/v1/audit/head")).content)
    return path


def verify(world: World, *heads: Path, **options: Any) -> tuple[int, str]:
    asked = {"tenant": None, "export": None, "lag_seconds": 300.0} | options
    return commands.verify(world.database.url, heads, **asked)


async def test_an_export_and_a_kept_head_are_verified_by_the_command(world: World, tmp_path: Path) -> None:
    for number in range(4):
        await world.api.post("/v1/vaults", json=VAULT | {"name": f"vault-{number}"})
    await seal_all(world.database)
    head, export = await kept(world, tmp_path / "head"), await exported(world, tmp_path / "export")
    rest = await exported(world, tmp_path / "rest", after=3)
    sound = await asyncio.to_thread(verify, world, head)
    assert sound == (0, "Sound: 2 chains, 5 links; compared with 1 kept heads.")
    assert verify(world, head, export=export) == (0, f"Sound: tenant {HOME}, 4 links; compared with 1 kept heads.")
    assert verify(world, head, export=rest)[0] == 1, "no head says what came before it"
    assert verify(world, export=export, tenant="other")[0] == 1
    export.write_bytes(export.read_bytes().replace(b'"outcome":"accepted"', b'"outcome":"done"', 1))
    code, line = verify(world, head, export=export)
    assert (code, line) == (1, f"TOUCHED: tenant {HOME}: link 1 (entry 2): the entry or its seal was edited")
    tamper(world.database.url, "DELETE FROM audit_entries WHERE id = 5", "DELETE FROM audit_seals WHERE entry_id = 5")
    assert (await asyncio.to_thread(verify, world))[0] == 0
    assert await asyncio.to_thread(verify, world, head) == (
        1,
        f"TOUCHED: tenant {HOME}: it ends at link 3, but a head that was kept names link 4",
    )


async def test_the_command_says_why_it_cannot_look(world: World, tmp_path: Path) -> None:
    assert verify(world, tmp_path / "none")[0] == 2
    assert verify(world, export=tmp_path / "none")[0] == 2
    (tmp_path / "empty").write_text("")
    assert verify(world, export=tmp_path / "empty")[0] == 1
    away = "postgresql://nobody@127.0.0.1:1/none"
    code, line = await asyncio.to_thread(commands.verify, away, [], tenant=None, export=None, lag_seconds=1.0)
    assert (code, line.count("\n")) == (2, 0)


async def test_the_heads_of_all_chains_can_be_taken_at_once(world: World, tmp_path: Path) -> None:
    await world.api.post("/v1/vaults", json=VAULT)
    await make(world)
    await seal_all(world.database)
    code, lines = await asyncio.to_thread(commands.heads, world.database.url, tenant=None)
    assert (code, [json.loads(line)["tenant"] for line in lines.splitlines()]) == (0, ["", HOME])
    (tmp_path / "heads").write_text(lines)
    assert (await asyncio.to_thread(verify, world, tmp_path / "heads"))[1].endswith("compared with 2 kept heads.")


async def test_the_worker_seals_and_the_metrics_tell_how_much_waits(world: World) -> None:
    await world.api.post("/v1/vaults", json=VAULT)
    assert "holdfast_audit_unsealed 2.0" in (await world.api.get("/metrics")).text
    await world.loops["sealing"].run_once()
    assert "holdfast_audit_unsealed 0.0" in (await world.api.get("/metrics")).text
