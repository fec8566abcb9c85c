"""A row that nobody asked for: of every kind, in every state, with only what Azure gives. Every GET that can reach it
answers, and so do requests to cancel it or to decide about it."""

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any, get_args
from uuid import UUID

import pytest
import uuid_utils.compat as uuids
from sqlalchemy import text

from app.jobs.api.schemas import Kind
from app.jobs.kinds import PARENTS
from app.jobs.lifecycle import TERMINAL, State
from tests.world import DISKS, KEEP, POLICY, World

KINDS = sorted(set(get_args(Kind)) - PARENTS)
"""Azure has no job of those that hold others."""
ASKS: tuple[dict[str, str], ...] = ({}, {"azure": ""}, {"azure": "iaasvmcontainerv2;rg-demo;vm-web-01"})
RESULTS: tuple[dict[str, Any] | None, ...] = (
    None,
    {},
    {"resources": []},
    {"recovery_point_time": "2026-01-31T02:00:00+00:00"},
)
ERROR = json.dumps(
    {"code": "azure_error", "title": "No", "detail": "No.", "remedy": "Ask.", "retryable": False, "azure_code": None}
)


def rows() -> Iterator[dict[str, Any]]:
    """What is not the same in all of them goes around: whether Azure said when, of which item, and what came of it."""
    for number, (kind, state) in enumerate(itertools.product(KINDS, State)):
        yield {
            "id": uuids.uuid7(),
            "kind": kind,
            "state": state.value,
            "ask": json.dumps(ASKS[number % 3]),
            "started": number % 2 == 0,
            "finished": number % 5 != 0 and state in TERMINAL,
            "of_item": number % 4 != 0,
            "result": json.dumps(RESULTS[number % 4]) if RESULTS[number % 4] is not None else None,
            "azure_job_id": f"azure-{number}" if number % 7 else None,
            "error": ERROR if state is State.FAILED else None,
        }


_INSERT = """
INSERT INTO jobs (id, tenant, caller, requested_by, origin, kind, state, ask, vault_id, protected_item_id, resource_id,
    resource, azure_job_id, azure_status, started_at, finished_at, result, error)
SELECT :id, tenant, 'azure', 'azure', 'azure', :kind, :state, CAST(:ask AS jsonb), vault_id,
    CASE WHEN :of_item THEN id END, CASE WHEN :of_item THEN id END, '/v1/vaults/' || vault_id, :azure_job_id,
    'Whatever', CASE WHEN :started THEN now() END, CASE WHEN :finished THEN now() END, CAST(:result AS jsonb),
    CAST(:error AS jsonb)
FROM protected_items
"""


async def planted(world: World) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """An item with a point and a restore of ours, and all of these rows beside them."""
    item = await world.item()
    await world.back_up(item)
    wanted = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": DISKS}
    await world.done("/v1/restores", wanted)
    made = list(rows())
    async with world.database.begin() as session:
        await session.execute(text(_INSERT), made)
    return item, made


def gets(document: dict[str, Any]) -> list[str]:
    return [path for path, methods in document["paths"].items() if "get" in methods and path.startswith("/v1/")]


