"""R25: restore tests under fire. Workers are killed every two seconds while a hundred VMs are tested over and over.

What is planted follows from a VM's place in its round, so each round has the same number of each: what must come of a
run is known before it begins. A round waits some seconds before its first run, until its failures are planted. Beside
it Azure is away for a while, shows jobs late, and a person asks for a restore. The verdicts are in `proof_verdicts`.
"""

import asyncio
import random
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.bench.caller import ask, request_bytes
from tests.bench.keys import EVIDENCE_KEY, SECRETS_KEY
from tests.bench.report import Figure
from tests.bench.stack import SUBSCRIPTION
from tests.soak.once import ALL_OVER, apart, happened
from tests.soak.proof_verdicts import PLANTED, Beside, figures_of, in_peace, left_in_azure
from tests.soak.stage import Stage, Worker

RG = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-demo"
NETWORK = f"{RG}/providers/Microsoft.Network/virtualNetworks/vnet-tests"
GROUP = f"{RG}/providers/Microsoft.Network/networkSecurityGroups/nsg-tests"
SHUT = {
    "name": "no-internet",
    "priority": 4000,
    "direction": "Outbound",
    "access": "Deny",
    "destinationAddressPrefix": "Internet",
}
STORAGE = f"{RG}/providers/Microsoft.Storage/storageAccounts/stholdfastdemo"
BESIDE = RG.replace("rg-demo", "rg-beside")
"""Where the restores go that a person asks for."""
AWAY_SECONDS = 6.0
LATE_SECONDS = 2
"""So much later each vault's list shows a job."""
HURRY = """
UPDATE restore_test_runs AS run SET state_since = run.state_since - interval '10 minutes' FROM soak_planted AS planted
WHERE planted.run_id = run.id AND run.state_since > clock_timestamp() - interval '31 minutes' AND (
    planted.kind IN ('no boot', 'no agent') AND run.state = 'verifying'
        AND run.levels @> '[{"level": "restored"}]'
    OR planted.kind = 'locked' AND run.state = 'tearing_down' AND run.tear_downs > 0 AND run.tear_down_job_id IS NULL)
"""
"""Runs that wait for what does not come: their clock is put forward, as far as they wait for it and no further."""
IN_PEACE = 8
"""Tests that run one after another when nothing is planted and no worker dies."""
LONGEST_ROUND = 300.0
"""Seconds, beside some for each VM. A round ends by itself: this only ends a soak that would not."""
PREPARED = """
CREATE TABLE soak_planted (run_id uuid PRIMARY KEY, kind text NOT NULL);
CREATE TRIGGER soak BEFORE UPDATE ON restore_test_runs FOR EACH ROW EXECUTE FUNCTION soak_short_lease();
CREATE FUNCTION soak_wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.due_at := clock_timestamp() + interval '1 hour';
    RETURN NEW;
END $$;
CREATE TRIGGER soak_wait BEFORE INSERT ON restore_test_runs FOR EACH ROW EXECUTE FUNCTION soak_wait();
"""
BEGIN_NOW = "UPDATE restore_test_runs SET due_at = clock_timestamp() WHERE state = 'waiting' AND waits_for IS NULL"
SENT = "SELECT extract(epoch FROM sent_at - created_at) FROM jobs WHERE id = ANY(%s::uuid[])"


@dataclass(slots=True)
class _Trouble:
    """What was done meanwhile."""

    kills: list[float] = field(default_factory=list)
    away: int = 0
    """Requests that Azure did not answer."""
    restores: list[str] = field(default_factory=list)
    """Jobs of restores that a person asked for."""


async def proven_under_fire(stage: Stage, *, rounds: int, seed: int, every: float = 2.0) -> list[Figure]:
    """`rounds` rounds of all the stage's VMs, one after another, while one of four workers dies every two seconds."""
    dice = random.Random(seed)  # noqa: S311 - a seed makes it repeatable
    trouble = _Trouble([time.monotonic()])
    await _prepare(stage)

    async def kill(workers: list[Worker]) -> None:
        while True:
            await asyncio.sleep(every)
            worker = dice.choice(workers)
            worker.kill()
            trouble.kills.append(time.monotonic())
            worker.come_back()

    with stage.workers(4, EVIDENCE_KEYS=EVIDENCE_KEY, SECRETS_KEYS=SECRETS_KEY) as workers:
        test = await _define(stage)
        await stage.control("POST", "truth/inventory", {})
        going = [asyncio.create_task(one) for one in (kill(workers), _hurry(stage))]
        try:
            ends = [await _round(stage, test, trouble, dice) for _ in range(rounds)]
        finally:
            for task in going:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        for worker in workers:
            if worker.process.poll() is not None:
                worker.come_back()
        beside = await _beside(stage, trouble, rounds)
        left = await left_in_azure(stage)
        figures = await figures_of(stage, rounds=rounds, have_ended=all(ends), beside=beside, left=left)
        proven, took = await _in_peace(stage)
    return [
        *figures,
        *in_peace(proven, took, min(IN_PEACE, len(stage.items))),
        happened("proof_kills", "kills", len(trouble.kills) - 1),
        apart("proof_kills_apart", trouble.kills, every),
        happened("proof_away", "requests while Azure was away", trouble.away),
    ]


async def _prepare(stage: Stage) -> None:
    group = {"name": "nsg-tests", "resource_group": "rg-demo", "rules": [SHUT]}
    await stage.control("POST", "seed", {"security_groups": [group]})
    subnet = {"name": "default", "security_group_id": GROUP}
    await stage.control("POST", "seed", {"networks": [{"name": "vnet-tests", "subnets": [subnet]}]})
    await stage.control("POST", "seed", {"resource_groups": [{"name": "rg-beside", "location": "westus"}]})
    await stage.control("POST", "options", {"job_list_lag_seconds": LATE_SECONDS})
    stage.run(PREPARED)


