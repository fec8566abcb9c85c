"""The simulated Resource Graph: its queries, pages, scopes, quota and staleness."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from app.azure.graph import queries
from app.simulator.graph_query import QueryError, parse

from .story import DEFAULT_POLICY, RG, SUB, VAULT, Story, vm_id

PATH = "/providers/Microsoft.ResourceGraph/resources"
OTHER = "00000000-0000-0000-0000-000000000002"
HERE = SUB.rpartition("/")[2]
JOBS = """RecoveryServicesResources
| where type =~ 'Microsoft.RecoveryServices/vaults/backupJobs'
| project id, status = properties.status, ended = properties.endTime
| order by id asc"""


async def ask(
    story: Story, query: str = queries.VMS, *subscriptions: str, top: int = 1000, token: str | None = None
) -> httpx.Response:
    options = {"$top": top} | ({} if token is None else {"$skipToken": token})
    body = {"subscriptions": list(subscriptions or (HERE,)), "query": query, "options": options}
    return await story.send("POST", PATH, body, api="2021-03-01")


async def rows(story: Story, query: str = queries.VMS, *subscriptions: str) -> list[dict[str, Any]]:
    answer = await ask(story, query, *subscriptions)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


async def test_machines_as_our_query_asks_for_them(story: Story) -> None:
    found = await rows(story)
    assert [row["id"] for row in found] == sorted(vm_id(f"vm-{name}-01") for name in ("batch", "db", "web"))
    assert set(found[0]) == {"id", "name", "location", "tags", "size", "storage"}
    assert found[0]["storage"]["osDisk"]["osType"] == "Linux"


async def test_ids_have_the_resource_group_in_lower_case_and_types_are_in_lower_case(story: Story) -> None:
    await story.control("seed", vms=[{"name": "Odd-One", "resource_group": "RG-Upper"}])
    (row,) = await rows(story, "Resources | where name == 'Odd-One'")
    assert row["id"].endswith("/resourceGroups/rg-upper/providers/Microsoft.Compute/virtualMachines/Odd-One")
    assert (row["type"], row["resourceGroup"]) == ("microsoft.compute/virtualmachines", "rg-upper")


async def test_items_and_jobs_of_every_vault(story: Story) -> None:
    await story.make_vault()
    await story.protect()
    (item,) = await rows(story, queries.ITEMS)
    assert (item["state"], item["current"]) == ("IRPending", "ProtectionConfigured")
    assert item["vm"] == vm_id("vm-web-01")
    (job,) = await rows(story, JOBS)
    assert job["status"] == "Completed"
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    assert len(await rows(story, queries.jobs(moment, with_running=True))) == 1
    assert not await rows(story, queries.jobs(moment.replace(year=2999), with_running=True))


async def test_pages_by_token_with_the_id_and_without_it_cut_short(story: Story) -> None:
    first = (await ask(story, top=2)).json()
    assert (first["count"], first["totalRecords"], first["resultTruncated"]) == (2, 3, "false")
    second = (await ask(story, top=2, token=first["$skipToken"])).json()
    assert [row["name"] for row in first["data"] + second["data"]] == ["vm-batch-01", "vm-db-01", "vm-web-01"]
    assert "$skipToken" not in second
    cut = (await ask(story, "Resources | project name", top=2)).json()
    assert cut["resultTruncated"] == "true"
    assert "$skipToken" not in cut
    assert (await ask(story, top=1001)).status_code == 400
    assert (await ask(story, token="nothing")).status_code == 400


async def test_without_an_order_the_rows_come_in_any(story: Story) -> None:
    await story.control("seed", vm_count=20, prefix="vm-")
    query = "Resources | where type =~ 'microsoft.compute/virtualmachines' | project id"
    seen = [[row["id"] for row in await rows(story, query)] for _ in range(2)]
    assert seen[0] != seen[1]
    assert sorted(seen[0]) == sorted(seen[1])


@pytest.mark.parametrize(
    "query",
    [
        "",
        "Disks",
        "Resources | summarize count()",
        "Resources | where",
        "Resources | where type ~ 'x'",
        "Resources | where type =~ 'x' garbage",
        "Resources | where todatetime(x) >= datetime(soon)",
        "Resources | project id,",
        "Resources | order by id asc, name",
        "Resources | where name in~ ('a', 5)",
        "Resources | where (name == 'a'",
        "Resources # no",
    ],
)
async def test_what_is_not_our_query_is_refused_as_recorded(story: Story, query: str) -> None:
    with pytest.raises(QueryError):
        parse(query)
    answer = await ask(story, query)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == "BadRequest"
    invalid, failure = error["details"]
    assert (invalid["code"], failure["code"]) == ("InvalidQuery", "ParserFailure")
    assert failure.keys() >= {"line", "characterPositionInLine", "token", "expectedToken"}


async def test_a_comparison_with_what_is_not_there_is_false(story: Story) -> None:
    assert not await rows(story, "Resources | where properties.nothing.here == ''")
    assert not await rows(story, "Resources | where properties.nothing >= datetime(2020-01-01)")
    assert len(await rows(story, "Resources | where tostring(properties.nothing) == '' and location =~ 'WESTUS'")) == 3
    assert len(await rows(story, "Resources | where name in~ ('VM-DB-01') or (name != 'vm-db-01' and id == 'x')")) == 1


async def test_a_subscription_that_may_not_be_read_is_left_out_without_a_word(story: Story) -> None:
    await story.control("seed", subscriptions=[{"id": OTHER, "name": "Other"}])
    await story.control("seed", vms=[{"name": "there", "resource_group": "rg-there", "subscription_id": OTHER}])
    assert len(await rows(story, queries.VMS, HERE, OTHER)) == 4
    assert len(await story.get(f"/subscriptions/{OTHER}/resourceGroups", api="2021-04-01")) == 1
    await story.control("seed", permissions=[{"scope": f"/subscriptions/{OTHER}", "actions": []}])
    assert len(await rows(story, queries.VMS, HERE, OTHER)) == 3
    assert (await ask(story, queries.VMS, OTHER)).status_code == 403
    assert (await ask(story, queries.VMS, "99999999-0000-0000-0000-000000000009")).status_code == 403


async def test_rows_that_may_not_be_read_are_left_out(story: Story) -> None:
    await story.control("seed", permissions=[{"scope": RG, "actions": ["*/read"]}])
    await story.control("seed", permissions=[{"scope": vm_id("vm-db-01"), "actions": ["Microsoft.Network/*"]}])
    await story.control("seed", vms=[{"name": "hidden", "resource_group": "rg-hidden"}])
    await story.control("seed", permissions=[{"scope": f"{SUB}/resourceGroups/rg-hidden", "actions": []}])
    assert "hidden" not in {row["name"] for row in await rows(story)}


async def test_fifteen_queries_in_five_seconds(story: Story) -> None:
    answers = [await ask(story) for _ in range(16)]
    assert [answer.status_code for answer in answers] == [200] * 15 + [429]
    assert [answer.headers["x-ms-user-quota-remaining"] for answer in answers[:2]] == ["14", "13"]
    assert answers[0].headers["x-ms-user-quota-resets-after"] == "00:00:05"
    assert int(answers[-1].headers["Retry-After"]) <= 5
    await story.advance(5)
    assert (await ask(story)).status_code == 200
    await story.control("graph", quota=None)
    assert {(await ask(story)).status_code for _ in range(20)} == {200}


async def test_tables_that_are_late_and_one_that_is_frozen(story: Story) -> None:
    await story.make_vault()
    await story.control("graph", lag_seconds={"resources": 60, "items": "frozen", "jobs": 120})
    await story.control("seed", vms=[{"name": "young"}])
    await story.put_item("vm-web-01", policyId=DEFAULT_POLICY)
    assert len(await rows(story)) == 3
    assert not await rows(story, JOBS)
    await story.advance(70)
    assert len(await rows(story)) == 4
    await story.advance(60)
    assert [row["status"] for row in await rows(story, JOBS)] == ["InProgress"]
    await story.advance(60)
    assert [row["status"] for row in await rows(story, JOBS)] == ["Completed"]
    assert not await rows(story, queries.ITEMS)
    await story.control("graph", lag_seconds={"items": 0})
    assert len(await rows(story, queries.ITEMS)) == 1


async def test_jobs_that_are_hidden_or_told_wrongly(story: Story) -> None:
    await story.make_vault()
    await story.protect()
    await story.control("graph", jobs_wrong=1)
    assert [row["status"] for row in await rows(story, JOBS)] == ["InProgress"]
    await story.control("graph", jobs_missing=1)
    assert not await rows(story, JOBS)


@pytest.mark.parametrize(
    "body",
    [{"lag": 1}, {"lag_seconds": {"vms": 1}}, {"lag_seconds": {"jobs": -1}}, {"jobs_wrong": 2}, {"quota": 0}],
)
async def test_a_dial_that_makes_no_sense_is_refused(story: Story, body: dict[str, Any]) -> None:
    assert (await story.client.post("/_simulator/graph", json=body)).status_code == 400


async def test_machines_are_protected_by_vaults_of_their_own_subscription(story: Story) -> None:
    await story.control("seed", subscriptions=[{"id": OTHER}])
    where = {"resource_group": "rg-demo", "subscription_id": OTHER}
    await story.control("seed", vms=[{"name": "vm-web-01", **where}])
    there = VAULT.replace(HERE, OTHER)
    await story.make_vault()
    await story.make_vault(there)
    machine = vm_id("vm-web-01").replace(HERE, OTHER)
    wrong = await story.put_item("vm-web-01", policyId=DEFAULT_POLICY, sourceResourceId=machine)
    assert wrong.status_code == 400
    policy = DEFAULT_POLICY.replace(HERE, OTHER)
    right = await story.put_item("vm-web-01", vault=there, policyId=policy, sourceResourceId=machine)
    assert right.status_code == 202
    listed = await story.get(f"/subscriptions/{OTHER}/providers/Microsoft.Compute/virtualMachines", api="2024-07-01")
    assert [vm["id"] for vm in listed["value"]] == [machine]
