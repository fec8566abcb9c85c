"""The control surface `/_simulator/...`: reset, advance, seed, faults, truth. Unauthenticated, never part of ARM."""

import json
from collections.abc import Callable
from typing import Any, Protocol

from app.simulator import seeding
from app.simulator.arm import Reply
from app.simulator.faults import Faults, parse_fault
from app.simulator.progress import Clock, micros
from app.simulator.world import Json, World

PREFIX = "/_simulator/"


class Controlled(Protocol):
    """What the control surface may touch."""

    clock: Clock
    world: World
    faults: Faults

    def reset(self) -> None: ...

    def advance(self, seconds: float, *, run_policies: bool | None = None) -> None: ...


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
    run_policies = asked.get("run_policies")
    if run_policies is not None and not isinstance(run_policies, bool):
        raise ValueError("run_policies must be true or false")
    simulator.advance(seconds, run_policies=run_policies)
    return {"now": micros(simulator.clock.now())}


def seed(simulator: Controlled, asked: Json) -> Json:
    return seeding.plant(simulator.world, asked)


def remove(simulator: Controlled, asked: Json) -> Json:
    return seeding.remove(simulator.world, asked)


def vanish(simulator: Controlled, asked: Json) -> Json:
    return seeding.vanish(simulator.world, asked)


def options(simulator: Controlled, asked: Json) -> Json:
    return simulator.world.options.change(asked)


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
    ("POST", "remove"): remove,
    ("POST", "vanish"): vanish,
    ("POST", "options"): options,
    ("GET", "options"): options,
    ("POST", "faults"): add_fault,
    ("GET", "faults"): list_faults,
    ("DELETE", "faults"): clear_faults,
    ("GET", "truth"): truth,
}
