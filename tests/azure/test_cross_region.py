"""The secondary region's protocol: paths, api-version and bodies as they were recorded in 2023.

Source: docs/azure.md, Cross-region restore.
"""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.azure import errors as e
from app.azure import restore_values as r
from app.azure import values as v

from .conftest import SUBSCRIPTION, AzureOver

S = f"/subscriptions/{SUBSCRIPTION}"
LOCATION = f"{S}/providers/Microsoft.RecoveryServices/locations/eastus"
IDENTITY = {
    "tenantId": "t",
    "audience": "https://RecoveryServices/IaasCoord/aadmgmt/eus",
    "servicePrincipalObjectId": "p",
}
TOKEN = {
    "objectType": "CrrAccessToken",
    "accessTokenString": "a-secret-token",
    "recoveryPointId": "42",
    "recoveryPointTime": "12/29/2022 10:38:52 PM",
    "rpTierInformation": {"InstantRP": "Deleted", "HardenedRP": "Valid"},
    "rpOriginalSAOption": False,
    "protectionContainerId": 3125999,
    "bMSActiveRegion": "WestUS",
    "somethingNew": {"kept": ["as", "it", "is"]},
}
STATUS = f"https://management.azure.com{LOCATION}/backupCrrOperationsStatus/NjQ7OWI=?api-version=2023-01-15"
JOB_ID = "4a835c63-0b2d-4a35-a7a1-ea9b4981ab1a"


def job_body(job_id: str = JOB_ID, **properties: Any) -> dict[str, Any]:
    return {
        "name": job_id,
        "properties": {
            "jobType": "AzureIaaSVMJob",
            "containerName": "iaasvmcontainerv2;rg-machines;web-01",
            "backupManagementType": "AzureIaasVM",
            "operation": "CrossRegionRestore",
            "status": "InProgress",
            "startTime": "2023-01-05T09:46:06.9129325Z",
            "activityId": "7DD28350-661F-483F-A6EF-71F6EDD1B097",
            **properties,
        },
    }


class Region:
    """The far end: answers by path, keeps what it was asked."""

    def __init__(self) -> None:
        self.seen: list[httpx.Request] = []
        self.answers: dict[str, httpx.Response] = {
            "backupAadProperties": httpx.Response(200, json={"properties": IDENTITY}),
            "accessToken": httpx.Response(200, json={"properties": TOKEN}),
            "backupCrossRegionRestore": httpx.Response(
                202, headers={"Azure-AsyncOperation": STATUS, "Retry-After": "60"}
            ),
            "backupCrrJob": httpx.Response(200, json=job_body()),
        }

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        return self.answers[request.url.path.rstrip("/").rpartition("/")[2]]

    def asked(self, number: int) -> tuple[str, str, Any]:
        """(method, path, body) of a request; every one of them carries the frozen api-version."""
        request = self.seen[number]
        assert request.url.params["api-version"] == "2023-01-15"
        return request.method, request.url.path, json.loads(request.content) if request.content else None


@pytest.fixture
def order(item: v.ItemRef) -> r.RestoreOrder:
    group, vm = f"{S}/resourceGroups/rg-target", f"{S}/resourceGroups/rg-one/providers/Microsoft.Storage"
    return r.RestoreOrder(item, "42", "eastus", r.DisksTarget("disks", group, f"{vm}/storageAccounts/staging1"))


async def test_the_chain_from_identity_to_trigger(
    azure_over: AzureOver, item: v.ItemRef, order: r.RestoreOrder
) -> None:
    region = Region()
    azure = azure_over(region)
    granted = await azure.cross_region.grant_access(item, "42", "eastus")
    request_id = uuid4()
    operation = await azure.cross_region.trigger(order, granted, request_id=request_id)
    assert operation == v.Operation(STATUS, 60)

    container = "iaasvmcontainerv2;rg-machines;web-01"
    inside = f"backupFabrics/Azure/protectionContainers/IaasVMContainer;{container}/protectedItems/VM;{container}"
    assert region.asked(0) == ("GET", f"{LOCATION}/backupAadProperties", None)
    assert region.seen[0].url.params["$filter"] == "backupManagementType eq 'AzureIaasVM'"
    assert region.asked(1) == (
        "POST",
        f"{item.vault.id}/{inside}/recoveryPoints/42/accessToken",
        {"properties": IDENTITY},
    )
    method, path, body = region.asked(2)
    assert (method, path) == ("POST", f"{LOCATION}/backupCrossRegionRestore")
    assert body.keys() == {"crossRegionRestoreAccessDetails", "restoreRequest"}, "not wrapped in properties"
    assert body["crossRegionRestoreAccessDetails"] == TOKEN, "verbatim, also what nobody knows"
    assert (body["restoreRequest"]["region"], body["restoreRequest"]["recoveryType"]) == ("eastus", "RestoreDisks")
    assert region.seen[2].headers["x-ms-client-request-id"] == str(request_id)


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(200, json={"properties": {"objectType": "CrrAccessToken"}}), httpx.Response(200, json={})],
)
async def test_an_answer_without_a_token_grants_nothing(
    azure_over: AzureOver, item: v.ItemRef, answer: httpx.Response
) -> None:
    region = Region()
    region.answers["accessToken"] = answer
    with pytest.raises(e.AzureUnknown):
        await azure_over(region).cross_region.grant_access(item, "42", "eastus")


