"""Each planted failure is named at its level, with Azure's words; nothing is left, and nothing is proven by it."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.evidence.verification import check_chain, verify
from tests.restore_tests.round_steps import (
    SCRIPT,
    begun,
    control,
    defined,
    ended,
    fleet,
    hold_role,
    isolated,
    machine_of,
    runs,
)
from tests.world import World

PLANTED: Mapping[str, tuple[Mapping[str, Any], tuple[str, str | None]]] = {
    "nothing": ({}, ("proven", None)),
    "a disk is missing": ({"missing_luns": [0]}, ("failed", "restored")),
    "a disk has another LUN": ({"moved_luns": {"0": 5}}, ("failed", "restored")),
    "a disk is too large": ({"sizes": {"0": 4000}}, ("failed", "restored")),
    "the quota is used up": ({"quota": True}, ("failed", "restored")),
    "it does not boot": ({"no_boot": True}, ("timed_out", "boots")),
    "its agent never reports": ({"agent_never": True}, ("timed_out", "boots")),
    "its script fails": ({}, ("failed", "answers")),
}
SECRET = "s3cret"
FAILS: Mapping[str, Any] = {"exit_code": 3, "error": f"no answer to {SECRET}", "seconds": 1}
TABLES = ("restore_tests", "restore_test_runs", "jobs", "audit_entries", "outbox", "events", "evidence")


async def test_what_is_planted_is_named_at_its_level_and_nothing_else_is(world: World) -> None:
    """Eight VMs in one round, with no more rights than the role says; secrets of the script are in no row."""
    items = await fleet(world, len(PLANTED))
    await isolated(world)
    script = SCRIPT | {"secret_parameters": {"TOKEN": SECRET}, "parameters": {"PORT": "80"}}
    changes = {"selector": {"resource_groups": ["rg-demo"]}, "max_in_flight": 8, "script": script}
    await hold_role(world, "create_restore_test")
    test = await defined(world, levels=["restored", "boots", "answers"], **changes)
    assert test["script"]["secret_names"] == ["TOKEN"]
    await control(world, "truth/inventory")
    job = await begun(world, test)
    await hold_role(world, "run_restore_test_script")
    wanted = dict(zip(sorted(one["id"] for one in await runs(world)), PLANTED, strict=True))
    for run_id, name in wanted.items():
        plan, (_, level) = PLANTED[name]
        vm = {"id": run_id}
        if plan:
            await control(world, "plans", target=machine_of(vm), **plan)
        if level == "answers":
            await control(world, "scripts", **FAILS, vm=machine_of(vm), parameters={"TOKEN": SECRET})
    found = {wanted[run["id"]]: run for run in await ended(world, minutes=12)}
    outcomes = {name: (run["outcome"], run["failed_level"]) for name, run in found.items()}
    assert outcomes == {name: outcome for name, (_, outcome) in PLANTED.items()}
    for name, run in found.items():
        assert (run["left"], run["waits_for"]) == ([], None), name
        named = [one for one in run["levels"] if one["outcome"] == "failed"]
        assert all(one["detail"] and one["remedy"] and one["level"] == run["failed_level"] for one in named)
    inventory = await control(world, "truth/inventory", "GET")
    assert (inventory["appeared"], inventory["gone"]) == ([], [])
    await _shown(world, job, found, items)
    await _secrets_are_nowhere(world, found["its script fails"])


async def _shown(world: World, job: Mapping[str, Any], found: Mapping[str, Any], items: list[dict[str, Any]]) -> None:
    """What items, job, events and evidence say of it."""
    shown = [(await world.api.get(f"/v1/protected-items/{one['id']}")).json() for one in items]
    (proven,) = (one for one in shown if one["last_proven_at"] is not None)
    run = found["nothing"]
    assert (proven["id"], proven["proven_level"]) == (run["protected_item_id"], "answers")
    measured = run["measured"]
    assert proven["rto_seconds"] == measured["answer_seconds"]
    assert 60 < measured["disks_seconds"] <= measured["boot_seconds"] <= measured["answer_seconds"]
    (restored,) = (
        one
        for one in (await control(world, "truth", "GET"))["restores"]
        if one["asked"]["targetVirtualMachineId"].endswith(machine_of(run))
    )
    took = datetime.fromisoformat(restored["ended"]) - datetime.fromisoformat(restored["at"])
    assert abs(measured["disks_seconds"] - took.total_seconds()) <= 1
    ended_job = (await world.api.get(f"/v1/jobs/{job['id']}")).json()
    assert (ended_job["state"], ended_job["counts"]["failed"]) == ("succeeded_with_warnings", 7)
    warned = sorted(one["code"] for one in ended_job["warnings"])
    assert warned == ["restore_test_failed"] * 5 + ["restore_test_timed_out"] * 2
    wanted = {"type": "holdfast.restore_test.ended"}
    told = (await world.api.get("/v1/events", params=wanted)).json()["items"]
    assert {one["data"]["id"]: one["data"]["outcome"] for one in told} == {
        run["id"]: run["outcome"] for run in found.values()
    }
    keys = (await world.api.get("/v1/evidence/keys")).content
    files = [(await world.api.get(f"/v1/restore-test-runs/{run['id']}/evidence")).content for run in found.values()]
    verified = sorted((verify(one, keys) for one in files), key=lambda one: int(one.chain["sequence"]))
    check_chain(verified)
    assert [one.chain["sequence"] for one in verified] == list(range(1, 9))


async def _secrets_are_nowhere(world: World, run: Mapping[str, Any]) -> None:
    assert "exit code 3" in run["detail"]
    assert run["levels"][2]["output"] == f"no answer to {SECRET}", "kept with its run, and there alone"
    await world.rows("UPDATE restore_test_runs SET levels = '[]' RETURNING id")
    for table in TABLES:
        rows = await world.rows(f"SELECT to_jsonb(t)::text AS row FROM {table} AS t")  # noqa: S608 - constants
        assert rows or table == "outbox", table
        assert not [row for row in rows if SECRET in row["row"]], table
    payloads = await world.rows("SELECT convert_from(payload, 'UTF8') AS text FROM evidence")
    assert not [row for row in payloads if SECRET in row["text"] or "localhost" in row["text"]]
    assert await world.rows("SELECT 1 FROM restore_test_runs WHERE secrets IS NOT NULL") == [], "gone with the end"
    assert json.loads(payloads[0]["text"])["predicate"]["policy"]["sample"]["round"] == 1
