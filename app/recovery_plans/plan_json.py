"""A plan as JSON: as it is stored, hashed, and kept by its runs."""

import hashlib
import json
from typing import Any

from pydantic import TypeAdapter

from app.recovery_plans.rules import Mode, Plan

PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)


def as_json(plan: Plan) -> dict[str, Any]:
    shown: dict[str, Any] = PLAN.dump_python(plan, mode="json")
    for wave in shown["waves"]:
        # A selector without tags is written as before there were any: the hashes of plans and runs must not change.
        if wave["selector"] is not None and wave["selector"]["tags"] is None:
            del wave["selector"]["tags"]
    return shown


def hash_of(plan: Plan, mode: Mode) -> str:
    """SHA-256 (hex) of what a run of the plan would do: what an approval of it, or of a scheduled test, is bound to.

    The same plan in the same mode has the same hash, however its JSON was written. The name does not count.
    """
    text = json.dumps({"mode": mode, "plan": as_json(plan)}, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
