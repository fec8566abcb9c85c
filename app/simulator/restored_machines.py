"""What a restore leaves beside its disks: a machine with a card, that boots; and what a test has planted of it.

The job of a new machine names neither card nor address (recorded 2024). The name of a card is a guess: do not rely on
it. A restore that fails when the machine is made leaves its disks, and where planted its card (guesses, as the tasks of
its job are apart).
"""

import uuid
from typing import Any

from app.simulator.arm import Call
from app.simulator.machine_parts import Boot, Plan
from app.simulator.network_parts import add_address, add_card
from app.simulator.progress import Job, micros
from app.simulator.restore_orders import Order
from app.simulator.world import Json, VirtualMachine, World, resource_id

NO_PLAN = Plan()
UP_BEFORE_END = 20.0
"""Seconds from the making of a machine to the end of its job. A guess: no job of one was read while it ran."""
QUOTA: Json = {  # Compute's own code and words; what the backup service makes of them was not observed
    "errorCode": 400000,
    "errorTitle": "QuotaExceeded",
    "errorString": "Operation could not be completed as it results in exceeding approved Total Regional Cores quota.",
    "recommendations": ["Request a higher quota for the region, or restore to a smaller size."],
}


def note_order(call: Call, order: Order, job: Job) -> None:
    """Remember what was asked (for the truth), and take the plan that meets this restore."""
    world = call.world
    asked: Any = call.body.get("properties") if isinstance(call.body, dict) else None
    world.parts.restores[job.id] = {
        "job_id": job.id,
        "asked": asked,
        "at": micros(call.arrived),
        "ended": None,
        "made": [],
    }
    machine = resource_id(order.group or "", "Microsoft.Compute/virtualMachines", order.vm_name or "")
    plan = next((plan for plan in world.parts.plans if plan.meets(machine)), None)
    if plan is None:
        return
    plan.hits += 1
    world.parts.planned[job.id] = plan
    if plan.quota and order.kind == "AlternateLocation":
        job.failure = QUOTA


def plan_of(world: World, job: Job) -> Plan:
    return world.parts.planned.get(job.id, NO_PLAN)


def is_half_done(world: World, job: Job, status: str) -> bool:
    """Whether a failed restore got as far as its disks."""
    return status == "Failed" and plan_of(world, job).quota and job.failure == QUOTA


def settle_machine(world: World, job: Job, order: Order, vm: VirtualMachine, ended: int) -> list[str]:
    """Give a restored machine its card, its address and its boot; the ids of what was made."""
    plan, made = plan_of(world, job), [vm.id]
    # The job ends after its last task, which makes the machine: by then that has run for a while.
    created = max(job.started, world.clock.after(ended, -UP_BEFORE_END))
    world.parts.boots[vm.id.lower()] = Boot(
        created=created,
        runs_after=None if plan.no_boot else 0.0,
        ready_after=None if plan.no_boot or plan.agent_never else plan.agent_seconds,
        diagnostics=plan.diagnostics,
    )
    return [*made, *_give_card(world, plan, order, vm, ended)]


def leave_card(world: World, job: Job, order: Order, vm: VirtualMachine, ended: int) -> list[str]:
    """The card of a machine that was not made, where it is planted: it was made before; the ids of what is left."""
    plan = plan_of(world, job)
    made = _give_card(world, plan, order, vm, ended) if plan.leaves_card else []
    for identity in made:
        if identity.lower() in world.parts.interfaces:
            del world.parts.interfaces[identity.lower()]["properties"]["virtualMachine"]
    return made


def _give_card(world: World, plan: Plan, order: Order, vm: VirtualMachine, ended: int) -> list[str]:
    if order.subnet_id is None:
        return []
    address = add_address(world, vm, f"{vm.name}-ip-{uuid.uuid4().hex[:12]}") if plan.public_ip else None
    card = add_card(world, vm, f"{vm.name}-nic-{uuid.uuid4().hex}", order.subnet_id, address)
    made = [card] if address is None else [address, card]
    world.parts.created |= {one.lower(): ended for one in made}
    return made


KINDS = {
    "virtualmachines": "vm",
    "networkinterfaces": "network_interface",
    "publicipaddresses": "public_ip",
    "disks": "disk",
}


def note_made(world: World, job: Job, made: list[str], ended: int) -> None:
    """Remember what was made, lock it as planned, and say what goes with its machine."""
    plan = plan_of(world, job)
    for identity in made:
        if plan.delete_option != "Detach":
            world.parts.delete_options[identity.lower()] = plan.delete_option
        if KINDS.get(identity.split("/")[-2].lower()) in plan.locked:
            world.locks.append({"scope": identity, "name": "planted", "level": "CanNotDelete", "notes": ""})
    if (told := world.parts.restores.get(job.id)) is not None:
        told |= {"made": made, "ended": micros(ended)}
