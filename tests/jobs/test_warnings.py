"""What Azure says about the end of a job is kept for every end, also of jobs that others started."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from app import error_catalogue
from app.azure.errors import AzureRejected
from app.azure.restore_values import DisksTarget, RestoreOrder
from app.azure.sdk import translate_jobs
from app.azure.values import (
    AzureJobError,
    AzureTask,
    JobOutcome,
    OperationState,
    OperationStatus,
)
from app.jobs import failures
from app.jobs.sweep.matching import all_of
from tests.jobs.lost_attempts import look
from tests.jobs.result_steps import sweep
from tests.jobs.sweep_steps import running_backups
from tests.jobs.untracked_steps import another_tool_backs_up, azures_own, order, slow_sweep
from tests.jobs.warning_steps import job
from tests.restores.restore_requests import REPLACE, ask, backed_up
from tests.whole import some_of
from tests.world import DISKS, KEEP, World

OLR = {
    "code": "snapshot_before_replace_failed",
    "title": "Azure could not take a snapshot of the VM first",
    "detail": "No snapshot.",
    "remedy": "Make the VM backable (see its health), or restore as disks.",
    "azure_code": "OlrBackupFailed",
}
TRIGGER = ("POST", r"/restore$")


async def replaced(world: World, *trouble: Any, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The job and the restore of a replacement that met this fault."""
    item = await backed_up(world)
    if trouble:
        world.fault(*trouble, **more)
    job = (await ask(world, item, REPLACE)).json()
    await world.settle()
    ended = await look(world, job)
    return ended, await world.resource_of(ended)


# --- restores --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("lists_tell", [True, False])
async def test_a_replacement_that_replaced_nothing_says_so_and_why(world: World, *, lists_tell: bool) -> None:
    job, restore = await replaced(
        world, *TRIGGER, "warn_job", code="OlrBackupFailed", message="No snapshot.", lists_tell=lists_tell
    )
    assert (job["state"], job["azure"]["status"]) == ("succeeded_with_warnings", "CompletedWithWarnings")
    assert job["warnings"] == restore["warnings"] == [OLR]
    assert job["result"]["replaced"] is restore["result"]["replaced"] is False
    assert job["error"] is None


async def test_a_replacement_that_was_done_says_so_and_has_nothing_to_warn_of(world: World) -> None:
    job, restore = await replaced(world)
    assert (job["state"], job["warnings"], restore["warnings"]) == ("succeeded", [], [])
    assert job["result"]["replaced"] is True


async def test_a_replacement_that_was_done_with_another_warning_was_done(world: World) -> None:
    job, _ = await replaced(world, *TRIGGER, "warn_job", code="UnheardOf", message="Odd.")
    assert job["result"]["replaced"] is True
    (warning,) = job["warnings"]
    assert (warning["code"], warning["azure_code"], warning["detail"]) == ("unknown", "UnheardOf", "Odd.")
    assert warning["title"] == "Azure's Restore job ended as CompletedWithWarnings"
    assert warning["remedy"] == "Look into it, then try again.", "Azure's own, where the catalogue has none"


async def test_a_replacement_that_failed_says_whether_disks_were_replaced(world: World) -> None:
    job, _ = await replaced(world, *TRIGGER, "fail_job", code="OlrBackupFailed", message="No snapshot.")
    assert (job["state"], job["warnings"], job["result"]["replaced"]) == ("failed", [OLR], False)
    assert job["error"]["azure_code"] == "OlrBackupFailed"


async def test_a_failed_replacement_ends_although_azure_cannot_say_what_became_of_the_disks(world: World) -> None:
    world.fault("GET", r"/disks$", "status_before", status=503, times=None)
    job, _ = await replaced(world, *TRIGGER, "fail_job")
    assert (job["state"], job["result"]["replaced"]) == ("failed", None)
    assert job["result"]["not_looked_up"]


async def test_a_failed_restore_that_replaces_nothing_has_no_result(world: World) -> None:
    item = await backed_up(world)
    world.fault(*TRIGGER, "fail_job")
    job = (await ask(world, item, DISKS)).json()
    await world.settle()
    ended = await look(world, job)
    assert (ended["state"], ended["result"]) == ("failed", None)
    assert [warning["azure_code"] for warning in ended["warnings"]] == ["VMCreationTimeOutStorageErrorV2"]


