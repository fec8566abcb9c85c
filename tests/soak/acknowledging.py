"""R20: Azure says yes and does nothing. Nothing is stuck, nothing is taken for done, and later writes go on."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import httpx

from app.jobs import bounds
from tests.bench.report import Figure
from tests.soak.once import happened
from tests.soak.persistent_caller import TARGET
from tests.soak.stage import POLL_SECONDS, Stage

HALF = 0.5
IGNORED = (
    ("PATCH", "/vaults/[^/]+$"),
    ("PUT", "/backupPolicies/"),
    ("PUT", "/protectedItems/"),
    ("POST", "/backup$"),
    ("POST", "/restore$"),
)
"""What Azure acknowledges and ignores, every second time."""
SETTLED = """
SELECT count(*) = 0 FROM jobs WHERE id = ANY(%s::uuid[])
AND state NOT IN ('succeeded', 'succeeded_with_warnings', 'failed', 'cancelled', 'needs_attention')
"""
STATES = "SELECT id::text, state FROM jobs WHERE id = ANY(%s::uuid[])"
POLICY = {
    "time_zone": "UTC",
    "schedule": {"frequency": "daily", "time": "02:00"},
    "retention": {"daily": {"count": 30}},
}
SETTLES_WITHIN = 3 * bounds.unseen(POLL_SECONDS).total_seconds()
"""Seconds: the longest of these bounds, twice one after the other, and what a busy machine takes."""


async def acknowledged(stage: Stage) -> list[Figure]:
    """Writes of every kind in every vault; half of them are answered as done and are not."""
    await stage.control("DELETE", "faults")
    began = time.monotonic()
    client = httpx.AsyncClient(base_url=stage.api.url, headers=stage.api.headers, timeout=30, trust_env=False)
    async with client as http:
        with stage.workers(2) as workers:
            await asyncio.gather(*(worker.ready() for worker in workers))
            for method, path in IGNORED:
                match = {"method": method, "path": path}
                fault = {"match": match, "times": None, "effect": "acknowledge", "probability": HALF}
                await stage.control("POST", "faults", fault)
            jobs = [job for item in stage.items for job in await _writes(http, item)]
            await stage.until(SETTLED, jobs, seconds=SETTLES_WITHIN)
            ignored = sum(fault["hits"] for fault in (await stage.control("GET", "faults"))["faults"])
            states = _states(stage, jobs)
            await stage.control("DELETE", "faults")
            answers = await _decide(http, [job for job, state in states.items() if state == "needs_attention"])
            await stage.until(SETTLED, jobs, seconds=SETTLES_WITHIN)
    ends = Counter(_states(stage, jobs).values())
    asked = states.values()
    attention = sum(1 for state in asked if state == "needs_attention")
    doubted = max(0, attention - ignored)
    left = sum(count for state, count in ends.items() if state not in {"succeeded", "failed"})
    note = f"before: {dict(Counter(asked))}; decided: {dict(answers)}; then: {dict(ends)}"
    return [
        Figure("r20_writes", "R20 yes, and nothing done: writes", len(jobs), "", (1, True), f"{note}; {_took(began)}"),
        happened("r20_ignored", "acknowledged and ignored", ignored),
        Figure("r20_believed", "  of these taken for done", max(0, ignored - attention), "", (0, False)),
        Figure("r20_wrongly_doubted", "  put before a person though carried out", doubted, "", (0, False)),
        Figure("r20_stuck", "  stuck, after their bounds or a decision", left, "", (0, False)),
    ]


def _took(began: float) -> str:
    return f"{time.monotonic() - began:.0f} s"


def _states(stage: Stage, jobs: list[str]) -> dict[str, str]:
    return {str(job): str(state) for job, state in stage.rows(STATES, jobs)}


async def _writes(http: httpx.AsyncClient, item_id: str) -> list[str]:
    """Every kind of write, of the vault, a policy, an item; two to the vault one after the other: their jobs."""
    item = await _read(http, f"/v1/protected-items/{item_id}")
    vault = f"/v1/vaults/{item['vault_id']}"
    return [
        await _asked(http, "PATCH", vault, {"tags": {"run": "1"}}),
        await _asked(http, "PATCH", vault, {"tags": {"run": "2"}}),
        await _asked(http, "POST", f"{vault}/policies", POLICY | {"name": "nightly"}),
        await _asked(http, "POST", f"/v1/protected-items/{item_id}/backups", {"retain_until": "2036-01-31T00:00:00Z"}),
        await _asked(
            http,
            "POST",
            "/v1/restores",
            {
                "protected_item_id": item_id,
                "recovery_point": {"latest": True},
                "target": TARGET,
            },
        ),
        await _asked(http, "PATCH", f"/v1/protected-items/{item_id}", {"action": "pause"}),
    ]


async def _read(http: httpx.AsyncClient, path: str) -> dict[str, Any]:
    answer = await http.get(path)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


async def _asked(http: httpx.AsyncClient, method: str, path: str, body: Mapping[str, Any]) -> str:
    etag = {"If-Match": (await http.get(path)).headers["ETag"]} if method == "PATCH" else {}
    answer = await http.request(method, path, json=dict(body), headers=etag)
    if answer.status_code != httpx.codes.ACCEPTED:
        raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text}")
    return str(answer.json()["id"])


async def _decide(http: httpx.AsyncClient, jobs: list[str]) -> Counter[str]:
    """Every second one is to be sent again; one that a later write overtook, and all others, are given up."""
    said: Counter[str] = Counter()
    for number, job in enumerate(jobs):
        for action in ("retry", "abandon") if number % 2 else ("abandon",):
            answer = await http.post(f"/v1/jobs/{job}/resolve", json={"action": action, "reason": "soak"})
            code = answer.json().get("code", "") if answer.is_error else ""
            said[f"{action} {answer.status_code} {code}".strip()] += 1
            if not answer.is_error:
                break
    return said
