"""Everything Azure was recorded to say, fed to the adapter through its transport: every answer is understood.

The recordings (2019-2020, one file a command of the Azure CLI) and the newer exchanges copied by hand (2020-2026) lie
beside the project where they are at hand; without them these tests are skipped, and the shapes restated in `fixtures/`
stand in. The adapter asks with today's api-version and gets the recorded answer.
"""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.azure import names
from app.azure import restoring as r
from app.azure import values as v
from app.azure.errors import AzureRejected
from app.azure.sdk.client import OpenAzure
from app.azure.sdk.translate_restores import cross_region_body

from .conftest import SUBSCRIPTION, AzureOver
from .recorded import (
    ITEM,
    NOT_SPOKEN,
    SPOKEN,
    VAULT,
    Check,
    Exchange,
    item_of,
    match_of,
    path_of,
    poll,
    same_job,
    same_operation,
)

SHARED = Path(__file__).parents[2].parent / "shared" / "azure"
FLOWS = sorted((SHARED / "recorded").glob("*.json"))
NEWER = sorted((SHARED / "transcribed").glob("*.json"))
pytestmark = pytest.mark.skipif(not FLOWS, reason="the recordings are not at hand")

LOCATION = r"/subscriptions/[^/]+/providers/Microsoft\.RecoveryServices/locations/(?P<l>[^/]+)"


async def grant_access(azure: OpenAzure, x: Exchange, m: re.Match[str]) -> None:
    granted = await azure.cross_region.grant_access(item_of(m), m["rp"], "eastus")
    assert dict(granted.details) == x["response"]["body"]["properties"]


async def post_cross_region_restore(azure: OpenAzure, x: Exchange, m: re.Match[str]) -> None:
    asked = x["request"]["body"]
    said, details = asked["restoreRequest"], asked["crossRegionRestoreAccessDetails"]
    item = v.ItemRef(
        v.VaultRef(SUBSCRIPTION, details["resourceGroupName"], details["resourceName"]),
        names.read_vm_id(said["sourceResourceId"]),
    )
    account = said["storageAccountId"].replace("/sa1", "/staging1")
    target = r.DisksTarget("disks", said["targetResourceGroupId"], account)
    order = r.RestoreOrder(item, said["recoveryPointId"], m["l"], target)
    same_operation(
        await azure.cross_region.trigger(order, r.CrossRegionAccess(details), request_id=uuid4()), x["response"]
    )
    ours = cross_region_body(order, r.CrossRegionAccess(details))
    assert ours["crossRegionRestoreAccessDetails"] == details
    for key, value in ours["restoreRequest"].items():
        assert str(said[key]).lower() == str(value).lower() or key == "storageAccountId", key


async def get_cross_region_job(azure: OpenAzure, x: Exchange, m: re.Match[str]) -> None:
    vault = v.VaultRef(SUBSCRIPTION, "rg1", "vault1")
    same_job(await azure.jobs.get(vault, x["request"]["body"]["jobName"], region=m["l"]), x["response"]["body"])


NEWER_SPOKEN: dict[str, Check] = SPOKEN | {
    rf"GET {VAULT}/operationStatus/[^/]+": poll,
    rf"GET {VAULT}/backupJobs/Azure/operationResults/[^/]+": poll,
    rf"GET {LOCATION}/backupCrrOperationsStatus/[^/]+": poll,
    rf"POST {LOCATION}/backupCrrJob": get_cross_region_job,
    rf"POST {LOCATION}/backupCrossRegionRestore": post_cross_region_restore,
    rf"POST {ITEM}/recoveryPoints/(?P<rp>[^/]+)/accessToken": grant_access,
}
NEWER_NOT_SPOKEN: dict[str, str] = NOT_SPOKEN | {
    rf"GET {LOCATION}/backupAadProperties": "the first half of asking for access: test_cross_region.py has both",
    rf"GET {LOCATION}/backupCrrOperationResults/[^/]+": "az's clients look there after the status; nothing is in it",
    rf"POST {ITEM}/recoveryPoints/[^/]+/(provision|revoke)InstantItemRecovery": "the port mounts no files yet",
    rf"PATCH {VAULT}/backupstorageconfig/vaultstorageconfig": "redundancy is a property of the vault today",
}


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.stem)
async def test_every_recorded_answer_is_understood(azure_over: AzureOver, flow: Path) -> None:
    exchanges: list[Exchange] = json.loads(flow.read_text())
    for exchange in exchanges:
        found = match_of(SPOKEN, exchange)
        if found is None:
            assert match_of(NOT_SPOKEN, exchange), "neither spoken nor explained"
            continue
        sent: list[httpx.Request] = []
        pattern, match = found
        await SPOKEN[pattern](azure_over(_replaying(exchange, sent)), exchange, match)
        for request in sent:
            assert request.method == exchange["request"]["method"]
            assert path_of(str(request.url)).lower() == path_of(exchange["request"]["url"]).lower()
            _is_what_was_said(request, exchange["request"]["body"])