# --- what lists do not tell ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("effect", "state"), some_of([("warn_job", "succeeded_with_warnings"), ("fail_job", "failed")], short=1)
)
async def test_messages_that_lists_lack_are_read_by_a_later_sweep_with_spare_requests(
    world: World, effect: str, state: str
) -> None:
    world.fault("POST", r"/backup$", effect, code="UserErrorVmNotFoundV2", message="Gone.", lists_tell=False)
    (job,) = await running_backups(world, 1)
    world.advance(20_000)
    assert "get_job" not in await sweep(world, spare=0.0)
    before = await row_of(world, job)
    assert (before["state"], before["warnings"], before["details_wanted"]) == (state, None, True)
    assert (await sweep(world, spare=8.0))["get_job"] == 1
    ended = await row_of(world, job)
    assert [one["azure_code"] for one in ended["warnings"]] == ["UserErrorVmNotFoundV2"]
    assert (ended["details_wanted"], ended["updated_at"] > before["updated_at"]) == (False, True)
    if state == "failed":
        assert (ended["error"]["azure_code"], ended["error"]["detail"]) == ("UserErrorVmNotFoundV2", "Gone.")
    assert "get_job" not in await sweep(world, spare=8.0), "told once, never asked for again"


async def test_a_read_without_messages_removes_none_that_lists_showed(world: World) -> None:
    world.fault("POST", r"/backup$", "warn_job", code="UserErrorVmNotFoundV2", message="Gone.")
    (job,) = await running_backups(world, 1)
    world.advance(20_000)
    await sweep(world, spare=0.0)
    before = await row_of(world, job)
    assert (before["details_wanted"], len(before["warnings"])) == (True, 1), "its size is still to be asked for"
    for vault in world.simulator.world.vaults.values():
        for one in vault.jobs.values():
            one.warnings = ()
    assert (await sweep(world, spare=8.0))["get_job"] == 1
    ended = await row_of(world, job)
    assert (ended["details_wanted"], ended["warnings"]) == (False, before["warnings"])


async def test_a_failure_that_lists_explain_costs_no_get_and_warns(world: World) -> None:
    world.fault("POST", r"/backup$", "fail_job", code="UserErrorVmNotFoundV2", message="Gone.")
    (job,) = await running_backups(world, 1)
    world.advance(20_000)
    assert "get_job" not in await sweep(world, spare=0.0)
    assert [one["azure_code"] for one in (await row_of(world, job))["warnings"]] == ["UserErrorVmNotFoundV2"]


@pytest.mark.parametrize("lists_tell", [True, False])
async def test_a_foreign_job_keeps_azures_words_too(world: World, *, lists_tell: bool) -> None:
    """Seen to run and then to end, and seen only when it was over."""
    await world.item()
    for _ in range(2):
        world.fault("POST", r"/backup$", "warn_job", code="UserErrorVmNotFoundV2", lists_tell=lists_tell)
        await another_tool_backs_up(world)
        if not await azures_own(world):
            await slow_sweep(world)
    world.advance(20_000)
    for _ in range(2):
        await slow_sweep(world)
    jobs = await azures_own(world)
    assert [job["state"] for job in jobs] == ["succeeded_with_warnings"] * 2
    assert [[one["azure_code"] for one in job["warnings"]] for job in jobs] == [["UserErrorVmNotFoundV2"]] * 2


async def test_a_foreign_restore_is_asked_for_its_words_as_well(world: World) -> None:
    """Its result is nobody's here; what Azure says of its end is."""
    await backed_up(world)
    (point,) = await world.azure.recovery_points.list(order().item)
    world.fault(*TRIGGER, "warn_job", code="UserErrorVmNotFoundV2", lists_tell=False)
    await trigger_restore(world, point.id)
    world.advance(20_000)
    for _ in range(2):
        await slow_sweep(world)
    (job,) = await azures_own(world, kind="restore")
    assert [one["azure_code"] for one in job["warnings"]] == ["UserErrorVmNotFoundV2"]


async def test_a_job_that_azure_forgot_before_it_was_read_says_that_nothing_is_known(world: World) -> None:
    world.fault("POST", r"/backup$", "warn_job", code="OlrBackupFailed", lists_tell=False)
    (job,) = await running_backups(world, 1)
    world.advance(20_000)
    await sweep(world, spare=0.0)
    for vault in world.simulator.world.vaults.values():
        vault.jobs.clear()
    await sweep(world, spare=8.0)
    ended = await row_of(world, job)
    assert (ended["details_wanted"], [one["code"] for one in ended["warnings"]]) == (False, ["unknown"])


async def test_a_warning_without_a_name_is_told_as_what_it_is(world: World) -> None:
    world.fault("POST", r"/backup$", "warn_job")
    (job,) = await running_backups(world, 1)
    await world.settle()
    (warning,) = (await look(world, job))["warnings"]
    assert (warning["azure_code"], warning["detail"]) == (None, "Azure named none of them.")
    assert warning["remedy"]


async def test_the_dynamic_message_is_kept(world: World) -> None:
    world.fault(*TRIGGER, "warn_job", dynamic_message="Two of three disks.")
    item = await backed_up(world)
    job = (await ask(world, item, DISKS)).json()
    await world.settle()
    assert [one["detail"] for one in (await look(world, job))["warnings"]] == ["Two of three disks."]


