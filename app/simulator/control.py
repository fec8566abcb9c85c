"""The control surface `/_simulator/...`: reset, advance, seed, faults, truth. Unauthenticated, never part of ARM."""

import json
from collections.abc import Callable
from typing import Any, Protocol

from app.simulator.arm import Reply
from app.simulator.faults import Faults, parse_fault
from app.simulator.progress import Clock, micros
from app.simulator.world import Json, World

PREFIX = "/_simulator/"
OPERATING_SYSTEMS = {"linux": "Linux", "windows": "Windows"}


class Controlled(Protocol):
    """What the control surface may touch."""

    clock: Clock
    world: World
    faults: Faults

    def reset(self) -> None: ...


def answer(simulator: Controlled, method: str, path: str, body: bytes) -> Reply:
    """Carry out one control request. Bad input is a 400 that says what is wrong."""
    action = ACTIONS.get((method, path.removeprefix(PREFIX).rstrip("/")))
    if action is None:
        return Reply(404, {"error": f"no control action {method} {path}"})
    try:
        asked = json.loads(body) if body.strip() else {}
        if not isinstance(asked, dict):
            return Reply(400, {"error": "the body must be a JSON object"})
        return Reply(200, action(simulator, asked))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        return Reply(400, {"error": str(error)})


def reset(simulator: Controlled, _asked: Json) -> Json:
    """The world as at the start; faults, truth and the clock's offset are gone. Signing keys and tokens stay."""
    simulator.reset()
    return {"now": micros(simulator.clock.now())}


def advance(simulator: Controlled, asked: Json) -> Json:
    seconds = asked.get("seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
        raise ValueError("seconds must be a number >= 0")
    simulator.clock.advance(seconds)
    simulator.world.settle()
    return {"now": micros(simulator.clock.now())}


def seed(simulator: Controlled, asked: Json) -> Json:
    """More machines, by list or by count. They are new: a vault sees them after its next refresh."""
    count, prefix = asked.get("vm_count", 0), str(asked.get("prefix", "vm-"))
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= 100_000:
        raise ValueError("vm_count must be 0..100000")
    wanted: list[Json] = [*asked.get("vms", ()), *({"name": f"{prefix}{number}"} for number in range(1, count + 1))]
    ids = []
    for vm in wanted:
        os = OPERATING_SYSTEMS.get(str(vm.get("os", "linux")).lower())
        if os is None or not vm.get("name"):
            raise ValueError("a VM needs a name, and os linux or windows")
        made = simulator.world.add_vm(
            str(vm["name"]),
            str(vm.get("resource_group", "rg-demo")),
            str(vm.get("location", "westus")),
            os,
            int(vm.get("data_disks", 0)),
            vm.get("tags") or {},
        )
        ids.append(made.id)
    return {"vms": ids}


def add_fault(simulator: Controlled, asked: Json) -> Json:
    simulator.faults.waiting.append(parse_fault(asked))
    return {"faults": simulator.faults.describe()}


def list_faults(simulator: Controlled, _asked: Json) -> Json:
    return {"faults": simulator.faults.describe()}


def clear_faults(simulator: Controlled, _asked: Json) -> Json:
    simulator.faults.waiting.clear()
    return {"faults": []}


def truth(simulator: Controlled, _asked: Json) -> Json:
    """What really happened: triggers that acted, and ARM requests that arrived (answered or not), by class."""
    found = simulator.world.truth
    return {"triggers": found.triggers, "requests": found.requests}


ACTIONS: dict[tuple[str, str], Callable[[Any, Json], Json]] = {
    ("POST", "reset"): reset,
    ("POST", "advance"): advance,
    ("POST", "seed"): seed,
    ("POST", "faults"): add_fault,
    ("GET", "faults"): list_faults,
    ("DELETE", "faults"): clear_faults,
    ("GET", "truth"): truth,
}
