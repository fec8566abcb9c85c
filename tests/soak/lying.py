"""R19: lists that are none, for longer than SETTLE, while answers to triggers are lost."""

import asyncio
import itertools
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from tests.bench.caller import ask, request_bytes
from tests.bench.report import Figure
from tests.bench.stack import SUBSCRIPTION
from tests.soak.once import ALL_OVER, RESTORE, happened, once_figures
from tests.soak.persistent_caller import AT_ONCE, ask_for_restores
from tests.soak.stage import SETTLE_SECONDS, Stage
from tests.soak.truth import count_once, triggers_so_far

DROPPED_AFTER, DROPPED_BEFORE = 0.3, 0.2
ASKED_WITHIN = 10.0
"""Seconds: what is lost is lost early, so that its SETTLE ends while the lists lie."""
LIES = SETTLE_SECONDS + 20.0
LONGEST = 1000
"""Pages of one list (app/azure/sdk/paging.py)."""
LISTS = r"(backupJobs|backupProtectedItems|backupPolicies)$"
AZURE = "https://management.azure.com"
"""Whose links are followed; the simulator stands in for it."""
AN_ERROR = json.dumps({"error": {"code": "InternalServerError", "message": "Something went wrong."}})
IDS = """
SELECT id, vm_key FROM protected_items UNION ALL SELECT id, name_key FROM policies
"""
ENDS = "SELECT state, count(*) FROM jobs WHERE id = ANY(%s::uuid[]) GROUP BY state"
SENT_AGAIN = "SELECT count(*) FROM attempts WHERE job_id = ANY(%s::uuid[]) AND state = 'retired'"


def lies_about(vault: str, kind: str) -> Sequence[dict[str, Any]]:
    """The faults of one vault: how its lists lie."""
    path = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-demo/providers/Microsoft.RecoveryServices/vaults/{vault}"

    def page(where: str, following: str) -> dict[str, Any]:
        body = json.dumps({"value": [], "nextLink": f"{AZURE}{path}/{following}"})
        return _answer(f"/vaults/{vault}/{where}", body)

    lists = {"method": "GET", "path": f"/vaults/{vault}/.*{LISTS}"}
    if kind == "an entry that cannot be read":
        return [{"match": lists, "times": None, "effect": "odd_entry"}]
    if kind == "a link to itself":
        return [page(f".*{LISTS}", "again"), page("again", "again")]
    if kind == "pages without end":  # of what a refresh reads; what sweeps read is no list
        others = _answer(f"/vaults/{vault}/backupJobs$", "{}")
        return [page(".*backupPolicies$", "page-0"), page("page-", "page-{hits}"), others]
    return [_answer(lists["path"], "{}" if kind == "no list" else AN_ERROR)]


KINDS = ("no list", "an error", "a link to itself", "pages without end", "an entry that cannot be read")


def _answer(path: str, body: str) -> dict[str, Any]:
    match = {"method": "GET", "path": path}
    return {"match": match, "times": None, "effect": "status_before", "status": 200, "body": body}


async def lying_lists(stage: Stage, *, restores: int) -> list[Figure]:
    """Each vault's lists lie in one of five ways; nothing may be concluded from them, and nothing forgotten."""
    known = set(stage.rows(IDS))
    before = await triggers_so_far(stage)
    vaults = {str(one["name"]): str(one["id"]) for one in (await stage.api.get("/v1/vaults?limit=200"))["items"]}
    began = time.monotonic()
    async with stage.watching_azure():
        with stage.workers(2) as workers:
            await asyncio.gather(*(worker.ready() for worker in workers))
            await _plant(stage, vaults)
            asked = await ask_for_restores(stage, restores, every=ASKED_WITHIN * AT_ONCE / restores)
            refreshes = [await _refresh(stage, vault) for vault in vaults.values()]
            await asyncio.sleep(LIES)
            faults = (await stage.control("GET", "faults"))["faults"]
            doubted = int(stage.rows(SENT_AGAIN, asked.jobs)[0][0])
            await stage.control("DELETE", "faults")
            await stage.until(ALL_OVER, asked.jobs + refreshes, seconds=60 + 4 * SETTLE_SECONDS)
            again = [await _refresh(stage, vault) for vault in vaults.values()]
            await stage.until(ALL_OVER, again, seconds=60)
        took = time.monotonic() - began
    once = await count_once(stage, asked.jobs, before)
    ended: dict[str, int] = dict(stage.rows(ENDS, refreshes + again))
    ids = set(stage.rows(IDS))
    not_well = len(refreshes + again) - ended.get("succeeded", 0)
    lost = sum(fault["hits"] for fault in faults if fault["effect"].startswith("drop_"))
    return [
        *once_figures("r19", "R19 lists that are none", once, took, stage.held, f"refreshes: {ended}"),
        happened("r19_lost_answers", "answers to triggers that were lost", lost),
        happened("r19_lies", "lists that were none", sum(fault["hits"] for fault in faults) - lost),
        Figure("r19_sent_again", "  sent again on their word", doubted, "", (0, False)),
        Figure("r19_ids", "  ids of items and policies that changed", len(known ^ ids), "", (0, False)),
        Figure("r19_refreshes", "  refreshes that did not end well", not_well, "", (0, False)),
        Figure("r19_pages", "  pages read of a list without end", _pages(faults), "", (LONGEST, False)),
    ]


async def _plant(stage: Stage, vaults: Mapping[str, str]) -> None:
    await stage.control("DELETE", "faults")
    for effect, probability in (("drop_after", DROPPED_AFTER), ("drop_before", DROPPED_BEFORE)):
        fault = {"match": RESTORE, "times": None, "effect": effect, "probability": probability}
        await stage.control("POST", "faults", fault)
    for vault, kind in zip(sorted(vaults), itertools.cycle(KINDS), strict=False):
        for fault in lies_about(vault, kind):
            await stage.control("POST", "faults", fault)


async def _refresh(stage: Stage, vault_id: str) -> str:
    request = request_bytes("POST", f"/v1/vaults/{vault_id}/refresh", stage.api.headers)
    return str((await ask(stage.api.url, request)).json()["id"])


def _pages(faults: Sequence[Mapping[str, Any]]) -> float:
    """Of one reading: the first page and those that followed. A reading that went on when we looked counts as one."""
    hits = {fault["match"]["path"].rpartition("/")[2]: fault["hits"] for fault in faults if fault["match"]["path"]}
    first = hits.get(".*backupPolicies$", 0)
    return 1 + hits.get("page-", 0) / first if first else 0.0
