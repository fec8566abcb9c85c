"""Resource Graph through the adapter: what is asked, every page, odd rows, refusals, and the quota of seconds."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from app.azure.errors import AzureDenied, AzureError, AzureRejected, AzureThrottled, AzureUnreadable
from app.azure.sdk import resource_graph, translate
from app.azure.sdk.budget_classes import short_quota
from app.azure.sdk.client import OpenAzure
from app.azure.sdk.resource_graph import SdkResourceGraph

from .conftest import SUBSCRIPTION, AzureOver

SINCE = datetime(2026, 1, 31, 4, 57, 49, 500000, UTC)
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-one"
VAULT = f"{GROUP}/providers/Microsoft.RecoveryServices/vaults/vault-one"


def vm_row(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"{GROUP}/providers/Microsoft.Compute/virtualMachines/vm-{number}",
        "name": f"vm-{number}",
        "location": "WestEurope",
        "tags": {"Env": "prod"},
        "size": "Standard_D2s_v5",
        "storage": {
            "osDisk": {"osType": "Linux", "name": "os", "diskSizeGB": 30},
            "dataDisks": [{"lun": 1, "name": "data", "diskSizeGB": 64}],
        },
    } | more


def item_row(vm: str | None = "VM-1", **more: Any) -> dict[str, Any]:
    """As the recorded row: the resource group's name in lower case, the rest as the provider writes it."""
    machine = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/RG-One/providers/Microsoft.Compute/virtualMachines/{vm}"
    middle = "iaasvmcontainerv2;rg-one;vm-1"
    return {
        "id": f"{VAULT}/backupFabrics/Azure/protectionContainers/IaasVMContainer;{middle}/protectedItems/VM;{middle}",
        "vm": machine if vm else "",
        "machine": machine if vm else "",
        "state": "IRPending",
        "current": "ProtectionConfigured",
        "deleted": False,
        "point": "0001-01-01T00:00:00",
        "policy": "EnhancedPolicy",
    } | more


