"""What Azure answers, through the real SDK, in our words. The shapes are restated in `fixtures/`."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote

import httpx
import pytest

from app.azure import errors as e
from app.azure import values as v
from app.azure.point_values import VmThen

from .conftest import SUBSCRIPTION, AzureOver

Shape = Callable[[str], Any]
WEB = v.VmRef(SUBSCRIPTION, "RG-Machines", "Web-01")
DATE = {"Date": "Thu, 05 Mar 2026 10:30:00 GMT"}


def answering(body: Any, seen: list[httpx.Request] | None = None) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        return httpx.Response(200, json=body, headers=DATE)

    return answer


async def test_a_protected_item_is_read_although_the_sdk_gives_its_base_class(
    azure_over: AzureOver, shape: Shape, item: v.ItemRef
) -> None:
    seen: list[httpx.Request] = []
    read = await azure_over(answering(shape("item-protected"), seen)).protected_items.get(item)
    assert read == v.AzureItem(
        vm=WEB,
        policy_name="nightly",
        protection_state="Protected",
        health="Passed",
        last_backup_status="Completed",
        last_backup_at=datetime(2026, 3, 5, 2, 0, 3, 123456, UTC),
        last_recovery_point_at=datetime(2026, 3, 5, 2, 0, 7, 765432, UTC),
        soft_deleted=False,
        health_details=(v.AzureJobError("400239", "IaasVmHealthGreenDefault", "All is well."),),
        enhanced=False,
    )
    assert unquote(seen[0].url.path).endswith(
        "/protectionContainers/IaasVMContainer;iaasvmcontainerv2;rg-machines;web-01"
        "/protectedItems/VM;iaasvmcontainerv2;rg-machines;web-01"
    )


async def test_a_new_item_has_no_backup_yet(azure_over: AzureOver, shape: Shape, item: v.ItemRef) -> None:
    read = await azure_over(answering(shape("item-new"))).protected_items.get(item)
    assert (read.protection_state, read.policy_name) == ("IRPending", "nightly")
    assert (read.last_backup_status, read.last_backup_at, read.last_recovery_point_at) == (None, None, None)


async def test_a_soft_deleted_item_says_so_and_why_it_is_ill(
    azure_over: AzureOver, shape: Shape, item: v.ItemRef
) -> None:
    read = await azure_over(answering(shape("item-soft-deleted"))).protected_items.get(item)
    assert (read.soft_deleted, read.policy_name, read.protection_state) == (True, None, "ProtectionStopped")
    assert read.health_details == (
        v.AzureJobError("400052", "DiffCopyFailedToTransferData", "Copying failed.", ("Try again.",)),
    )


async def test_items_of_other_kinds_are_left_out_of_the_list(
    azure_over: AzureOver, shape: Shape, vault: v.VaultRef
) -> None:
    classic = {"name": "VM;x", "properties": {"protectedItemType": "Microsoft.ClassicCompute/virtualMachines"}}
    seen: list[httpx.Request] = []
    body = {"value": [classic, shape("item-new"), shape("item-protected")]}
    read = await azure_over(answering(body, seen)).protected_items.list(vault)
    assert [entry.protection_state for entry in read] == ["IRPending", "Protected"]
    assert _filter(seen[0]) == "backupManagementType eq 'AzureIaasVM' and itemType eq 'VM'"


async def test_a_job_is_read_with_its_progress(azure_over: AzureOver, shape: Shape, vault: v.VaultRef) -> None:
    body = shape("job-restoring")
    read = await azure_over(answering(body)).jobs.get(vault, body["name"])
    assert read == v.AzureJob(
        job_id="10000000-0000-4000-8000-000000000001",
        activity_id="abcdef00-0000-4000-8000-000000000001",
        operation="Restore",
        status="InProgress",
        outcome=v.JobOutcome.RUNNING,
        item_name="iaasvmcontainerv2;rg-machines;web-01",
        started_at=datetime(2026, 3, 5, 10, 0, 0, 500000, UTC),
        ended_at=None,
        details=v.AzureJobDetails(
            tasks=(v.AzureTask("Transfer data from vault", "InProgress"),),
            progress_percent=77.0,
            remaining_seconds=120.0,
            properties={"Job Type": "Recover disks", "Recovery point time": "3/5/2026 2:00:07 AM"},
        ),
    )


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("InProgress", v.JobOutcome.RUNNING),
        ("Cancelling", v.JobOutcome.CANCELLING),
        ("Completed", v.JobOutcome.SUCCEEDED),
        ("CompletedWithWarnings", v.JobOutcome.SUCCEEDED_WITH_WARNINGS),
        ("Failed", v.JobOutcome.FAILED),
        ("Cancelled", v.JobOutcome.CANCELLED),
        ("Contemplating", v.JobOutcome.RUNNING),
    ],
)
async def test_a_status_never_seen_is_still_running(
    azure_over: AzureOver, shape: Shape, vault: v.VaultRef, status: str, outcome: v.JobOutcome
) -> None:
    body = shape("job-restoring")
    body["properties"]["status"] = status
    read = await azure_over(answering(body)).jobs.get(vault, body["name"])
    assert (read.status, read.outcome) == (status, outcome)


async def test_an_answer_about_another_job_is_unreadable(
    azure_over: AzureOver, shape: Shape, vault: v.VaultRef
) -> None:
    """Followed under that name, the job that was asked for would be one that nobody follows: an orphan."""
    body = shape("job-restoring")
    for region in (None, "westus"):
        with pytest.raises(e.AzureUnreadable, match="about job"):
            await azure_over(answering(body)).jobs.get(vault, "another", region=region)
        read = await azure_over(answering(body)).jobs.get(vault, body["name"].upper(), region=region)
        assert read.job_id == body["name"]


async def test_jobs_of_a_window_carry_their_errors_and_azures_clock(
    azure_over: AzureOver, shape: Shape, vault: v.VaultRef
) -> None:
    seen: list[httpx.Request] = []
    start = datetime(2026, 3, 4, 22, 0, 0, 250000, UTC)
    listing = await azure_over(answering(shape("jobs-of-a-window"), seen)).jobs.list_window(
        vault, start, start + timedelta(hours=14)
    )
    failed, configured = listing.jobs  # the database's job is none of ours
    assert failed.outcome is v.JobOutcome.FAILED
    assert failed.errors == (
        v.AzureJobError("400199", "VMCreationTimeOutStorageErrorV2", "It took too long.", ("Wait.", "Try again.")),
    )
    assert failed.details is None
    assert (configured.outcome, configured.item_name) == (v.JobOutcome.SUCCEEDED, None)
    assert listing.began_at == datetime(2026, 3, 5, 10, 30, tzinfo=UTC)
    assert listing.complete
    assert _filter(seen[0]) == (
        "operation eq '' and startTime eq '2026-03-04 10:00:00 PM' and endTime eq '2026-03-05 12:00:01 PM'"
    )


async def test_every_page_is_followed_and_the_first_ones_clock_counts(
    azure_over: AzureOver, shape: Shape, vault: v.VaultRef
) -> None:
    entries = shape("jobs-of-a-window")["value"][:2]
    link = f"https://management.azure.com{vault.id}/backupJobs?api-version=2026-10-01&$filter=x%20eq%20''&$skipToken="
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        token = parse_qs(request.url.query.decode()).get("$skipToken", ["0"])[0]
        page = int(token)
        body = {"value": entries[page : page + 1]} | ({"nextLink": f"{link}{page + 1}"} if page < 2 else {})
        return httpx.Response(200, json=body, headers={"Date": f"Thu, 05 Mar 2026 10:3{page}:00 GMT"})

    listing = await azure_over(answer).jobs.list_in_progress(vault)
    assert [job.job_id for job in listing.jobs] == [entry["name"] for entry in entries]
    assert listing.began_at == datetime(2026, 3, 5, 10, 30, tzinfo=UTC)
    assert (listing.complete, len(seen)) == (True, 3)
    assert _filter(seen[0]) == "status eq 'InProgress'"


async def test_a_page_that_fails_fails_the_list_and_says_when_to_come_back(
    azure_over: AzureOver, shape: Shape, vault: v.VaultRef
) -> None:
    link = f"https://management.azure.com{vault.id}/backupJobs?$skipToken=1"
    answers = iter(
        [
            httpx.Response(200, json={**shape("jobs-of-a-window"), "nextLink": link}),
            httpx.Response(429, headers={"Retry-After": "300"}),
        ]
    )
    with pytest.raises(e.AzureThrottled) as throttled:
        await azure_over(lambda _: next(answers)).jobs.list_in_progress(vault)
    assert throttled.value.retry_after == 300


async def test_an_entry_that_cannot_be_read_hides_no_other_and_proves_no_absence(
    azure_over: AzureOver, shape: Shape, vault: v.VaultRef
) -> None:
    body = shape("jobs-of-a-window")
    del body["value"][0]["properties"]["status"]
    listing = await azure_over(answering(body)).jobs.list_in_progress(vault)
    assert [job.operation for job in listing.jobs] == ["ConfigureBackup"]
    assert not listing.complete


async def test_recovery_points_are_sorted_by_time_and_not_by_name(
    azure_over: AzureOver, shape: Shape, item: v.ItemRef
) -> None:
    newest, middle, oldest = await azure_over(answering(shape("recovery-points"))).recovery_points.list(item)
    assert [point.id for point in (newest, middle, oldest)] == ["100", "500", "900"]
    tier = v.RecoveryPointTier
    assert newest == v.RecoveryPoint(
        id="100",
        time=datetime(2026, 3, 5, 2, 0, 7, 765432, UTC),
        consistency="crash",
        tiers=(tier("snapshot", "deleted"), tier("vault", "valid"), tier("archive", "rehydrated")),
        encrypted=True,
        included_luns=(1,),
        disks_included=2,
        disks_attached=3,
        is_mounted=False,
        then=VmThen(managed=True, os="linux"),
    )
    assert (middle.consistency, middle.included_luns) == ("file_system", None)
    assert middle.tiers == (tier("snapshot", "deleted"), tier("vault", "valid"))
    assert (oldest.consistency, oldest.encrypted) == ("application", False)
    assert oldest.tiers == (tier("snapshot", "valid"), tier("vault", "valid"))


async def test_what_a_point_tells_of_its_machine_is_read_and_what_it_leaves_out_is_unknown(
    azure_over: AzureOver, shape: Shape, item: v.ItemRef
) -> None:
    body = shape("recovery-points")
    first, second, third = (entry["properties"] for entry in body["value"])
    first |= {"zones": ["2"], "securityType": "ConfidentialVM", "sourceVMStorageType": "NormalStorage"}
    second |= {"zones": None, "sourceVMStorageType": "PremiumVMOnPartialPremiumStorage", "isManagedVirtualMachine": 0}
    for name in ("isManagedVirtualMachine", "isSourceVMEncrypted"):
        third.pop(name, None)
    third |= {"zones": "2", "isSourceVMEncrypted": "yes", "osType": "BeOS"}
    points = await azure_over(answering(body)).recovery_points.list(item)
    told = {point.id: point.then for point in points}
    assert [told[entry["name"]] for entry in body["value"]] == [
        VmThen(zones=("2",), managed=True, premium=False, os="linux", security_type="confidentialvm"),
        VmThen(zones=(), premium=True, os="linux"),
        VmThen(),
    ]
    assert next(point for point in points if point.id == body["value"][2]["name"]).encrypted is None


async def test_an_old_vault_says_nothing_about_its_settings(
    azure_over: AzureOver, shape: Shape, vault: v.VaultRef
) -> None:
    read = await azure_over(answering(shape("vault-old"))).vaults.get(vault)
    assert read == v.AzureVault(vault, "westus", "Succeeded", None, None, None, None, None)


async def test_a_new_vault_says_how_it_is_kept(azure_over: AzureOver, shape: Shape, vault: v.VaultRef) -> None:
    read = await azure_over(answering(shape("vault-new"))).vaults.get(vault)
    assert read == v.AzureVault(
        vault,
        "westus",
        "Provisioning",
        "geo",
        cross_region_restore=True,
        soft_delete_state="always_on",
        soft_delete_days=14,
        immutability="unlocked",
        tags={"team": "night"},
    )


async def test_a_vm_is_read_where_it_really_is(azure_over: AzureOver) -> None:
    body = {
        "id": WEB.id.upper().replace("/SUBSCRIPTIONS/", "/Subscriptions/"),
        "location": "westus",
        "properties": {"storageProfile": {"osDisk": {"osType": "Windows"}}},
    }
    seen: list[httpx.Request] = []
    read = await azure_over(answering(body, seen)).virtual_machines.get(WEB)
    assert (read.location, read.os, read.vm.id.lower()) == ("westus", "windows", WEB.id.lower())
    assert seen[0].url.path == WEB.id
    assert seen[0].url.query == b"api-version=2026-04-01"


async def test_restored_disks_are_told_by_their_tag_on_every_page(azure_over: AzureOver) -> None:
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-restored"

    def disk(name: str, **tags: str) -> dict[str, Any]:
        return {"id": f"{group}/providers/Microsoft.Compute/disks/{name}", "name": name, "tags": tags}

    pages = {
        None: {
            "value": [disk("mine-1", RSVaultBackup="JOB-1"), disk("other", RSVaultBackup="job-2"), disk("bare")],
            "nextLink": f"https://management.azure.com{group}/providers/Microsoft.Compute/disks?$skiptoken=2",
        },
        "2": {"value": [disk("mine-2", rsvaultbackup="job-1")]},
    }
    azure = azure_over(lambda r: httpx.Response(200, json=pages[r.url.params.get("$skiptoken")]))
    found = await azure.restores.list_disks(group)
    assert [(entry.name, entry.restored_by) for entry in found] == [
        ("mine-1", "job-1"),
        ("other", "job-2"),
        ("bare", None),
        ("mine-2", "job-1"),
    ]


@pytest.mark.parametrize(
    ("answer", "outcome", "code"),
    [
        (httpx.Response(404, json={"error": {"code": "ResourceNotFound", "message": "m"}}), e.AzureNotFound, None),
        (httpx.Response(404, json={"code": "Flat", "message": "m"}), e.AzureNotFound, "Flat"),
        (httpx.Response(404, text="gone"), e.AzureNotFound, "Http404"),
        (httpx.Response(404, json={"ErrorCode": "Third", "Message": {"Value": "m"}}), e.AzureNotFound, "Third"),
        (httpx.Response(404, json={"ErrorCode": "Third", "Message": None}), e.AzureNotFound, "Third"),
        (httpx.Response(404, json={"error": "text", "code": "Flat"}), e.AzureNotFound, "Flat"),
        (httpx.Response(403, json={"error": {"code": "AuthorizationFailed"}}), e.AzureDenied, "AuthorizationFailed"),
        (httpx.Response(200, text="<html>"), e.AzureUnreadable, None),
        (httpx.Response(200, json=[]), e.AzureUnreadable, None),
        (httpx.Response(200, json={}), e.AzureUnreadable, None),
        (httpx.Response(200, json={"value": 5}), e.AzureUnreadable, None),
        (httpx.Response(200), e.AzureUnreadable, None),
    ],
)
async def test_every_read_fails_in_azures_few_ways(
    azure_over: AzureOver, item: v.ItemRef, answer: httpx.Response, outcome: type[e.AzureError], code: str | None
) -> None:
    azure = azure_over(lambda _: answer)
    calls = [
        azure.vaults.get(item.vault),
        azure.policies.get(v.PolicyRef(item.vault, "nightly")),
        azure.protected_items.get(item),
        azure.recovery_points.get(item, "1"),
        azure.jobs.get(item.vault, "1"),
        azure.virtual_machines.get(item.vm),
    ]
    lists = [
        azure.policies.list(item.vault),
        azure.protected_items.list(item.vault),
        azure.recovery_points.list(item),
        azure.jobs.list_in_progress(item.vault),
    ]
    for call in [*calls, *lists]:
        with pytest.raises(e.AzureError) as raised:
            await call
        assert type(raised.value) is outcome
        if code is not None:
            assert isinstance(raised.value, e.AzureRejected)
            assert raised.value.code == code


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (httpx.Response(202, headers={"Retry-After": "60"}), (v.OperationState.IN_PROGRESS, (), None, 60)),
        (httpx.Response(204), (v.OperationState.SUCCEEDED, (), None, None)),
        (httpx.Response(200), (v.OperationState.SUCCEEDED, (), None, None)),
        (
            httpx.Response(200, json={"status": "InProgress", "endTime": "0001-01-01T00:00:00"}),
            (v.OperationState.IN_PROGRESS, (), None, None),
        ),
        (httpx.Response(200, json={"status": "Pondering"}), (v.OperationState.IN_PROGRESS, (), None, None)),
        (
            httpx.Response(
                200,
                json={
                    "status": "Succeeded",
                    "properties": {"objectType": "OperationStatusJobExtendedInfo", "jobId": "j1"},
                },
            ),
            (v.OperationState.SUCCEEDED, ("j1",), None, None),
        ),
        (
            httpx.Response(
                200,
                json={
                    "status": "Succeeded",
                    "properties": {"objectType": "OperationStatusJobsExtendedInfo", "jobIds": ["j1", "j2"]},
                },
            ),
            (v.OperationState.SUCCEEDED, ("j1", "j2"), None, None),
        ),
        (
            httpx.Response(200, json={"status": "Failed", "error": {"code": "UserErrorX", "message": "m"}}),
            (v.OperationState.FAILED, (), "UserErrorX", None),
        ),
        (httpx.Response(200, json={"status": "Canceled"}), (v.OperationState.CANCELLED, (), None, None)),
        (
            httpx.Response(200, json={"id": "/x", "properties": {"provisioningState": "Provisioning"}}),
            (v.OperationState.IN_PROGRESS, (), None, None),
        ),
        (httpx.Response(200, json={"id": "/x", "properties": {}}), (v.OperationState.SUCCEEDED, (), None, None)),
    ],
)
async def test_an_operation_is_followed_by_whichever_url_azure_gave(
    azure_over: AzureOver, answer: httpx.Response, status: tuple[object, ...]
) -> None:
    read = await azure_over(lambda _: answer).operations.status("https://management.azure.com/operation")
    assert (read.state, read.job_ids, read.error_code, read.retry_after) == status


def _filter(request: httpx.Request) -> str:
    return parse_qs(request.url.query.decode())["$filter"][0]
