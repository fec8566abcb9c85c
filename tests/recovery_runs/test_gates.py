"""Gates between waves: a person, a delay, a look at the VMs that came back."""

from typing import Any

from app.simulator.machine_parts import Plan
from tests.recovery_runs.run_steps import (
    asked,
    backed_up,
    finish,
    job_of,
    lead,
    made,
    restores,
    run_of,
    states,
    step,
    time_passes,
    wave,
)
from tests.world import DISKS, World

DISKS_ONLY = {"recover": DISKS}
GO: dict[str, Any] = {"decision": "go", "reason": "The database answers."}
STOP: dict[str, Any] = {"decision": "stop", "reason": "It does not."}


async def test_a_person_says_go_once_and_the_next_wave_begins(world: World) -> None:
    db, web = await backed_up(world, "vm-db-01", "vm-web-01")
    person = {"kind": "person", "seconds": 3600}
    plan = await made(world, wave("data", db, gate=person), wave("front", web, gate=person), target=DISKS_ONLY)
    job = await asked(world, plan, reference="INC-7")
    gates = f"{job['run']}/gates"
    early = await world.api.post(f"{gates}/data", json=GO)
    assert (early.status_code, early.json()["code"]) == (409, "recovery_gate_not_waiting")
    assert (await world.api.post(f"{gates}/else", json=GO)).json()["code"] == "recovery_gate_not_found"
    for _ in range(4):
        await step(world)
    waiting = await job_of(world, job)
    assert (waiting["state"], waiting["waiting"]["reason"]) == ("running", "gate")
    run = await run_of(world, job)
    assert states(run, "waves") == ["gate", "waiting"]
    assert run["waves"][0]["gate"]["until"] == waiting["waiting"]["until"]
    assert restores(world) == ["vm-db-01"]

    async with world.client(oid="r", sub="r", roles=["restorer"]) as restorer:
        assert (await restorer.post(f"{gates}/data", json=GO)).json()["code"] == "role_missing"
    async with world.client(oid="a", sub="a", azp="anna", roles=["approver"]) as approver:
        said = (await approver.post(f"{gates}/data", json=GO)).json()["waves"][0]["gate"]["decision"]
        assert (said["decision"], said["by"], said["reason"]) == ("go", "anna", GO["reason"])
        assert (await approver.post(f"{gates}/DATA", json=GO)).status_code == 200  # the same again
        assert (await approver.post(f"{gates}/data", json=STOP)).json()["code"] == "recovery_gate_not_waiting"
        for _ in range(4):
            await step(world)
        assert restores(world) == ["vm-db-01", "vm-web-01"]
        assert (await approver.post(f"{gates}/front", json=STOP)).status_code == 200
    await lead(world)
    ended = await job_of(world, job)
    assert (ended["state"], ended["error"]["code"]) == ("failed", "recovery_gate_closed")
    assert "anna said stop after the wave front: It does not." in ended["error"]["detail"]
    assert states(await run_of(world, job)) == ["succeeded", "succeeded"]

    await world.api.get("/v1/events")  # publishes what was committed
    events = (await world.api.get("/v1/events?type=holdfast.recovery_run.gate")).json()["items"]
    assert [(one["data"]["wave"], one["data"]["state"]) for one in events] == [
        ("data", "waiting"),
        ("data", "open"),
        ("front", "waiting"),
        ("front", "closed"),
    ]
    assert {one["subject"] for one in events} == {job["run"]}


async def test_a_gate_that_is_not_decided_stops_the_run_and_a_delay_opens_by_itself(world: World) -> None:
    db, web = await backed_up(world, "vm-db-01", "vm-web-01")
    plan = await made(
        world,
        wave("data", db, gate={"kind": "delay", "seconds": 3600}),
        wave("front", web, gate={"kind": "person"}),
        target=DISKS_ONLY,
    )
    job = await asked(world, plan)
    for _ in range(4):
        await step(world)
    assert states(await run_of(world, job), "waves") == ["gate", "waiting"]
    assert restores(world) == ["vm-db-01"]
    await time_passes(world, 3600)
    for _ in range(4):
        await step(world)
    assert states(await run_of(world, job), "waves") == ["done", "gate"]
    assert restores(world) == ["vm-db-01", "vm-web-01"]
    await time_passes(world, 90_000)
    async with world.client(oid="a", sub="a", azp="anna", roles=["approver"]) as approver:
        late = await approver.post(f"{job['run']}/gates/front", json=GO)
    assert (late.json()["code"], "was over at" in late.json()["detail"]) == ("recovery_gate_not_waiting", True)
    await step(world)
    assert (await job_of(world, job))["error"]["code"] == "recovery_gate_expired"


async def test_a_check_waits_for_vms_that_run_and_stops_for_one_that_does_not(world: World) -> None:
    db, web = await backed_up(world, "vm-db-01", "vm-web-01")
    check = {"kind": "check", "seconds": 3600}
    plan = await made(world, wave("data", db, gate=check), wave("front", web, gate=check))
    world.simulator.world.parts.plans.append(Plan(target="vm-web-01-r", no_boot=True))
    job = await asked(world, plan)
    for _ in range(12):
        await step(world)
        await time_passes(world, 20)
    run = await run_of(world, job)
    assert states(run, "waves") == ["done", "gate"]
    assert run["waves"][1]["gate"]["unready"] == ["vm-web-01-r"]
    await time_passes(world, 3600)
    await step(world)
    ended = await job_of(world, job)
    assert ended["error"]["code"] == "recovery_gate_expired"
    assert "vm-web-01-r" in ended["error"]["detail"]
    assert states(await finish(world, job)) == ["succeeded", "succeeded"]
