"""Several requests at once, and after one that failed: what is shown stays true, and what may be in Azure counts."""

from typing import Any

import httpx

from tests.approvals.decisions import approver, decide, require
from tests.azure_alerts.alert_steps import MAILS, ended, in_azure, path_of, put, read
from tests.world import World

Json = dict[str, Any]
MORE: Json = {"emails": ["on-call@example.com", "second@example.com"], "severity": 0}


async def accepted(answer: httpx.Response) -> Json:
    assert answer.status_code == 202, answer.text
    job: Json = answer.json()
    return job


async def cancel(world: World, job: Json) -> None:
    assert (await world.api.post(f"/v1/jobs/{job['id']}/cancel")).status_code in {200, 202}


async def test_a_request_that_is_cancelled_unsent_leaves_what_the_others_do(world: World) -> None:
    vault = await world.vault()
    path = path_of(vault)
    first = await accepted(await world.api.put(path, json=MAILS))
    second = await accepted(await world.api.put(path, json=MORE))
    await cancel(world, second)
    shown = await read(world, vault)
    assert (shown["state"], shown["job"], shown["emails"]) == ("setting", f"/v1/jobs/{first['id']}", MAILS["emails"])
    await world.settle()
    assert (await read(world, vault))["state"] == "ready"

    removal = await accepted(await world.api.delete(path))
    await cancel(world, await accepted(await world.api.put(path, json=MORE)))
    shown = await read(world, vault)
    assert (shown["state"], shown["job"]) == ("removing", f"/v1/jobs/{removal['id']}")
    await world.settle()
    assert (await world.api.get(path)).status_code == 404
    assert not in_azure(world, "metricAlerts")

    await cancel(world, await accepted(await world.api.put(path, json=MAILS)))
    assert (await world.api.get(path)).status_code == 404, "what was removed before is not in Azure any more"


async def test_a_removal_leaves_the_row_to_a_request_that_still_waits_for_its_approval(world: World) -> None:
    """Else that one would set alerts that no row is about: they could neither be shown nor removed."""
    vault = await world.vault()
    await put(world, vault, **MAILS)
    await require(world, "azure_alerts_off")
    waiting = await accepted(await world.api.put(path_of(vault), json=MAILS | {"severity": 4}))
    removal = await accepted(await world.api.delete(path_of(vault)))
    assert {waiting["state"], removal["state"]} == {"awaiting_approval"}
    async with approver(world) as other:
        assert (await decide(other, removal)).status_code == 200
        await world.settle()
        assert not in_azure(world, "metricAlerts")
        shown = await read(world, vault)
        assert (shown["state"], shown["job"]) == ("setting", f"/v1/jobs/{waiting['id']}")
        assert (await decide(other, waiting)).status_code == 200
    await world.settle()
    shown = await read(world, vault)
    assert (shown["state"], shown["severity"]) == ("ready", 4)
    assert in_azure(world, "metricAlerts")


async def test_what_a_failed_job_may_have_left_counts_when_the_next_one_hears_less(world: World) -> None:
    """First where nothing was set before, then where something was."""
    vault = await world.vault()
    await require(world, "azure_alerts_off")
    more: Json = MORE | {"severity": 1}
    most: Json = {"emails": [*more["emails"], "third@example.com"], "severity": 0}
    for body, less in ((more, MAILS), (most, MORE)):
        world.fault("PUT", "/metricAlerts/", "status_before", status=403, code="AuthorizationFailed")
        assert (await put(world, vault, **body))["state"] == "failed"
        (group,) = in_azure(world, "actionGroups").values()
        assert len(group["properties"]["emailReceivers"]) == len(body["emails"])
        job = await accepted(await world.api.put(path_of(vault), json=less))
        assert job["state"] == "awaiting_approval", "one of them hears of failures, and would not any more"
        await cancel(world, job)
        assert (await read(world, vault))["state"] == "incomplete"
        assert (await put(world, vault, **body))["state"] == "succeeded", "it hears no less"


async def test_what_was_agreed_is_not_sent_over_what_another_request_has_set_since(world: World) -> None:
    """Agreed is a lower severity for one address; by then a second one would be taken out, too."""
    vault = await world.vault()
    await put(world, vault, **MAILS)
    await require(world, "azure_alerts_off")
    agreed = await accepted(await world.api.put(path_of(vault), json=MAILS | {"severity": 4}))
    same = await accepted(await world.api.put(path_of(vault), json=MAILS | {"severity": 3}))
    assert {agreed["state"], same["state"]} == {"awaiting_approval"}
    async with approver(world) as other:
        assert (await decide(other, same)).status_code == 200
        await world.settle()
        assert (await read(world, vault))["severity"] == 3
        assert (await put(world, vault, **MORE))["state"] == "succeeded"
        assert (await decide(other, agreed)).status_code == 200
    await world.settle()
    job = (await world.api.get(f"/v1/jobs/{agreed['id']}")).json()
    assert (job["state"], job["error"]["code"]) == ("failed", "not_as_agreed")
    assert "second@example.com" in job["error"]["detail"]
    shown = await read(world, vault)
    assert (shown["state"], shown["emails"], shown["severity"]) == ("ready", MORE["emails"], 0)


async def test_versions_are_those_of_what_is_shown_and_a_repeated_request_is_one(world: World) -> None:
    """A call of Azure changes what GET shows; a write with the version from before it is about the same alerts."""
    vault = await world.vault()
    for tag in ("*", '"1"'):
        refused = await world.api.put(path_of(vault), json=MAILS, headers={"If-Match": tag})
        assert (refused.status_code, refused.json()["code"]) == (412, "precondition_failed")
    key = {"Idempotency-Key": "k"}
    first = await world.api.put(path_of(vault), json=MAILS, headers=key)
    again = await world.api.put(path_of(vault), json=MAILS, headers=key)
    assert first.json()["id"] == again.json()["id"]
    assert (await world.api.put(path_of(vault), json=MAILS | {"severity": 3}, headers=key)).status_code == 422
    await world.settle()
    before = (await world.api.get(path_of(vault))).headers["ETag"]
    assert (await world.api.get(path_of(vault), headers={"If-None-Match": before})).status_code == 304
    await world.rows("UPDATE azure_alerts SET heard_at = clock_timestamp() RETURNING 1 AS done")
    heard = await world.api.get(path_of(vault), headers={"If-None-Match": before})
    assert (heard.status_code, heard.json()["heard_at"] is not None) == (200, True)
    assert heard.headers["ETag"] != before
    changed = await world.api.put(path_of(vault), json=MAILS, headers={"If-Match": before})
    assert (await ended(world, changed))["state"] == "succeeded"
    for stale in (before, heard.headers["ETag"]):
        for method in ("PUT", "DELETE"):
            body: dict[str, Any] = {"json": MAILS} if method == "PUT" else {}
            refused = await world.api.request(method, path_of(vault), headers={"If-Match": stale}, **body)
            assert refused.status_code == 412, method
    waited = await world.api.put(path_of(vault), json=MAILS, headers={"Prefer": "wait=0"})
    assert waited.status_code == 202
