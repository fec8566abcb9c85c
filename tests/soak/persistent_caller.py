"""A well-behaved caller: every request with a key of its own, repeated until it is answered, nothing else."""

import asyncio
import itertools
from collections import Counter
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from tests.bench.stack import SUBSCRIPTION
from tests.soak.stage import Stage

RG = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-demo"
TARGET = {
    "mode": "disks",
    "resource_group_id": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-restored",
    "staging_storage_account_id": f"{RG}/providers/Microsoft.Storage/storageAccounts/stholdfastdemo",
}
AT_ONCE = 4
AGAIN_SECONDS = 0.3
PATIENCE = 200


@dataclass(slots=True)
class Asked:
    """The job of every request that was accepted, and how often which status was answered (0 = no answer)."""

    jobs: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    without_retry_after: int = 0


async def ask_for_restores(stage: Stage, count: int, *, every: float = 0.0) -> Asked:
    """Ask for so many restores, spread over the items; `every`: seconds between two of them."""
    asked = Asked()
    items = itertools.cycle(stage.items)
    waiting = [next(items) for _ in range(count)]

    async with httpx.AsyncClient(
        base_url=stage.api.url, headers=stage.api.headers, timeout=30, trust_env=False
    ) as http:

        async def keep_asking() -> None:
            while waiting:
                await _ask_once(http, waiting.pop(), asked)
                await asyncio.sleep(every)

        await asyncio.gather(*(keep_asking() for _ in range(AT_ONCE)))
    return asked


async def _ask_once(http: httpx.AsyncClient, item: str, asked: Asked) -> None:
    body = {"protected_item_id": item, "recovery_point": {"latest": True}, "target": TARGET}
    headers = {"Idempotency-Key": str(uuid4())}
    for _ in range(PATIENCE):
        try:
            answer = await http.post("/v1/restores", json=body, headers=headers)
        except httpx.HTTPError:
            asked.statuses[0] += 1
        else:
            asked.statuses[answer.status_code] += 1
            if answer.status_code == 202:
                asked.jobs.append(str(answer.json()["id"]))
                return
            if answer.status_code == 503 and "Retry-After" not in answer.headers:
                asked.without_retry_after += 1
        await asyncio.sleep(AGAIN_SECONDS)
    raise RuntimeError(f"a restore was not accepted in {PATIENCE} tries: {dict(asked.statuses)}")
