"""R24: restore tests under fire. Workers are killed every two seconds while a hundred VMs are tested over and over.

What is planted follows from the name of the restored machine, so what must come of each run is known from its row
alone: its last digit says what the simulator made of it. The verdict is of the simulator's truth: the inventory before
equals the one after, each planted failure is named at its level, and nothing else failed. Evidence is verified with the
script of the docs, which shares no code with Holdfast.
"""

import asyncio
import base64
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature

from tests.bench.caller import ask, request_bytes
from tests.bench.keys import EVIDENCE_KEY, SECRETS_KEY
from tests.bench.report import Figure
from tests.bench.stack import SUBSCRIPTION
from tests.evidence.offline_verifier import offline_verifier
from tests.soak.once import apart, happened
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
PLANTED: Mapping[str, tuple[Mapping[str, Any], tuple[str, str]]] = {
    "0": ({"missing_luns": [0]}, ("failed", "restored")),
    "1": ({"moved_luns": {"0": 5}}, ("failed", "restored")),
    "2": ({"quota": True}, ("failed", "restored")),
    "3": ({"no_boot": True}, ("timed_out", "boots")),
    "4": ({"agent_never": True}, ("timed_out", "boots")),
    "5": ({}, ("failed", "answers")),
}
"""By the last digit of the restored machine's name: what is planted, and what must come of it."""
HURRY = (
    "UPDATE restore_test_runs SET state_since = state_since - interval '10 minutes' "
    "WHERE machine_id ~ '[34]$' AND state = 'verifying' AND levels @> '[{\"level\": \"restored\"}]'"
)
"""Runs that wait half an hour for a machine that never boots: their clock is put forward, once its disks were seen."""
WITHIN_SECONDS = 1.0
NO_STATEMENT = "0" * 64
"""What the first statement names as the one before it (docs/evidence.md)."""
LONGEST_ROUND = 300.0
"""Seconds, beside some for each VM. A round ends by itself: this only ends a soak that would not."""
SHORT_LEASES = """
CREATE TRIGGER soak BEFORE UPDATE ON restore_test_runs FOR EACH ROW EXECUTE FUNCTION soak_short_lease();
"""


async def proven_under_fire(stage: Stage, *, rounds: int, seed: int, every: float = 2.0) -> list[Figure]:
    """`rounds` rounds of all the stage's VMs, one after another, while one of four workers dies every two seconds."""
    dice = random.Random(seed)  # noqa: S311 - a seed makes it repeatable
    times = [time.monotonic()]
    await _plant(stage)
    stage.run(SHORT_LEASES)

    async def kill(workers: list[Worker]) -> None:
        while True:
            await asyncio.sleep(every)
            worker = dice.choice(workers)
            worker.kill()
            times.append(time.monotonic())
            worker.come_back()

    with stage.workers(4, EVIDENCE_KEYS=EVIDENCE_KEY, SECRETS_KEYS=SECRETS_KEY) as workers:
        test = await _define(stage)
        await stage.control("POST", "truth/inventory", {})
        killing = asyncio.create_task(kill(workers))
        hurrying = asyncio.create_task(_hurry(stage))
        try:
            ends = [await _round(stage, test) for _ in range(rounds)]
        finally:
            for task in (killing, hurrying):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
    return [
        *await _figures(stage, expected=rounds * len(stage.items), have_ended=all(ends)),
        happened("proof_kills", "kills", len(times) - 1),
        apart("proof_kills_apart", times, every),
    ]


async def _plant(stage: Stage) -> None:
    group = {"name": "nsg-tests", "resource_group": "rg-demo", "rules": [SHUT]}
    await stage.control("POST", "seed", {"security_groups": [group]})
    subnet = {"name": "default", "security_group_id": GROUP}
    await stage.control("POST", "seed", {"networks": [{"name": "vnet-tests", "subnets": [subnet]}]})
    for digit, (plan, _) in PLANTED.items():
        if plan:
            await stage.control("POST", "plans", {"target": f"hft-[0-9a-f]*{digit}$", "times": None, **plan})
    await stage.control("POST", "scripts", {"vm": "hft-[0-9a-f]*5$", "times": None, "exit_code": 3, "seconds": 1})


async def _define(stage: Stage) -> str:
    target = {
        "resource_group_id": RG.replace("rg-demo", "rg-restored"),
        "subnet_id": f"{NETWORK}/subnets/default",
        "staging_storage_account_id": STORAGE,
    }
    body = {
        "name": "soak",
        "selector": {},
        "target": target,
        "max_in_flight": 20,
        "levels": ["restored", "boots", "answers"],
        "script": {"text": "exit 0", "timeout_seconds": 60},
    }
    made = await ask(stage.api.url, request_bytes("POST", "/v1/restore-tests", stage.api.headers, body))
    if made.status != 201:
        raise RuntimeError(f"POST /v1/restore-tests: {made.status} {made.json()}")
    return str(made.json()["id"])


async def _round(stage: Stage, test: str) -> bool:
    """Whether every run of a new round ended in time."""
    answer = await ask(stage.api.url, request_bytes("POST", f"/v1/restore-tests/{test}/runs", stage.api.headers, {}))
    job = answer.json()["id"]
    done = "SELECT state IN ('succeeded', 'succeeded_with_warnings') FROM jobs WHERE id = %s"
    return await stage.until(done, job, seconds=LONGEST_ROUND + 20.0 * len(stage.items))


