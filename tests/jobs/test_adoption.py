"""Adopting an Azure job by hand: it is looked up, and held against what was asked for, before it is believed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.azure.names import bare_name
from app.azure.values import AzureJob, JobOutcome, VmRef
from app.jobs.api import adoption
from app.jobs.api.adoption import AdoptionCriteria, by_azures_clock, misfit, unchecked
from app.jobs.kinds import KINDS
from app.jobs.sweep.listing import WINDOW_MARGIN
from tests.jobs.action_steps import ambiguous_backup, events, resolve
from tests.jobs.lost_attempts import look
from tests.jobs.untracked_steps import order, restoring_across
from tests.policies.policy_steps import SEVEN, protect, put
from tests.world import World

ASKED_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ATTEMPT = str(uuid4())
WEB, DB = (bare_name(VmRef("s", "rg-demo", name)) for name in ("vm-web-01", "vm-db-01"))
SOUGHT = AdoptionCriteria(
    "backup", None, WEB, is_of_an_item=True, since=ASKED_AT, age_seconds=60.0, attempts=frozenset([ATTEMPT])
)
FOUND = AzureJob(
    "job-1", str(uuid4()), "Backup", "InProgress", JobOutcome.RUNNING, WEB, ASKED_AT + timedelta(minutes=1), None
)


# --- the rule --------------------------------------------------------------------------------------------------------
def test_what_does_the_same_for_the_same_machine_after_it_was_asked_for_may_be_it() -> None:
    assert (misfit(SOUGHT, FOUND), unchecked(SOUGHT, FOUND)) == (None, None)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"operation": "Restore"}, "is a Restore, this one is a backup"),
        ({"operation": "Register"}, "is a Register, this one is a backup"),
        ({"item_name": DB}, f"is about {DB}, this one about {WEB}"),
        ({"started_at": ASKED_AT - WINDOW_MARGIN - timedelta(seconds=1)}, "before this one was requested"),
    ],
)
def test_what_is_something_else_is_refused_with_the_difference(changes: dict[str, Any], says: str) -> None:
    assert says in (misfit(SOUGHT, replace(FOUND, **changes)) or "")


def test_clocks_may_differ_by_the_margin_of_every_look() -> None:
    assert misfit(SOUGHT, replace(FOUND, started_at=ASKED_AT - WINDOW_MARGIN)) is None


def test_its_own_attempt_proves_it_whatever_name_or_time_azure_shows() -> None:
    ours = replace(FOUND, activity_id=ATTEMPT.upper(), item_name=DB, started_at=ASKED_AT - timedelta(days=1))
    assert (misfit(SOUGHT, ours), unchecked(SOUGHT, ours)) == (None, None)
    assert misfit(SOUGHT, replace(ours, operation="Restore")) is not None, "but not what it does"


@given(st.lists(st.booleans(), min_size=len(WEB), max_size=len(WEB)))
def test_letter_case_makes_no_other_machine(capitals: list[bool]) -> None:
    spelt = "".join(letter.upper() if is_capital else letter for letter, is_capital in zip(WEB, capitals, strict=True))
    assert misfit(SOUGHT, replace(FOUND, item_name=spelt)) is None


@given(st.sampled_from(sorted(KINDS)), st.sampled_from(sorted({kind for kinds in KINDS.values() for kind in kinds})))
def test_each_operation_may_be_the_kinds_that_it_is_known_for_and_no_others(operation: str, kind: str) -> None:
    elsewhere = "westus2" if operation == "crossregionrestore" else None
    fits = misfit(replace(SOUGHT, kind=kind, region=elsewhere), replace(FOUND, operation=operation)) is None
    assert fits == (kind in KINDS[operation])


def test_a_restore_of_the_vaults_own_region_is_none_across_regions() -> None:
    restore = replace(SOUGHT, kind="restore")
    assert "paired region" in (misfit(restore, replace(FOUND, operation="CrossRegionRestore")) or "")


def test_what_owns_several_is_none_but_one_of_them() -> None:
    change = replace(SOUGHT, kind="put_policy", item_name=None, is_of_an_item=False, several=frozenset(["job-1"]))
    one = replace(FOUND, operation="ConfigureBackup", job_id="JOB-1")
    assert (misfit(change, one), unchecked(change, one)) == (None, None)
    assert "not among the 1" in (misfit(change, replace(one, job_id="job-2")) or "")


@pytest.mark.parametrize(
    ("sought", "found", "says"),
    [
        (SOUGHT, replace(FOUND, item_name=None), adoption.NO_MACHINE),
        (replace(SOUGHT, item_name=None), FOUND, adoption.NO_ITEM),
        (replace(SOUGHT, item_name=None, is_of_an_item=False), FOUND, adoption.NO_ATTEMPT),
        (SOUGHT, replace(FOUND, item_name=None, activity_id=ATTEMPT), None),
    ],
)
def test_what_azure_does_not_tell_is_no_refusal_but_is_said(
    sought: AdoptionCriteria, found: AzureJob, says: str | None
) -> None:
    assert (misfit(sought, found), unchecked(sought, found)) == (None, says)


# --- through the API -------------------------------------------------------------------------------------------------
async def another_tools_backup(world: World, vm: str = "vm-web-01") -> str:
    """Started elsewhere, of this machine: its Azure job."""
    await world.azure.backups.trigger(order(vm=vm), request_id=uuid4())
    return str(world.triggers[-1]["job_id"])


def jobs_of(world: World) -> Any:
    (vault,) = world.simulator.world.vaults.values()
    return vault.jobs


def refused(answer: Any) -> dict[str, Any]:
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["code"], problem["pointer"]) == (
        422,
        "azure_job_not_adoptable",
        "/azure_job_id",
    ), problem
    return problem


async def test_a_backup_of_another_machine_is_refused_and_those_that_fit_are_named(world: World) -> None:
    job = await ambiguous_backup(world)
    fitting = {one["job_id"] for one in world.triggers}
    await world.item("vm-db-01", {"id": job["vault_id"]})
    others = await another_tools_backup(world, "vm-db-01")
    problem = refused(await resolve(world, job, action="adopt", azure_job_id=others))
    assert "vm-db-01" in problem["detail"]
    assert {one["azure_job_id"] for one in problem["candidates"]} == fitting
    assert {one["operation"] for one in problem["candidates"]} == {"Backup"}
    assert (await look(world, job))["state"] == "needs_attention"
    chosen = problem["candidates"][0]["azure_job_id"]
    assert (await resolve(world, job, action="adopt", azure_job_id=chosen)).status_code == 202
    await world.step(20_000)
    assert (await look(world, job))["state"] == "succeeded"


async def test_a_backup_from_before_it_was_asked_for_is_refused(world: World) -> None:
    job = await ambiguous_backup(world)
    early = await another_tools_backup(world)
    jobs_of(world)[early].started -= 7 * 24 * 3600 * 1_000_000
    problem = refused(await resolve(world, job, action="adopt", azure_job_id=early))
    assert "before this one was requested" in problem["detail"]
    assert early not in {one["azure_job_id"] for one in problem["candidates"]}


@pytest.mark.parametrize("off", [timedelta(hours=-1), timedelta(hours=1)])
def test_a_wrong_azure_clock_does_not_make_a_job_look_too_early_for_adoption(off: timedelta) -> None:
    """Asked for a minute ago by the database's clock, and begun at that moment by Azure's."""
    began = ASKED_AT + off
    found = replace(FOUND, started_at=began)
    assert (misfit(SOUGHT, found) is None) is (off > timedelta())
    assert misfit(by_azures_clock(SOUGHT, began + timedelta(minutes=1)), found) is None


async def test_what_stands_for_another_job_of_ours_is_no_candidate(world: World) -> None:
    job = await ambiguous_backup(world)
    taken, free = (one["job_id"] for one in world.triggers)
    await world.rows("UPDATE jobs SET azure_job_id = :id WHERE kind = 'protect' RETURNING id", id=taken.upper())
    problem = refused(await resolve(world, job, action="adopt", azure_job_id=taken))
    assert problem["job"].startswith("/v1/jobs/")
    assert [one["azure_job_id"] for one in problem["candidates"]] == [free]


async def test_an_azure_job_that_names_no_machine_is_adopted_and_the_history_says_so(world: World) -> None:
    """As in 2019."""
    job = await ambiguous_backup(world)
    elsewhere = await another_tools_backup(world)
    jobs_of(world)[elsewhere].container_name = ""
    assert (await resolve(world, job, action="adopt", azure_job_id=elsewhere)).status_code == 202
    decided = next(one for one in await events(world, job) if one["observation"] == "adopt_decided")
    assert adoption.NO_MACHINE in decided["detail"]
    (entry,) = await world.rows("SELECT details FROM audit_entries WHERE action = 'resolve_job'")
    assert entry["details"]["unchecked"] == adoption.NO_MACHINE


async def test_nothing_is_noted_where_everything_was_checked(world: World) -> None:
    job = await ambiguous_backup(world)
    assert (await resolve(world, job, action="adopt", azure_job_id=world.triggers[0]["job_id"])).status_code == 202
    decided = next(one for one in await events(world, job) if one["observation"] == "adopt_decided")
    assert decided["detail"] == "adopt: seen in the portal"
    (entry,) = await world.rows("SELECT details FROM audit_entries WHERE action = 'resolve_job'")
    assert "unchecked" not in entry["details"]


@pytest.mark.parametrize(("status", "seconds"), [(503, "5"), (500, "5"), (429, "40")])
async def test_what_azure_cannot_show_now_is_not_adopted_unseen(world: World, status: int, seconds: str) -> None:
    job = await ambiguous_backup(world)
    ours, more = world.triggers[0]["job_id"], {"retry_after": seconds} if status == 429 else {}
    world.fault("GET", r"/backupJobs/[^/]+$", "status_before", status=status, times=20, **more)
    answer = await resolve(world, job, action="adopt", azure_job_id=ours)
    assert (answer.status_code, answer.json()["code"], answer.json()["retryable"]) == (503, "azure_away", True)
    assert (answer.headers["Retry-After"], bool(answer.json()["remedy"])) == (seconds, True)
    assert (await look(world, job))["state"] == "needs_attention"


async def test_what_azure_shows_again_is_adopted(world: World) -> None:
    job = await ambiguous_backup(world)
    ours = world.triggers[0]["job_id"]
    world.fault("GET", r"/backupJobs/[^/]+$", "status_before", status=503)
    assert (await resolve(world, job, action="adopt", azure_job_id=ours)).status_code == 503
    assert (await resolve(world, job, action="adopt", azure_job_id=ours)).json()["azure"]["job_id"] == ours


async def test_a_refusal_comes_without_candidates_where_azure_lists_nothing_now(world: World) -> None:
    job = await ambiguous_backup(world)
    world.fault("GET", r"/backupJobs$", "status_before", status=503, times=20)
    problem = refused(await resolve(world, job, action="adopt", azure_job_id=str(uuid4())))
    assert problem["candidates"] == []


async def test_a_restore_across_regions_is_looked_up_where_it_runs(world: World) -> None:
    job = await restoring_across(world)
    await world.make_due()
    await world.run_due()
    ours = (await look(world, job))["azure"]["job_id"]
    await world.rows("UPDATE jobs SET state = 'needs_attention' WHERE id = :id RETURNING id", id=UUID(job["id"]))
    world.fault("GET", r"/backupJobs/[^/]+$", "status_before", status=503, times=20)  # the region of the vault is down
    assert (await resolve(world, job, action="adopt", azure_job_id=ours)).json()["state"] == "running"
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"


async def test_one_of_the_several_of_a_policy_change_is_no_other_job(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    await protect(world, vault, policy, "vm-web-01", "vm-db-01")
    change = (await put(world, policy, SEVEN)).json()
    await world.loops["submitting"].run_once()
    world.advance(30)
    await world.make_due()
    await world.loops["operations"].run_once()
    (row,) = await world.rows("SELECT azure_job_ids AS ids FROM jobs WHERE id = :id", id=UUID(change["id"]))
    one = next(one for one in row["ids"] if jobs_of(world)[one].friendly_name == "vm-web-01")
    jobs_of(world)[one].activity_id = str(uuid4())  # nothing but its place among the several tells whose it is
    (lost,) = await world.rows(
        "UPDATE jobs SET state = 'needs_attention' WHERE kind = 'protect' AND protected_item_id ="
        " (SELECT id FROM protected_items WHERE vm_key LIKE '%vm-web-01') RETURNING id"
    )
    problem = refused(await resolve(world, {"id": str(lost["id"])}, action="adopt", azure_job_id=one.upper()))
    assert problem["job"] == f"/v1/jobs/{change['id']}"


async def test_what_was_to_be_cancelled_as_an_orphan_is_not_once_it_is_adopted(world: World) -> None:
    job = await ambiguous_backup(world)
    ours = world.triggers[0]["job_id"]
    await world.rows(
        "INSERT INTO cancellations (id, job_id, tenant, azure_job_id, requested_by)"
        " SELECT gen_random_uuid(), id, tenant, :ours, 'holdfast' FROM jobs WHERE id = :id RETURNING id",
        ours=ours,
        id=UUID(job["id"]),
    )
    assert (await resolve(world, job, action="adopt", azure_job_id=ours)).status_code == 202
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"
    assert jobs_of(world)[ours].cancel_asked is None