@pytest.fixture
def document(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.app.openapi()
    return found


async def test_every_get_that_can_reach_such_a_row_answers(world: World, document: dict[str, Any]) -> None:
    item, made = await planted(world)
    (restore,) = (await world.api.get("/v1/restores")).json()["items"]
    points = (await world.api.get(f"/v1/protected-items/{item['id']}/recovery-points")).json()["items"]
    assert len(points) == 1
    known = {
        "vault_id": item["vault_id"],
        "item_id": item["id"],
        "policy_id": item["policy_id"],
        "restore_id": restore["id"],
        "point_id": points[0]["id"],
        "protected_item_id": item["id"],
    }
    # Others' jobs lead no bulk request: its targets are asked for in tests/bulk/test_bulk.py.
    of_each = [path for path in gets(document) if "{job_id}" in path and not path.startswith("/v1/bulk/")]
    assert len(of_each) >= 2
    for path, row in zip(itertools.cycle(of_each), made, strict=False):
        answer = await world.api.get(path.replace("{job_id}", str(row["id"])))
        assert answer.status_code == 200, (path, row, answer.text)
    for path in gets(document):
        wanted = set(re.findall(r"{(\w+)}", path))
        if "job_id" in wanted:
            continue
        answer = await world.api.get(path.format_map(known | dict.fromkeys(wanted - known.keys(), "unknown")))
        assert answer.status_code < 500, (path, answer.text)
    pages = [(await world.api.get("/v1/jobs", params={"origin": "azure", "limit": 200})).json()]
    while pages[-1]["next"]:
        pages.append((await world.api.get("/v1/jobs", params={"cursor": pages[-1]["next"], "origin": "azure"})).json())
    listed = [job for page in pages for job in page["items"]]
    assert {(job["kind"], job["state"]) for job in listed} == {(row["kind"], row["state"]) for row in made}
    assert (await world.api.get("/metrics")).status_code == 200


async def test_a_cancel_or_a_decision_about_such_a_row_is_answered(world: World) -> None:
    _, made = await planted(world)
    bodies = [
        {"action": "retry", "reason": "x"},
        {"action": "adopt", "azure_job_id": "azure-1", "reason": "x"},
        {"action": "abandon", "reason": "x"},
    ]
    undecided = [row for row in made if row["state"] in {"submitting", "needs_attention"}]
    for body, row in zip(itertools.cycle(bodies), undecided, strict=False):
        answer = await world.api.post(f"/v1/jobs/{row['id']}/resolve", json=body)
        given_up = body["action"] == "abandon"
        assert answer.status_code == (202 if given_up else 409), (row, answer.text)
        assert answer.json().get("code") == (None if given_up else "nothing_to_resolve")
    for row in made:
        job = f"/v1/jobs/{row['id']}"
        answer = await world.api.post(f"{job}/cancel")
        assert answer.status_code in {202, 409}, (row, answer.text)
        if answer.status_code == 202 and row["state"] != "cancelled":
            assert row["kind"] in {"backup", "restore"}, "nothing of ours is withdrawn"
    unsent = [row["id"] for row in made if row["state"] in {"queued", "awaiting_approval"}]
    states = await world.rows("SELECT DISTINCT state FROM jobs WHERE id = ANY(:ids)", ids=unsent)
    assert {row["state"] for row in states} == {"queued", "awaiting_approval"}


async def test_what_is_asked_beside_such_rows_is_judged_by_our_own(world: World) -> None:
    """Changes asked of vault, policy and item read what the jobs before them asked for."""
    item, _ = await planted(world)
    vault, policy = f"/v1/vaults/{item['vault_id']}", f"/v1/policies/{item['policy_id']}"
    for path, method, body in (
        (vault, "PATCH", {"tags": {"a": "b"}}),
        (policy, "PUT", POLICY | {"name": "DefaultPolicy"}),
        (f"/v1/protected-items/{item['id']}", "PATCH", {"action": "pause"}),
        (f"/v1/protected-items/{item['id']}/backups", "POST", {"retain_until": KEEP}),
        (
            "/v1/restores/preflight",
            "POST",
            {
                "protected_item_id": item["id"],
                "recovery_point": {"latest": True},
                "target": {"mode": "replace_disks", "staging_storage_account_id": DISKS["staging_storage_account_id"]},
            },
        ),
        (vault, "DELETE", None),
        (policy, "DELETE", None),
    ):
        etag = (await world.api.get(path)).headers.get("ETag", "") if method in {"PATCH", "PUT"} else ""
        answer = await world.api.request(method, path, json=body, headers={"If-Match": etag} if etag else {})
        assert answer.status_code < 500, (path, answer.text)
    (count,) = await world.rows("SELECT count(*) AS jobs FROM jobs WHERE id = :id", id=UUID(item["id"]))
    assert count["jobs"] == 0
