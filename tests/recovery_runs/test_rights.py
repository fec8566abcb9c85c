"""The exported role is enough for a run, and no more than a run uses: gates and rehearsals have roles of their own."""

from typing import Any

from app.azure.facts.actions import Operation, Restoring, needs_of
from app.simulator.seeding import plant
from tests.permissions.test_api import hold, role
from tests.recovery_runs.run_steps import TEMPLATE, ask, asked, backed_up, job_of, made, step, time_passes, wave
from tests.restore_tests.round_steps import NETWORK, isolated
from tests.world import DISKS, RG, World

REHEARSAL = {"resource_group_id": f"{RG.rpartition('/')[0]}/rg-rehearsal", "subnet_id": f"{NETWORK}/subnets/default"}
RUN = "create_recovery_run"


async def ended(world: World, job: dict[str, Any]) -> str:
    for _ in range(8):
        if (await job_of(world, job))["finished_at"] is not None:
            break
        await step(world)
        await time_passes(world, 20)
    return str((await job_of(world, job))["state"])


async def test_the_role_of_a_run_its_gates_and_its_rehearsal_is_enough_and_needed(world: World) -> None:
    (db,) = await backed_up(world, "vm-db-01")
    await isolated(world)
    plant(world.simulator.world, {"resource_groups": [{"name": "rg-rehearsal"}]})
    targets = {"recover": DISKS, "rehearse": TEMPLATE | REHEARSAL | {"name": "{vm}-t"}}
    plain = await made(world, wave("one", db), target=targets)
    checked = await made(world, wave("one", db, gate={"kind": "check"}), name="b", target={"recover": TEMPLATE})

    hold(world, *(await role(world, RUN))["Actions"])
    assert await ended(world, await asked(world, plain)) == "succeeded"
    refused = (await ask(world, plain, "rehearse")).json()
    assert "AuthorizationFailed" in refused["members"][0]["detail"], refused
    hold(world, *(await role(world, RUN, "rehearse_recovery_plan"))["Actions"])
    assert await ended(world, await asked(world, plain, "rehearse")) == "succeeded"
    hold(world, *(await role(world, RUN, "check_recovery_gate"))["Actions"])
    assert await ended(world, await asked(world, checked)) == "succeeded"


def actions(operation: Operation, mode: Restoring | None = None) -> set[str]:
    return {action for need in needs_of(operation, mode) for action in need.actions}


def test_a_run_needs_no_rights_to_mount_files_or_to_look_at_machines() -> None:
    assert not {one for one in actions("create_recovery_run") if "InstantItemRecovery" in one}
    own = "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/read"
    assert actions("create_recovery_run", "disks") == actions("create_restore", "disks") | {own}
    looks = actions("rehearse_recovery_plan") | actions("check_recovery_gate")
    assert all(one.endswith("/read") for one in looks)
    assert "Microsoft.Network/networkSecurityGroups/read" not in actions("create_recovery_run")