# --- what ends without a job of Azure's ------------------------------------------------------------------------------
async def test_what_azure_refused_stands_among_the_warnings_too(world: World) -> None:
    item = await world.item()
    world.fault("POST", r"/backup$", "status_before", status=400, code="UserErrorVmNotFoundV2", message="Gone.")
    job = (await world.api.post(f"/v1/protected-items/{item['id']}/backups", json={"retain_until": KEEP})).json()
    await world.settle()
    ended = await look(world, job)
    assert ended["state"] == "failed"
    (warning,) = ended["warnings"]
    assert (warning["azure_code"], warning["remedy"]) == ("UserErrorVmNotFoundV2", ended["error"]["remedy"])
    assert error_catalogue.find_any(warning["code"]) is error_catalogue.find("UserErrorVmNotFoundV2")


# --- reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [one for one in JobOutcome if one is not JobOutcome.RUNNING])
def test_words_are_read_whatever_the_end(outcome: JobOutcome) -> None:
    said = failures.warnings_of(job(outcome, AzureJobError("1", "OlrBackupFailed", "No.")))
    assert [(one["azure_code"], one["detail"]) for one in said] == [("OlrBackupFailed", "No.")]


def test_a_task_that_went_wrong_speaks_where_nothing_else_does_and_where_it_says_why() -> None:
    well, bad = AzureTask("Copy", "Completed"), AzureTask("Snapshot", "Failed")
    (one,) = failures.warnings_of(job(JobOutcome.SUCCEEDED_WITH_WARNINGS, tasks=(well, bad)))
    assert one["title"] == "The task Snapshot ended as Failed"
    error = AzureJobError("1", "Odd", "No.")
    assert len(failures.warnings_of(job(JobOutcome.FAILED, error, tasks=(bad,)))) == 1
    assert len(failures.warnings_of(job(JobOutcome.FAILED, error, tasks=(replace(bad, detail="Busy."),)))) == 2


def test_very_long_messages_of_azure_are_cut_with_a_note() -> None:
    long, many = "x" * 200_000, range(500)
    errors = [AzureJobError(str(one), f"E{one}", f"{one} {long}", (long,)) for one in many]
    tasks = tuple(AzureTask(long, "Failed", long) for _ in many)
    ended = job(JobOutcome.FAILED, *errors, tasks=tasks, message=long)
    said = failures.warnings_of(ended)
    assert len(said) == failures.WARNINGS
    assert said[-1]["detail"] == "Azure said 1001 things; the rest were cut."
    assert "cut: Azure said 200002 characters" in str(said[0]["detail"])
    assert max(len(text) for one in said for text in one.values() if text) <= 4000
    assert failures.with_kept(said, ended)[: len(said) - 1] == said[:-1]
    refused = failures.from_rejected(AzureRejected(400, long, long))
    failed = OperationStatus(OperationState.FAILED, error_code=long, error_message=long)
    for error in (failures.from_azure_job(ended), refused, failures.from_operation(failed)):
        assert max(len(value) for value in error.as_json().values() if isinstance(value, str)) <= 4000


def test_the_job_that_stands_for_several_keeps_the_words_of_all() -> None:
    first, second = AzureJobError("1", "A", "a"), AzureJobError("2", "B", "b")
    worst = all_of([job(JobOutcome.SUCCEEDED), job(JobOutcome.FAILED, first), job(JobOutcome.FAILED, second, first)])
    assert worst.errors == (first, second)


def test_a_transfer_figure_is_no_word_and_anything_else_of_a_task_is() -> None:
    def read(told: Any) -> str:
        task = {"taskId": "Transfer", "status": "Failed", "taskExecutionDetails": told}
        properties = {"operation": "Backup", "status": "Failed", "extendedInfo": {"tasksList": [task]}}
        found = translate_jobs.job({"name": "j", "properties": properties}).details
        assert found is not None
        return found.tasks[0].detail

    assert [read(told) for told in ("63.5 GBs / 127 GBs Transferred", "No room.", None, 7)] == ["", "No room.", "", "7"]


async def row_of(world: World, job: dict[str, Any]) -> dict[str, Any]:
    """Read from the row: looking through the API would make the job a watched one."""
    (row,) = await world.rows("SELECT * FROM jobs WHERE id = :id", id=UUID(job["id"]))
    return row


async def trigger_restore(world: World, point_id: str) -> None:
    """As another tool does."""
    target = DisksTarget("disks", DISKS["resource_group_id"], DISKS["staging_storage_account_id"])
    await world.azure.restores.trigger(RestoreOrder(order().item, point_id, "westus", target), request_id=uuid4())
