"""Each member of each body of Azure's, dropped and mangled, through the whole of Holdfast: every GET answers.

In a list each variant is an entry of its own; by default a sample of fixed stride is taken (foreign.py).
"""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import structlog

from app.jobs.api.live_reads import LiveReads
from tests.jobs.untracked_steps import slow_sweep
from tests.vaults.foreign import LISTED_STRIDE, STRIDE, Rename, as_ours, many, pairs_of, recorded, sampled
from tests.vaults.foreign_lists import ITEMS, POINTS, POLICIES, answers, arm, recovers, refreshed
from tests.world import KEEP, SUBSCRIPTION, World
from tests.world import POLICY as POLICY_BODY
from tests.world import VAULT as VAULT_BODY

JOBS, JOB, ITEM, POLICY = r"/backupJobs$", r"/backupJobs/[^/]+$", r"/protectedItems/[^/]+$", r"/backupPolicies/[^/]+$"
VAULTS, VAULT, PROTECTABLE = (
    r"/subscriptions/[^/]+/providers/Microsoft.RecoveryServices/vaults$",
    r"/vaults/[^/]+$",
    (r"/backupProtectableItems$"),
)
LISTS = (
    "/v1/vaults",
    "/v1/protected-items",
    "/v1/jobs",
    "/v1/restores",
    "/v1/vaults/{vault}/policies",
    "/v1/protected-items?vault_id={vault}",
    "/v1/jobs?vault_id={vault}&origin=azure",
)
Body = dict[str, Any]


@contextmanager
def nothing_fails() -> Iterator[None]:
    """A loop survives its own bugs and logs them: here that is a failure."""
    with structlog.testing.capture_logs() as logs:
        yield
    assert [one for one in logs if one["log_level"] in {"error", "critical"}] == []


async def get(world: World, path: str) -> httpx.Response:
    """Answered, or a problem that says why not; `World` fails the test on any 500."""
    answer = await world.api.get(path)
    assert answer.status_code < 500 or answer.status_code == 503, (path, answer.text)
    if answer.status_code >= 400:
        problem = answer.json()
        assert problem["code"], path
        assert problem["remedy"], path
    return answer


async def walk(world: World, first: str) -> list[Body]:
    """Every page of a list."""
    found: list[Body] = []
    path: str | None = first
    while path:
        answer = await get(world, path)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        path = f"{first}{'&' if '?' in first else '?'}cursor={page['next']}" if page["next"] else None
    return found


async def all_lists(world: World, item: Body) -> None:
    for path in LISTS:
        sample = await walk(world, path.format(vault=item["vault_id"]))
        for one in sampled(sample, STRIDE):
            where = path.partition("?")[0].replace("/vaults/{vault}", "")
            assert (await get(world, f"{where}/{one['id']}")).status_code == 200


def listed(kind: str, rename: Rename) -> list[Body]:
    return [body for _, body in many(kind, rename, LISTED_STRIDE)]


def vm_named(number: int) -> str:
    return f"vm-odd-{number}"


async def good(world: World, item: Body, tail: str) -> list[Body]:
    """What the simulated Azure lists itself."""
    vault = (await world.api.get(f"/v1/vaults/{item['vault_id']}")).json()
    found: list[Body] = (await arm(world, "GET", f"{vault['arm_id']}{tail}")).json()["value"]
    return found


async def test_every_item_and_policy_that_azure_may_list_is_taken_in_or_named(world: World) -> None:
    """One refresh reads both lists."""
    item = await world.item()
    odd = listed("item", lambda body, number: as_ours(body, vm_named(number)))
    ways = listed("policy", lambda body, number: as_ours(body, "vm-web-01", f"odd-{number}"))
    answers(world, ITEMS, {"value": odd + await good(world, item, "/backupProtectedItems")})
    answers(world, POLICIES, {"value": ways + await good(world, item, "/backupPolicies")})
    with nothing_fails():
        job = await refreshed(world, item["vault_id"])
    assert job["state"] == "succeeded", job
    items = await walk(world, f"/v1/protected-items?vault_id={item['vault_id']}")
    assert item["id"] in {one["id"] for one in items}
    assert len(items) > len(odd) / 2
    policies = await walk(world, f"/v1/vaults/{item['vault_id']}/policies")
    assert item["policy_id"] in {one["id"] for one in policies}
    assert len(policies) > len(ways) / 3
    assert {one["kind"] for one in job["result"]["unreadable"]} == {"protected_item", "policy"}
    with nothing_fails():
        await slow_sweep(world)
        await all_lists(world, item)


async def test_every_job_that_azure_may_list_is_taken_in_or_left_out_and_ours_is_followed(world: World) -> None:
    item = await world.item()
    ours = (await world.api.post(f"/v1/protected-items/{item['id']}/backups", json={"retain_until": KEEP})).json()
    await world.run_due()
    odd = listed("job", lambda body, number: as_ours(body, "vm-web-01", f"{number:08}-0000-0000-0000-0000000000ff"))
    world.advance(20_000)
    answers(world, JOBS, {"value": odd + await good(world, item, "/backupJobs")})
    with nothing_fails():
        await slow_sweep(world)
        await world.step(0)
        await world.step(0)
    assert (await world.api.get(f"/v1/jobs/{ours['id']}")).json()["state"] == "succeeded"
    assert len(await walk(world, "/v1/jobs?origin=azure")) > 1
    with nothing_fails():
        await all_lists(world, item)