async def _define(stage: Stage, **more: Any) -> str:
    target = {
        "resource_group_id": RG.replace("rg-demo", "rg-restored"),
        "subnet_id": f"{NETWORK}/subnets/default",
        "staging_storage_account_id": STORAGE,
    }
    body = {
        "name": "soak",
        "selector": {},
        "target": target,
        "max_in_flight": min(100, len(stage.items)),
        "levels": ["restored", "boots", "answers"],
        "script": {"text": "exit 0", "timeout_seconds": 60},
        **more,
    }
    made = await ask(stage.api.url, request_bytes("POST", "/v1/restore-tests", stage.api.headers, body))
    if made.status != 201:
        raise RuntimeError(f"POST /v1/restore-tests: {made.status} {made.json()}")
    return str(made.json()["id"])


async def _round(stage: Stage, test: str, trouble: _Trouble, dice: random.Random) -> bool:
    """Whether every run of a new round ended in time."""
    stage.sign_in()
    job = await _begin(stage, test)
    await _plant(stage, job)
    stage.run(BEGIN_NOW)
    await asyncio.sleep(dice.uniform(1.0, 4.0))
    trouble.restores.append(await _restore_of_a_person(stage, dice.choice(stage.items)))
    await asyncio.sleep(dice.uniform(0.5, 3.0))
    trouble.away += await _azure_away(stage)
    done = "SELECT state IN ('succeeded', 'succeeded_with_warnings') FROM jobs WHERE id = %s"
    return await stage.until(done, job, seconds=LONGEST_ROUND + 20.0 * len(stage.items))


async def _begin(stage: Stage, test: str) -> str:
    path = f"/v1/restore-tests/{test}/runs"
    answer = await ask(stage.api.url, request_bytes("POST", path, stage.api.headers, {}))
    if answer.status != 202:
        raise RuntimeError(f"POST {path}: {answer.status} {answer.json()}")
    return str(answer.json()["id"])


async def _in_peace(stage: Stage) -> tuple[int, float]:
    """How many runs of a round were proven, and its seconds; one run at a time, nothing planted, no one killed."""
    sample = {"mode": "random", "count": min(IN_PEACE, len(stage.items)), "seed": 1}
    test = await _define(stage, name="soak in peace", max_in_flight=1, sample=sample)
    job = await _begin(stage, test)
    stage.run(BEGIN_NOW)
    began = time.monotonic()
    done = "SELECT state IN ('succeeded', 'succeeded_with_warnings') FROM jobs WHERE id = %s"
    await stage.until(done, job, seconds=LONGEST_ROUND)
    took = time.monotonic() - began
    proven = "SELECT count(*) FROM restore_test_runs WHERE job_id = %s AND outcome = 'proven'"
    return int(stage.rows(proven, job)[0][0]), took


async def _plant(stage: Stage, job: str) -> None:
    """Each kind at its places of the round."""
    runs = stage.rows("SELECT id::text, position FROM restore_test_runs WHERE job_id = %s ORDER BY position", job)
    for run_id, position in runs:
        kind = PLANTED.get(position % 16)
        if kind is None:
            continue
        stage.run(f"INSERT INTO soak_planted VALUES ('{run_id}', '{kind.name}')")  # noqa: S608 - our own words
        machine = f"{machine_of(run_id)}$"
        if kind.plan:
            await stage.control("POST", "plans", {"target": machine, "times": None, **kind.plan})
        if kind.script:
            await stage.control("POST", "scripts", {"vm": machine, "times": None, **kind.script})


def machine_of(run_id: str) -> str:
    return f"hft-{run_id.replace('-', '')[-11:]}"


async def _azure_away(stage: Stage) -> int:
    """Nothing is answered but with 503, for a while: how many requests met that."""
    fault: Mapping[str, Any] = {"match": {}, "times": None, "effect": "status_before", "status": 503}
    await stage.control("POST", "faults", fault)
    await asyncio.sleep(AWAY_SECONDS)
    faults = (await stage.control("GET", "faults"))["faults"]
    await stage.control("DELETE", "faults")
    return sum(int(one["hits"]) for one in faults)


async def _restore_of_a_person(stage: Stage, item: str) -> str:
    target = {"mode": "disks", "resource_group_id": BESIDE, "staging_storage_account_id": STORAGE}
    body = {"protected_item_id": item, "recovery_point": {"latest": True}, "target": target}
    headers = stage.api.headers | {"Idempotency-Key": str(uuid4())}
    answer = await ask(stage.api.url, request_bytes("POST", "/v1/restores", headers, body))
    if answer.status != 202:
        raise RuntimeError(f"POST /v1/restores: {answer.status} {answer.json()}")
    return str(answer.json()["id"])


async def _beside(stage: Stage, trouble: _Trouble, rounds: int) -> Beside:
    """What became of the restores that a person asked for; what they made is deleted again."""
    await stage.until(ALL_OVER, trouble.restores, seconds=120)
    waited = sorted(float(row[0]) for row in stage.rows(SENT, trouble.restores) if row[0] is not None)
    for (restore,) in stage.rows("SELECT id::text FROM restores WHERE job_id = ANY(%s::uuid[])", trouble.restores):
        path = f"/v1/restores/{restore}/resources"
        await ask(stage.api.url, request_bytes("DELETE", path, stage.api.headers))
    return Beside(rounds, waited)


async def _hurry(stage: Stage) -> None:
    while True:
        await asyncio.sleep(1.0)
        stage.run(HURRY)
