"""Lists as Azure may answer them: absent is not empty, an odd entry takes nobody else with it, pages have an end."""

import dataclasses
import typing
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from app.azure import errors as e
from app.azure import values as v
from app.azure.lists import Listed
from tests.azure.conftest import AzureOver

NOW = datetime(2026, 1, 2, tzinfo=UTC)
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
VAULT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.RecoveryServices/vaults/one"
VM = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm"
Asked = Callable[[Any], Awaitable[Any]]


def _answering(body: Any) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _: httpx.Response(200, json=body)


def every_list(item: v.ItemRef) -> dict[str, tuple[Asked, dict[str, Any]]]:
    """Every list of the port, with an entry of it that can be read."""
    vm_item = {
        "id": f"{VAULT}/i",
        "name": "VM;x",
        "properties": {
            "protectedItemType": "Microsoft.Compute/virtualMachines",
            "sourceResourceId": VM,
            "protectionState": "Protected",
        },
    }
    policy = {"id": "p", "name": "nightly", "properties": {"backupManagementType": "AzureIaasVM"}}
    point = {"id": "r", "name": "17", "properties": {"recoveryPointTime": "2026-01-01T02:00:00Z"}}
    job = {
        "id": "j",
        "name": "job-1",
        "properties": {"jobType": "AzureIaaSVMJob", "operation": "Backup", "status": "Completed", "activityId": "a"},
    }
    vault = {"id": VAULT, "name": "one", "location": "westus", "properties": {"provisioningState": "Succeeded"}}
    protectable = {"id": "q", "name": "n", "properties": {"virtualMachineId": VM}}
    disk = {"id": f"{VM}-disk", "name": "disk"}
    lock = {"id": "l", "name": "lock", "properties": {"level": "ReadOnly"}}
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
    return {
        "items": (lambda azure: azure.protected_items.list(item.vault), vm_item),
        "items of a policy": (lambda azure: azure.policies.list_items(v.PolicyRef(item.vault, "nightly")), vm_item),
        "items of the secondary region": (lambda azure: azure.cross_region.list_items(item.vault), vm_item),
        "policies": (lambda azure: azure.policies.list(item.vault), policy),
        "points": (lambda azure: azure.recovery_points.list(item), point),
        "points of the secondary region": (lambda azure: azure.secondary_points.list(item), point),
        "jobs": (lambda azure: azure.jobs.list_in_progress(item.vault), job),
        "jobs of a window": (lambda azure: azure.jobs.list_window(item.vault, NOW, NOW), job),
        "jobs of the secondary region": (lambda azure: azure.jobs.list_in_progress(item.vault, region="eastus"), job),
        "vaults": (lambda azure: azure.vaults.list(SUBSCRIPTION), vault),
        "unprotected VMs": (lambda azure: azure.discovery.list_unprotected(item.vault), protectable),
        "VMs": (lambda azure: azure.discovery.list_vms(SUBSCRIPTION), {"id": VM, "name": "vm"}),
        "disks": (lambda azure: azure.restores.list_disks(group), disk),
        "roles": (lambda azure: azure.rights.roles(group), {"actions": ["*"], "notActions": []}),
        "locks": (lambda azure: azure.rights.locks(group), lock),
    }


NAMES = tuple(every_list(v.ItemRef(v.VaultRef(SUBSCRIPTION, "rg", "one"), v.VmRef(SUBSCRIPTION, "rg", "vm"))))
NO_LISTS: tuple[Any, ...] = (
    {},
    [],
    None,
    {"value": None},
    {"value": {}},
    {"value": "none"},
    {"error": {"code": "X", "message": "m"}},
    {"ErrorCode": "CloudInternalError", "Message": {"Value": "m"}},
    {"value": [], "nextLink": 7},
)


@pytest.mark.parametrize("name", NAMES)
async def test_a_200_without_a_list_is_unknown_and_never_an_empty_list(
    azure_over: AzureOver, item: v.ItemRef, name: str
) -> None:
    ask, _ = every_list(item)[name]
    for body in NO_LISTS:
        with pytest.raises(e.AzureUnreadable):
            await ask(azure_over(_answering(body)))
    assert not _found(await ask(azure_over(lambda _: httpx.Response(200, json={"value": []}))))[0]


@pytest.mark.parametrize("name", NAMES)
async def test_a_list_that_leads_back_to_itself_ends_as_unknown(
    azure_over: AzureOver, item: v.ItemRef, name: str
) -> None:
    ask, entry = every_list(item)[name]
    asked: list[str] = []

    def around(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, json={"value": [entry], "nextLink": str(request.url)})

    with pytest.raises(e.AzureUnreadable):
        await ask(azure_over(around))
    assert len(asked) <= 2


async def test_no_list_is_read_for_longer_than_a_thousand_pages(azure_over: AzureOver, item: v.ItemRef) -> None:
    ask, entry = every_list(item)["jobs"]
    asked: list[str] = []

    def on_and_on(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        link = str(request.url.copy_set_param("$skipToken", str(len(asked))))
        return httpx.Response(200, json={"value": [{**entry, "name": f"job-{len(asked)}"}], "nextLink": link})

    with pytest.raises(e.AzureUnreadable):
        await ask(azure_over(on_and_on))
    assert len(asked) <= 1001


@pytest.mark.parametrize("name", NAMES)
async def test_an_entry_that_cannot_be_read_is_named_and_the_others_are_served(
    azure_over: AzureOver, item: v.ItemRef, name: str
) -> None:
    ask, entry = every_list(item)[name]
    odd_ones: tuple[Any, ...] = (
        None,
        5,
        "text",
        [],
        {"id": "odd-id", "name": "odd", "properties": 5},
        *_without_one_member(entry),
    )
    for odd in odd_ones:
        found, unreadable = _found(await ask(azure_over(_answering({"value": [odd, entry]}))))
        assert len(found) in {1, 2}, odd
        for value in found:
            _check_types(value)
        if unreadable and isinstance(odd, dict):
            named = odd.get("name") if isinstance(odd.get("name"), str) else None
            assert unreadable[0] is True or unreadable[0].name in {named, *_cleaned(named)}


def _cleaned(name: str | None) -> set[str | None]:
    return {(name or "").replace("\0", "\N{REPLACEMENT CHARACTER}")[:400] or None}


def _without_one_member(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """The entry with each of its members, and each of its properties, missing, null, or of another kind."""
    odd: list[dict[str, Any]] = []
    values: tuple[Any, ...] = (None, 7, "x\u0000", [], {}, [1], "x" * 70000, True)
    for value in values:
        odd.extend({**entry, name: value} for name in entry)
        if isinstance(entry.get("properties"), dict):
            odd.extend({**entry, "properties": {**entry["properties"], name: value}} for name in entry["properties"])
    odd.extend({key: value for key, value in entry.items() if key != name} for name in entry)
    return odd


def _check_types(value: Any) -> None:
    """What was read is of the kinds that its class declares, and Postgres can keep it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        hints = typing.get_type_hints(type(value))
        for field in dataclasses.fields(value):
            held = getattr(value, field.name)
            if hints[field.name] in {str, str | None, int | None, datetime | None, bool | None}:
                assert isinstance(held, hints[field.name]), (field.name, held)
            _check_types(held)
    elif isinstance(value, tuple):
        for one in value:
            _check_types(one)
    elif isinstance(value, str):
        assert "\0" not in value
        value.encode()


def _found(answer: Any) -> tuple[Any, Any]:
    if isinstance(answer, Listed):
        return answer.entries, answer.unreadable
    assert isinstance(answer, v.JobListing)
    return answer.jobs, () if answer.complete else (True,)