async def test_every_point_that_azure_may_list_is_served_or_named(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    (mine,) = await world.points(item)
    vm = "iaasvmcontainerv2;rg-demo;vm-web-01"
    tail = f"/backupFabrics/Azure/protectionContainers/IaasVMContainer;{vm}/protectedItems/VM;{vm}"
    odd = listed("point", lambda body, number: as_ours(body, "vm-web-01", f"9{number}"))
    answers(world, POINTS, {"value": odd + await good(world, item, f"{tail}/recoveryPoints")})
    path = f"/v1/protected-items/{item['id']}/recovery-points"
    points = await walk(world, path)
    assert mine["id"] in {one["id"] for one in points}
    assert len(points) > len(odd) / 3
    first = (await get(world, path)).json()
    assert first["unreadable"]
    body = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": {"mode": "files"}}
    assert (await world.api.post("/v1/restores/preflight", json=body)).status_code in {200, 409, 422, 503}


async def test_every_machine_and_vault_that_azure_may_list_is_served_or_named(world: World) -> None:
    vault = await world.vault()
    odd = listed("protectable", lambda body, number: as_ours(body, vm_named(number), f"odd-{number}"))
    answers(world, PROTECTABLE, {"value": odd})
    assert len(await walk(world, f"/v1/vaults/{vault['id']}/unprotected-vms")) > len(odd) / 2
    odd = listed("vault", lambda body, number: _vault_named(body, f"vault-odd-{number}"))
    answers(world, VAULTS, {"value": odd})
    found = await world.api.post("/v1/vaults/discover", json={"subscription_id": SUBSCRIPTION})
    assert found.status_code == 200, found.text
    assert len(found.json()["items"]) > len(odd) / 2


def _vault_named(body: Body, name: str) -> Body:
    body["name"] = name
    head = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-demo/providers/Microsoft.RecoveryServices/vaults"
    body["id"] = f"{head}/{name}"
    return body


# --- single objects --------------------------------------------------------------------------------------------------
SINGLE = {"job details": JOB, "item": ITEM, "policy": POLICY, "vault": VAULT}
"""The job first: it is looked at while it runs."""
ODD_VAULT = "vault-odd"
"""A vault that is in Azure only."""


async def test_every_single_object_that_azure_may_answer_leaves_every_answer_whole(world: World) -> None:
    world.replace_services(live_reads=LiveReads(per_minute=1_000_000))
    item = await world.item()
    await world.back_up(item)
    ours = (await world.api.post(f"/v1/protected-items/{item['id']}/backups", json={"retain_until": KEEP})).json()
    await world.run_due()
    # Somebody is looking: its details are fetched.
    followed = (await get(world, f"/v1/jobs/{ours['id']}")).json()["azure"]["job_id"]
    for kind, path in SINGLE.items():
        for done, body in many(kind, functools.partial(_renamed, kind, followed), STRIDE):
            answers(world, path, body)
            (answering,) = world.simulator.faults.waiting
            with nothing_fails():
                await ASKED[kind](world, item)
            assert answering.hits, (kind, done)
            job = (await get(world, f"/v1/jobs/{ours['id']}")).json()
            assert job["state"] in {"running", "succeeded", "failed"}, (kind, done, job)
            recovers(world)
            if kind == "policy":  # what could not be read is read now, and sent
                with nothing_fails():
                    await world.settle()
        await world.settle()
    assert (await get(world, f"/v1/protected-items/{item['id']}")).status_code == 200


def _renamed(kind: str, followed: str, body: Body, number: int) -> Body:
    del number
    if kind == "policy":
        return as_ours(body, "vm-web-01", "DefaultPolicy")
    if kind == "job details":
        body["properties"]["status"] = "InProgress"  # it ends when it says so, and is not looked at any more
        return as_ours(body, "vm-web-01", followed)
    return _vault_named(body, ODD_VAULT) if kind == "vault" else as_ours(body, "vm-web-01")


# What reads such an object while a caller waits, and what the worker reads.
async def _ask_for_item(world: World, item: Body) -> None:
    path = f"/v1/protected-items/{item['id']}"
    _whole(await world.api.patch(path, json={"action": "pause"}, params={"dry_run": "true"}))


async def _ask_for_policy(world: World, item: Body) -> None:
    """The worker looks whether the name is free before it sends."""
    jobs = await world.rows("SELECT id FROM jobs")
    name = f"odd-{len(jobs)}"
    _whole(await world.api.post(f"/v1/vaults/{item['vault_id']}/policies", json=POLICY_BODY | {"name": name}))
    await world.loops["submitting"].run_once()


async def _ask_for_vault(world: World, item: Body) -> None:
    """Before one is made; and of the point that is to be restored."""
    _whole(await world.api.post("/v1/vaults", json=VAULT_BODY | {"name": ODD_VAULT}))
    asked = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": {"mode": "files"}}
    _whole(await world.api.post("/v1/restores/preflight", json=asked))


async def _follow_job(world: World, item: Body) -> None:
    del item
    world.advance(60)
    await world.make_due()
    await world.loops["observing"].run_once()
    _whole(await world.api.get("/v1/jobs"))


ASKED = {"item": _ask_for_item, "policy": _ask_for_policy, "vault": _ask_for_vault, "job details": _follow_job}


def _whole(answer: httpx.Response) -> None:
    assert answer.status_code in {200, 202, 409, 412, 422, 503}, answer.text
    if answer.status_code >= 400:
        assert answer.json()["remedy"], answer.text


def test_the_variants_are_many_and_of_recorded_bodies() -> None:
    for kind in ("item", "point", "policy", "job", "job details", "vault", "protectable"):
        assert sum(len(pairs_of(body, lambda one, _: one)) for body in recorded(kind)) >= 100, kind