def test_a_grant_does_not_show_its_token() -> None:
    assert "a-secret-token" not in repr(r.CrossRegionAccess(TOKEN))


async def test_lists_keep_the_slash_that_means_the_other_region(azure_over: AzureOver, item: v.ItemRef) -> None:
    points = {
        "value": [
            {
                "name": name,
                "properties": {
                    "recoveryPointTime": f"2026-03-0{day}T02:00:05Z",
                    "recoveryPointType": "AppConsistent",
                    "recoveryPointTierDetails": [{"type": "HardenedRP", "status": "Valid"}],
                    "crossRegionRestoreState": "Supported",
                },
            }
            for name, day in (("900", 1), ("100", 3))
        ]
    }
    region = Region()
    region.answers |= {
        "recoveryPoints": httpx.Response(200, json=points),
        "backupProtectedItems": httpx.Response(200, json={"value": []}),
    }
    azure = azure_over(region)
    read = await azure.secondary_points.list(item)
    assert [(point.id, point.region) for point in read] == [("100", "secondary"), ("900", "secondary")]
    assert not await azure.cross_region.list_items(item.vault)
    assert [request.url.path[-1] for request in region.seen] == ["/", "/"]
    region.asked(0)
    region.asked(1)


async def test_its_jobs_are_asked_of_it_by_post_and_page_by_page(azure_over: AzureOver, vault: v.VaultRef) -> None:
    following = f"https://management.azure.com{LOCATION}/backupCrrJobs?$skipToken=2"
    pages = {
        None: {
            "value": [job_body("one"), {"properties": {"backupManagementType": "AzureIaasVM"}}],
            "nextLink": following,
        },
        "2": {"value": [job_body("two", status="Completed"), job_body("sql", backupManagementType="AzureWorkload")]},
    }
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        date = {"Date": "Sun, 22 Nov 2026 10:00:00 GMT"}
        return httpx.Response(200, headers=date, json=pages[request.url.params.get("$skipToken")])

    listing = await azure_over(answer).jobs.list_in_progress(vault, region="eastus")
    assert [(job.job_id, job.outcome) for job in listing.jobs] == [("one", "running"), ("two", "succeeded")]
    assert listing.began_at == datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert not listing.complete, "an entry could not be read: presence is proven, absence is not"
    assert [(request.method, json.loads(request.content)) for request in seen] == [
        ("POST", {"resourceId": vault.id})
    ] * 2
    assert seen[0].url.params["$filter"] == "status eq 'InProgress'"


async def test_one_of_its_jobs_with_details(azure_over: AzureOver, vault: v.VaultRef) -> None:
    region = Region()
    extended = {
        "tasksList": [
            {
                "taskId": "Transfer data from vault",
                "status": "InProgress",
                "taskExecutionDetails": "63.5 GBs / 127 GBs Transferred",
            }
        ],
        "progressPercentage": 50.0,
        "estimatedRemainingDuration": "PT2M",
        "propertyBag": {"Job Type": "Recover disks"},
    }
    region.answers["backupCrrJob"] = httpx.Response(200, json=job_body(extendedInfo=extended))
    job = await azure_over(region).jobs.get(vault, JOB_ID, region="eastus")
    assert region.asked(0) == ("POST", f"{LOCATION}/backupCrrJob", {"resourceId": vault.id, "jobName": JOB_ID})
    assert job.activity_id == "7dd28350-661f-483f-a6ef-71f6edd1b097"
    assert job.details is not None
    assert (job.details.transferred_bytes, job.details.total_bytes) == (127 * 2**29, 127 * 2**30)
    assert (job.details.progress_percent, job.details.remaining_seconds) == (50, 120)


@pytest.mark.parametrize("told", ["", "almost done", "1.5 XBs / 3 GBs Transferred", "1,5 GBs / 3 GBs Transferred"])
async def test_an_amount_that_cannot_be_read_is_no_amount(azure_over: AzureOver, vault: v.VaultRef, told: str) -> None:
    region = Region()
    tasks = [{"taskId": "x", "status": "InProgress", "taskExecutionDetails": told}]
    region.answers["backupCrrJob"] = httpx.Response(200, json=job_body(extendedInfo={"tasksList": tasks}))
    job = await azure_over(region).jobs.get(vault, JOB_ID, region="eastus")
    assert job.details is not None
    assert job.details.transferred_bytes is None
