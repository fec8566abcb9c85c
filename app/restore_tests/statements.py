"""The facts of a run that its evidence states. Pure.

Inputs and outputs of a level are stated by their hashes: a script, its output and the machine's details may be secret.
A reader who has them can compare. What a script prints is in no other part of a statement either.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.evidence.statement import digest_of

Json = Mapping[str, Any]


def level_fact(entry: Json) -> dict[str, Any]:
    """A level as it is stated. `entry`: as the run keeps it, with `facts` and `input`."""
    return {
        "level": entry["level"],
        "outcome": entry["outcome"],
        "at": entry["at"],
        "azure_code": entry.get("azure_code"),
        "detail": entry.get("detail"),
        "input": {"sha256": digest_of(entry.get("input") or {})},
        "output": {"sha256": digest_of(entry.get("facts") or {})},
    }


def facts_of(
    *,
    run_id: str,
    test: Json,
    definition: Json,
    outcome: str,
    failed_level: str | None,
    detail: str | None,
    levels: Sequence[Json],
    measured: Json,
    left: Sequence[Json],
    requested_by: Json,
    times: Mapping[str, datetime | None],
    versions: Json,
    number: int | None = None,
) -> dict[str, Any]:
    """The predicate but for `chain`. `test`: its id and name; `definition`: what ran, without secrets.

    `number`: of the round. With the sample's seed it says how this VM was chosen.
    """
    return {
        "run": {"id": run_id, "url": f"/v1/restore-test-runs/{run_id}"},
        "policy": {
            "uri": f"/v1/restore-tests/{test['id']}",
            "name": test["name"],
            "digest": {"sha256": digest_of(definition)},
            "levels": list(definition["levels"]),
            "sample": {**definition["sample"], "round": number},
            "target": {"subnet_id": definition["target"]["subnet_id"]},
            "plan": {"id": definition["plan_id"], "sha256": definition["plan_hash"]}
            if definition.get("plan_id") is not None
            else None,
        },
        "outcome": outcome,
        "failed_level": failed_level,
        "detail": detail,
        "levels": [level_fact(entry) for entry in levels],
        "measured": dict(measured),
        "left": [dict(one) for one in left],
        "requested_by": dict(requested_by),
        "times": {name: time.isoformat() if time is not None else None for name, time in times.items()},
        "versions": dict(versions),
    }
