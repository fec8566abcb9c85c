"""Operations without a job, and those whose job has not appeared yet."""

from uuid import UUID

import pytest

from app.azure.values import OperationState, OperationStatus
from tests.jobs.lost_attempts import ask_for_backup, look
from tests.whole import some_of
from tests.world import VAULT, World

VAULT_STATUS = r"/operationStatus/"
ITEM_STATUS = r"/operationsStatus/"


async def ask_for_vault(world: World) -> dict[str, object]:
    answer = await world.api.post("/v1/vaults", json=VAULT)
    assert answer.status_code == 202, answer.text
    job: dict[str, object] = answer.json()
    return job


async def test_a_vault_is_followed_by_its_operation_alone(world: World) -> None:
    job = await ask_for_vault(world)
    await world.run_due()
    running = await look(world, job)
    assert (running["state"], running["azure"]["job_id"]) == ("running", None)
    assert (await world.api.get(running["resource"])).json()["state"] == "creating"
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"
    vault = (await world.api.get(running["resource"])).json()
    assert vault["state"] == "ready"
    assert vault["as_of"] is not None


@pytest.mark.parametrize("status", some_of([404, 429, 500, 503], short=2))
async def test_an_operation_that_cannot_be_read_waits_and_never_fails_its_job(world: World, status: int) -> None:
    job = await ask_for_vault(world)
    world.fault("GET", VAULT_STATUS, "status_before", status=status, times=3)
    await world.run_due()
    for _ in range(3):
        await world.make_due()
        await world.loops["operations"].run_once()
    assert (await look(world, job))["state"] == "running"
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"


async def test_a_job_is_found_by_its_activity_id_when_its_operation_cannot_be_read(world: World) -> None:
    job = await ask_for_backup(world, await world.item())
    world.fault("GET", ITEM_STATUS, "status_before", status=404, times=1000)
    await world.settle()
    ended = await look(world, job)
    assert ended["state"] == "succeeded"
    assert ended["azure"]["job_id"] == world.triggers[0]["job_id"]


async def test_an_operation_that_azure_failed_fails_the_job_with_azures_words(world: World) -> None:
    """No Failed operation body was ever recorded: the shape is the SDK's, so the port is told, not the simulator."""
    job = await ask_for_vault(world)
    await world.loops["submitting"].run_once()
    operations = world.loops["operations"].run_once.__self__  # type: ignore[attr-defined]

    class Failed:
        async def status(self, _: str) -> OperationStatus:
            return OperationStatus(OperationState.FAILED, error_code="VaultQuota", error_message="Too many vaults.")

    operations._azure = Failed()
    await world.make_due()
    await operations.run_once()
    failed = await look(world, job)
    assert (failed["state"], failed["error"]["azure_code"]) == ("failed", "VaultQuota")
    assert (await world.api.get(str(job["resource"]))).status_code == 404
    (row,) = await world.rows("SELECT error FROM jobs WHERE id = :id", id=UUID(str(job["id"])))
    assert row["error"]["remedy"]
