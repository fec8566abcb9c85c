"""PUT and DELETE of a vault's alerts, followed to the end, and what Azure has then."""

from collections.abc import Mapping
from typing import Any

import httpx

from app.simulator.fired_alerts import fire
from tests.simulator.story import RG
from tests.world import SIMULATOR, World

Json = dict[str, Any]
GIVEN = f"{RG}/providers/Microsoft.Insights/actionGroups/on-call"
MAILS = {"emails": ["on-call@example.com"]}
THEIRS = {"name": "theirs", "serviceUri": "https://elsewhere.example/hook", "useCommonAlertSchema": True}


def path_of(vault: Mapping[str, Any]) -> str:
    return f"/v1/vaults/{vault['id']}/azure-alerts"


def can_be_called(world: World, url: str = "http://holdfast.test") -> None:
    """The API's own address is set."""
    world.replace_services(settings=world.services.settings.model_copy(update={"public_url": url}))


async def ended(world: World, answer: httpx.Response) -> Json:
    assert answer.status_code == 202, answer.text
    await world.settle()
    job: Json = (await world.api.get(answer.headers["Location"])).json()
    return job


async def put(world: World, vault: Mapping[str, Any], **body: Any) -> Json:
    """The job, ended."""
    return await ended(world, await world.api.put(path_of(vault), json=body))


async def remove(world: World, vault: Mapping[str, Any]) -> Json:
    return await ended(world, await world.api.delete(path_of(vault)))


async def read(world: World, vault: Mapping[str, Any]) -> Json:
    answer = await world.api.get(path_of(vault))
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def in_azure(world: World, kind: str) -> dict[str, Json]:
    """By name; `kind`: actionGroups, metricAlerts, actionRules."""
    found = world.simulator.world.monitor
    return {one["name"]: one for key, one in found.items() if f"/{kind.lower()}/" in key}


def settings_of(world: World) -> Json:
    (vault,) = world.simulator.world.vaults.values()
    found: Json = vault.settings["monitoringSettings"]
    return found


async def outside(world: World, method: str, path: str, body: Any = None, api: str = "2022-06-01") -> httpx.Response:
    """What another tool asks of Azure."""
    token = world.simulator.identity.token("https://management.azure.com", "other-tool", SIMULATOR)
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{SIMULATOR}{path}"
    answer = await world.http.request(method, url, params={"api-version": api}, json=body, headers=headers)
    assert answer.status_code < 300, answer.text
    return answer


async def give_group(world: World, *hooks: Json, path: str = GIVEN) -> None:
    """A group of the caller's own, with these webhooks."""
    properties = {"groupShortName": "on-call", "webhookReceivers": list(hooks)}
    properties |= {"armRoleReceivers": [{"name": "owners", "roleId": "x", "useCommonAlertSchema": True}]}
    await outside(world, "PUT", path, {"location": "Global", "tags": {"team": "a"}, "properties": properties})


def hooks_of(world: World, group: str = "on-call") -> dict[str, str]:
    found = in_azure(world, "actionGroups")[group]["properties"]["webhookReceivers"]
    return {one["name"]: one["serviceUri"] for one in found}


def fired(world: World, **asked: Any) -> list[Json]:
    """What Azure would deliver of an alert of the only vault."""
    (vault,) = world.simulator.world.vaults.values()
    found: list[Json] = fire(world.simulator.world, {"vault_id": vault.id, **asked})["deliveries"]
    return found
