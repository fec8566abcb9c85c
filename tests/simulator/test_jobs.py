"""Lists of jobs: order, filters, casing of versions, and their speed with a thousand."""

from typing import Any

from app.simulator.progress import BACKUP, Job
from app.simulator.world import Vault
from tests.simulator.story import VAULT, Story

JOBS = f"{VAULT}/backupJobs"


def names(body: Any) -> list[str]:
    return [entry["properties"]["operation"] for entry in body["value"]]


async def test_jobs_are_listed_newest_first_without_extended_info(story: Story) -> None:
    await story.make_vault()
    await story.back_up(await story.protect())
    body = await story.get(JOBS)
    assert names(body) == ["Backup", "ConfigureBackup"]
    assert all("extendedInfo" not in entry["properties"] for entry in body["value"])
    assert all(entry["properties"]["activityId"] for entry in body["value"])


async def test_jobs_are_filtered_by_status_operation_id_and_time(story: Story) -> None:
    await story.make_vault()
    item = await story.protect()
    await story.advance(86_400)
    await story.back_up(item)
    assert names(await story.get(JOBS, filter="status eq 'InProgress'")) == ["Backup"]
    assert names(await story.get(JOBS, filter="operation eq 'Backup' and status eq 'Completed'")) == []
    everything = await story.get(JOBS)
    older = everything["value"][1]
    assert names(await story.get(JOBS, filter=f"jobId eq '{older['name']}'")) == ["ConfigureBackup"]
    day = older["properties"]["startTime"][:10]
    window = f"operation eq '' and startTime eq '{day} 12:00:00 AM' and endTime eq '{day} 11:59:59 PM'"
    assert names(await story.get(JOBS, filter=window)) == ["ConfigureBackup"]
    assert (await story.send("GET", JOBS, filter="startTime eq '2026-01-01T00:00:00Z'")).status_code == 400
    assert names(await story.get(JOBS, filter="backupManagementType eq 'AzureWorkload'")) == []


async def test_actions_are_numbers_before_2023_and_words_since(story: Story) -> None:
    await story.make_vault()
    await story.back_up(await story.protect())
    assert (await story.newest_job(api="2022-02-01"))["properties"]["actionsInfo"] == [1]
    assert (await story.newest_job(api="2024-04-01"))["properties"]["actionsInfo"] == ["Cancellable"]


async def test_the_duration_of_a_running_job_grows_and_then_stays(story: Story) -> None:
    await story.make_vault()
    await story.back_up(await story.protect())
    first = (await story.newest_job())["properties"]["duration"]
    await story.advance(600)
    assert (await story.newest_job())["properties"]["duration"] != first
    await story.advance(4000)
    last = await story.newest_job()
    await story.advance(60)
    assert (await story.newest_job())["properties"]["duration"] == last["properties"]["duration"] == "PT1H15M"


async def test_a_job_that_is_not_there_is_404_and_one_that_has_no_cancel_is_refused(story: Story) -> None:
    await story.make_vault()
    assert (await story.send("GET", f"{JOBS}/11111111-1111-1111-1111-111111111111")).status_code == 404
    await story.protect()
    job = await story.newest_job()
    assert (await story.send("POST", f"{JOBS}/{job['name']}/cancel")).status_code == 400
    assert (await story.send("GET", f"{VAULT}/backupOperations/nothing")).status_code == 404


def fill(vault: Vault, now: int, count: int) -> None:
    for number in range(count):
        job = Job(f"job-{number}", "Backup", BACKUP, now, "a", "c", "vm", {}, cancellable=True)
        vault.jobs[job.id] = job