def _replaying(exchange: Exchange, sent: list[httpx.Request]) -> Callable[[httpx.Request], httpx.Response]:
    response = exchange["response"]
    body = response["body"]

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        content = b"" if body is None else json.dumps(body).encode()
        return httpx.Response(response["status"], headers=response["headers"], content=content)

    return answer


def _is_what_was_said(request: httpx.Request, said: Any) -> None:
    """Our body has the recorded one's items, where the recorded client meant the same thing."""
    if request.method == "GET" or not {"policyId", "objectType"} & said["properties"].keys():
        return  # vaults are created otherwise today, and policies are compared as a whole above
    if said["properties"].get("protectionState"):
        return  # a stop, which the port does not speak yet
    ours = json.loads(request.content)["properties"]
    for key, value in said["properties"].items():
        if key != "createNewCloudService":  # true in 2019, false in today's clients; classic VMs only
            assert str(ours[key]).lower() == str(value).lower(), key


def test_no_recorded_exchange_is_left_over() -> None:
    counted: Counter[str] = Counter()
    for flow in FLOWS:
        for exchange in json.loads(flow.read_text()):
            for name, patterns in (("spoken", SPOKEN), ("not spoken", NOT_SPOKEN)):
                if (found := match_of(patterns, exchange)) is not None:
                    counted[name] += exchange["count"]
                    counted[found[0]] += exchange["count"]
            counted["all"] += exchange["count"]
            counted["steps"] += 1
    assert counted["spoken"] + counted["not spoken"] == counted["all"]
    assert (counted["steps"], counted["all"]) == (249, 1326)
    assert counted["spoken"] == 1255
    assert not [pattern for pattern in (*SPOKEN, *NOT_SPOKEN) if not counted[pattern]], "a kind that nobody recorded"


@pytest.mark.parametrize("flow", NEWER, ids=lambda flow: flow.stem)
async def test_newer_answers_are_understood_too(azure_over: AzureOver, flow: Path) -> None:
    for exchange in _with_names(flow.read_text()):
        found = match_of(NEWER_SPOKEN, exchange)
        if found is None:
            assert match_of(NEWER_NOT_SPOKEN, exchange), "neither spoken nor explained"
            continue
        pattern, match = found
        call = NEWER_SPOKEN[pattern](azure_over(_replaying(exchange, [])), exchange, match)
        if exchange["response"]["status"] < 400:
            await call
            continue
        with pytest.raises(AzureRejected) as refused:
            await call
        said = exchange["response"]["body"]["error"]
        assert (refused.value.code, refused.value.message) == (said["code"], said["message"])
        assert refused.value.status == exchange["response"]["status"]


def _with_names(text: str) -> list[Exchange]:
    """Placeholders become names; VM ids that were left out for brevity are put back."""
    text = re.sub(r"<(vm)?sub>", "0f0f0f0f-1111-2222-3333-444444444444", text)
    exchanges: list[Exchange] = json.loads(re.sub(r"<(\w+)>", r"\g<1>1", text))
    for exchange in exchanges:
        body: Any = exchange["response"]["body"]
        for entry in body.get("value", ()) if isinstance(body, dict) else ():
            if entry["properties"].get("protectedItemType"):
                group, name = entry["name"].split(";")[2:]
                entry["properties"].setdefault("policyName", "")
                entry["properties"]["sourceResourceId"] = (
                    f"/subscriptions/0f0f0f0f-1111-2222-3333-444444444444/resourceGroups/{group}"
                    f"/providers/Microsoft.Compute/virtualMachines/{name}"
                )
    return exchanges