def answer(rows: Any, *, token: str | None = None, truncated: str = "false", **headers: str) -> httpx.Response:
    body = {"totalRecords": 2, "count": 1, "data": rows, "facets": [], "resultTruncated": truncated}
    if token is not None:
        body["$skipToken"] = token
    return httpx.Response(200, json=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


class Graph:
    """A wire that plays these answers, and remembers what was asked."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.answers, self.asked = list(answers), list[dict[str, Any]]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.method == "POST"
        assert request.url.path == "/providers/Microsoft.ResourceGraph/resources"
        assert dict(request.url.params) == {"api-version": "2021-03-01"}
        self.asked.append(json.loads(request.content))
        return self.answers.pop(0)


async def test_what_is_asked_and_every_page_of_it(azure_over: AzureOver) -> None:
    again = vm_row(2, id=vm_row(2)["id"].upper())
    graph = Graph(answer([vm_row(1), vm_row(2)], token="next"), answer([again, vm_row(3)]))
    found = await azure_over(graph).resource_graph.list_vms([SUBSCRIPTION])
    assert [one.vm.name.lower() for one in found] == ["vm-1", "vm-2", "vm-3"]
    first, second = graph.asked
    assert first["subscriptions"] == second["subscriptions"] == [SUBSCRIPTION]
    assert first["query"] == second["query"]
    assert first["query"].endswith("| order by id asc")
    assert first["options"] == {"resultFormat": "objectArray", "$top": 1000}
    assert second["options"]["$skipToken"] == "next"
    (vm, *_) = found
    assert (vm.location, vm.os, vm.size, dict(vm.tags)) == ("westeurope", "Linux", "Standard_D2s_v5", {"Env": "prod"})
    assert [(disk.name, disk.size_gib, disk.lun) for disk in vm.disks] == [("os", 30, None), ("data", 64, 1)]


async def test_more_subscriptions_than_one_query_takes_are_asked_in_turn(
    azure_over: AzureOver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource_graph, "SUBSCRIPTIONS", 2)
    graph = Graph(answer([vm_row(1)]), answer([vm_row(2)]))
    assert len(await azure_over(graph).resource_graph.list_vms(["a", "b", "c"])) == 2
    assert [one["subscriptions"] for one in graph.asked] == [["a", "b"], ["c"]]


async def test_an_item_and_its_vault(azure_over: AzureOver) -> None:
    (item,) = await azure_over(Graph(answer([item_row()]))).resource_graph.list_items([SUBSCRIPTION])
    assert (item.vault.name, item.vm.name, item.vm.resource_group) == ("vault-one", "VM-1", "RG-One")
    assert (item.state, item.current_state, item.is_soft_deleted) == ("IRPending", "ProtectionConfigured", False)
    assert item.last_recovery_point is None


async def test_jobs_that_began_or_ended_since(azure_over: AzureOver) -> None:
    rows = [
        {"id": f"{VAULT}/backupJobs/1234", "status": "Completed", "operation": "Backup", "started": "2026-01-31T05:00:00.1Z", "ended": "2026-01-31T06:00:00Z"},  # noqa: E501
        {"id": f"{VAULT}/backupJobs/5", "status": "InProgress", "ended": "0001-01-01T00:00:00"},
    ]  # fmt: skip
    graph = Graph(answer(rows), answer([]))
    port = azure_over(graph).resource_graph
    ended, running = await port.list_jobs([SUBSCRIPTION], since=SINCE)
    assert (ended.job_id, ended.vault.id.lower()) == ("1234", VAULT.lower())
    assert ended.ended_at == datetime(2026, 1, 31, 6, 0, 0, 0, UTC)
    assert (running.job_id, running.operation, running.started_at, running.ended_at) == ("5", None, None, None)
    await port.list_jobs([SUBSCRIPTION], since=SINCE, with_running=True)
    assert "datetime(2026-01-31T04:57:49Z)" in graph.asked[0]["query"]
    assert "InProgress" not in graph.asked[0]["query"]
    assert "InProgress" in graph.asked[1]["query"]


async def test_a_row_that_cannot_be_read_loses_no_other(azure_over: AzureOver) -> None:
    odd = [None, 7, {}, {"id": 5}, item_row(vm=None), item_row() | {"id": "/subscriptions/x"}]
    found = await azure_over(Graph(answer([*odd, item_row()]))).resource_graph.list_items([SUBSCRIPTION])
    assert len(found) == 1
    assert len(found.unreadable) == len(odd)
    bare = {"id": vm_row(1)["id"], "storage": [], "tags": "x", "location": 5, "size": {}}
    (vm,) = await azure_over(Graph(answer([bare]))).resource_graph.list_vms([SUBSCRIPTION])
    assert (vm.location, vm.os, vm.size, dict(vm.tags), vm.disks) == ("", None, None, {}, ())


@pytest.mark.parametrize(
    "answers",
    [
        [httpx.Response(200, json={"count": 0})],
        [httpx.Response(200, json=[])],
        [httpx.Response(200, json={"data": {"rows": []}})],
        [answer([vm_row(1)], truncated="true")],
        [answer([vm_row(1)], token="a"), answer([vm_row(2)], token="a")],
        [answer([], token="a")],
        [httpx.Response(200, text="<html>")],
    ],
)
async def test_what_is_no_whole_list_is_not_known(azure_over: AzureOver, answers: list[httpx.Response]) -> None:
    with pytest.raises(AzureError) as caught:
        await azure_over(Graph(*answers)).resource_graph.list_vms([SUBSCRIPTION])
    assert isinstance(caught.value, AzureUnreadable)


async def test_pages_without_end_are_given_up(azure_over: AzureOver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource_graph, "MOST_PAGES", 3)
    graph = Graph(*(answer([vm_row(number)], token=str(number)) for number in range(5)))
    with pytest.raises(AzureUnreadable, match="more than 3 pages"):
        await azure_over(graph).resource_graph.list_vms([SUBSCRIPTION])
    assert len(graph.asked) == 3


async def test_refusals(azure_over: AzureOver) -> None:
    denied = httpx.Response(403, json={"error": {"code": "AccessDenied", "message": "no"}})
    with pytest.raises(AzureDenied):
        await azure_over(Graph(denied)).resource_graph.list_vms([SUBSCRIPTION])
    invalid = {"error": {"code": "BadRequest", "message": "x", "details": [{"code": "InvalidQuery"}]}}
    with pytest.raises(AzureRejected) as caught:
        await azure_over(Graph(httpx.Response(400, json=invalid))).resource_graph.list_vms([SUBSCRIPTION])
    assert caught.value.code == "BadRequest"


BUSY = httpx.Response(429, headers={"Retry-After": "5"}, json={"error": {"code": "RateLimiting", "message": "slow"}})


def waiting(azure: OpenAzure) -> tuple[SdkResourceGraph, list[float]]:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    port: Any = azure.resource_graph
    return SdkResourceGraph(port._connection, sleep=sleep), slept


async def test_a_refusal_between_two_pages_is_waited_for_and_one_of_the_first_is_not(azure_over: AzureOver) -> None:
    graph = Graph(answer([vm_row(1)], token="a"), BUSY, BUSY, answer([vm_row(2)]))
    port, slept = waiting(azure_over(graph))
    assert len(await port.list_vms([SUBSCRIPTION])) == 2
    assert slept == [5.0, 5.0]
    port, slept = waiting(azure_over(Graph(BUSY)))
    with pytest.raises(AzureThrottled):
        await port.list_vms([SUBSCRIPTION])
    assert not slept


async def test_a_query_does_not_wait_for_ever(azure_over: AzureOver) -> None:
    port, slept = waiting(azure_over(Graph(answer([vm_row(1)], token="a"), *[BUSY] * 20)))
    with pytest.raises(AzureThrottled):
        await port.list_vms([SUBSCRIPTION])
    assert len(slept) == resource_graph.WAITS


@pytest.mark.parametrize(
    ("left", "after", "expected"),
    [
        ("14", "00:00:05", (14, 5.0)),
        ("0", "00:00:03.5", (0, 3.5)),
        ("-1", "00:00:05", (0, 5.0)),
        ("14", None, None),
        (None, "00:00:05", None),
        ("many", "00:00:05", None),
        ("3", "soon", None),
    ],
)
def test_the_quota_of_seconds_is_read(left: str | None, after: str | None, expected: tuple[int, float] | None) -> None:
    named = {"x-ms-user-quota-remaining": left, "x-ms-user-quota-resets-after": after}
    assert short_quota({name: value for name, value in named.items() if value is not None}) == expected


def test_tokens_are_handed_back_as_they_came() -> None:
    """The recorded token is base64 of JSON: opaque to us, so a query sends it without a look."""
    token = base64.b64encode(json.dumps({"MaxRows": 1, "RowsToSkip": 1, "ClusterUrl": "x"}).encode()).decode()
    read: Callable[..., Any] = resource_graph.page_of
    body = {"data": [], "$skipToken": token, "resultTruncated": "false"}
    response: Any = type("Response", (), {"json": lambda _: body, "status_code": 200})()
    assert read(response, "asking") == ([], token, False)


async def test_azure_itself_lists_machines_with_what_a_row_of_resource_graph_has(azure_over: AzureOver) -> None:
    row = vm_row(1)
    profile = {"hardwareProfile": {"vmSize": row["size"]}, "storageProfile": row["storage"]}
    entry = {name: row[name] for name in ("id", "name", "location", "tags")} | {"properties": profile}
    asked: list[str] = []

    def answers(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, json={"value": [entry, {"id": 5}]})

    discovery = azure_over(answers).discovery
    found = await discovery.list_machines(SUBSCRIPTION, "RG One")
    (as_a_row,) = await azure_over(Graph(answer([row]))).resource_graph.list_vms([SUBSCRIPTION])
    assert list(found) == [as_a_row]
    assert len(found.unreadable) == 1
    await discovery.list_machines(SUBSCRIPTION)
    start = f"/subscriptions/{SUBSCRIPTION}"
    machines = "/providers/Microsoft.Compute/virtualMachines"
    assert asked == [f"{start}/resourceGroups/RG One{machines}", f"{start}{machines}"]


async def test_the_subscriptions_that_may_be_read(azure_over: AzureOver) -> None:
    body = {"value": [{"subscriptionId": SUBSCRIPTION.upper()}, {"id": "/subscriptions/x"}]}
    found = await azure_over(lambda _: httpx.Response(200, json=body)).discovery.list_subscriptions()
    assert (list(found), len(found.unreadable)) == ([SUBSCRIPTION], 1)


@pytest.mark.parametrize(
    ("word", "expected"), [("Enabled", True), ("DISABLED", False), ("Invalid", None), (None, None), (5, None)]
)
def test_whether_a_guard_protects_a_vault(word: Any, expected: object) -> None:
    body = {"id": VAULT, "location": "westus", "properties": {"provisioningState": "Succeeded"}}
    body["properties"] = {"provisioningState": "Succeeded", "securitySettings": {"multiUserAuthorization": word}}
    assert translate.vault(body).is_guarded is expected