async def _hurry(stage: Stage) -> None:
    while True:
        await asyncio.sleep(1.0)
        stage.run(HURRY)


async def _figures(stage: Stage, *, expected: int, have_ended: bool) -> list[Figure]:
    """`expected`: how many runs there must be, by what was asked for."""
    rows = stage.rows(
        "SELECT machine_id, state, outcome, failed_level, jsonb_array_length(\"left\"), measured->>'disks_seconds', "
        "detail FROM restore_test_runs"
    )
    restores = await _restores(stage)
    inventory = await stage.control("GET", "truth/inventory")
    verified, unverified = await _verified(stage)
    there, gone = inventory["appeared"], inventory["gone"]
    machines = Counter(one["asked"]["targetVirtualMachineId"].lower() for one in restores)
    more = machines - Counter({str(row[0]).lower(): 1 for row in rows})
    ended = sum(row[1] == "ended" for row in rows) if have_ended else 0
    said = ", ".join(f"{name} {count}" for name, count in sorted(Counter(str(row[2]) for row in rows).items()))
    return [
        Figure("proof_runs", "R24 restore tests that ended", ended, said, (expected, True)),
        *_as_planted(rows),
        Figure("proof_left", "  left in Azure", len(there), "", (0, False), "\n".join(there[:20])),
        Figure("proof_gone", "  deleted that was there before", len(gone), "", (0, False)),
        Figure("proof_restores", "  restores triggered, beside one of each run", more.total(), "", (0, False)),
        Figure(
            "proof_evidence",
            "  signed, verified offline, and in one chain",
            verified,
            "",
            (expected, True),
            "\n".join(unverified[:20]),
        ),
        *_measured(rows, restores),
    ]


def _wanted(machine: object) -> tuple[str, str | None]:
    """The outcome, and the failed level, that must come of this restored machine."""
    return PLANTED.get(str(machine)[-1], ({}, ("proven", None)))[1]


def _as_planted(rows: Sequence[tuple[Any, ...]]) -> list[Figure]:
    wrong, alarms = list[str](), 0
    for machine, state, outcome, level, left, _, detail in rows:
        wanted = _wanted(machine)
        alarms += wanted[0] == "proven" and outcome not in {None, "proven"}
        if state != "ended" or (outcome, level) != wanted or left:
            wrong.append(f"{machine}: {state} {outcome} {level}, wanted {wanted}; left {left}: {detail}")
    planted = Counter(str(row[0])[-1] for row in rows)
    return [
        happened("proof_planted", "runs with the rarest planted failure", min(planted[digit] for digit in PLANTED)),
        Figure("proof_wrong", "  not as planted", len(wrong), "", (0, False), "\n".join(wrong[:20])),
        Figure("proof_alarms", "  false alarms", alarms, "", (0, False)),
    ]


def _measured(rows: Sequence[tuple[Any, ...]], restores: Sequence[Any]) -> list[Figure]:
    """Each run whose disks were there has a time, and it is that of the simulator."""
    truth = {one["asked"]["targetVirtualMachineId"].lower(): one for one in restores}
    compared, late = 0, 0.0
    for machine, *_, disks, _ in rows:
        made = truth.get(str(machine).lower())
        if disks is not None and made is not None and made["ended"] is not None:
            took = datetime.fromisoformat(made["ended"]) - datetime.fromisoformat(made["at"])
            compared, late = compared + 1, max(late, abs(float(disks) - took.total_seconds()))
    had_disks = sum(_wanted(row[0])[1] != "restored" for row in rows)
    return [
        Figure("proof_compared", "  measured times compared with the simulator's", compared, "", (had_disks, True)),
        Figure("proof_measured", "  measured time to disks, off by at most", late, "s", (WITHIN_SECONDS, False)),
    ]


async def _verified(stage: Stage) -> tuple[int, list[str]]:
    """How many runs have evidence that the script of the docs verifies, all in one chain; and what is wrong."""
    script, keys = offline_verifier(), await stage.api.get("/v1/evidence/keys")
    links, wrong = dict[int, tuple[str, str]](), list[str]()
    for run_id, outcome in stage.rows("SELECT id::text, outcome FROM restore_test_runs"):
        try:
            envelope = await stage.api.get(f"/v1/restore-test-runs/{run_id}/evidence")
            stated = script.verify(envelope, keys)["predicate"]
        except (RuntimeError, ValueError, KeyError, TypeError, InvalidSignature) as error:
            wrong.append(f"{run_id}: {type(error).__name__} {error}")
            continue
        if (stated["run"]["id"], stated["outcome"]) != (run_id, outcome):
            wrong.append(f"{run_id} {outcome}: its evidence is of {stated['run']['id']} {stated['outcome']}")
            continue
        payload = base64.b64decode(envelope["payload"])
        links[stated["chain"]["sequence"]] = (stated["chain"]["previous"], sha256(payload).hexdigest())
    breaks = _breaks(links)
    return len(links) - len(breaks), wrong + breaks


def _breaks(links: Mapping[int, tuple[str, str]]) -> list[str]:
    """Statements that do not follow the one before. `links`: by sequence, the hash that it names and its own."""
    found, before = list[str](), NO_STATEMENT
    for place, number in enumerate(sorted(links), start=1):
        named, own = links[number]
        if (number, named) != (place, before):
            found.append(f"statement {number} does not follow the one before it")
        before = own
    return found


async def _restores(stage: Stage) -> list[Any]:
    return list((await stage.control("GET", "truth"))["restores"])
