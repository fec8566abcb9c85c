"""Recorded requests of Azure Policy, played to the adapter: answers are read, and what is sent has recorded names."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from app.azure import errors as e
from app.azure.governance.values import (
    AssignmentOrder,
    BuiltIn,
    Compliance,
    RemediationOrder,
    RoleOrder,
    Scope,
    read_scope,
)
from app.azure.sdk import translate_governance as translate
from app.azure.values import OperationState
from app.simulator.policy_definitions import BUILT_IN

from .conftest import AzureOver
from .tape import Exchange, path_of, stored

Json = dict[str, Any]
ID = UUID(int=7)
FLOWS = {flow.name.partition("/")[2]: flow.exchanges for flow in stored("policy-")}
IDENTITY, INSIGHTS = FLOWS["policy_identity"], FLOWS["policy_insights"]
SCAN, REMEDIATION = FLOWS["policy_triggerscan"], FLOWS["policy_remediation"]
SUB = Scope("00000000-0000-0000-0000-000000000000")
GROUP = Scope(SUB.subscription_id, "cli_test_policy_identity_systemassigned000001")
NAME = "azurecli-test-policy-assignment000002"


def answers(*exchanges: Exchange, sent: list[httpx.Request]) -> Callable[[httpx.Request], httpx.Response]:
    told = iter(exchanges)

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        response = next(told)["response"]
        content = b"" if response["body"] is None else json.dumps(response["body"]).encode()
        headers = {name: said for name, said in response["headers"].items() if name.lower() != "content-length"}
        return httpx.Response(response["status"], headers=headers, content=content)

    return answer


def same_request(sent: httpx.Request, exchange: Exchange) -> None:
    url = exchange["request"]["url"]
    assert (sent.method, path_of(str(sent.url))) == (exchange["request"]["method"], path_of(url))
    assert sent.url.params["api-version"] == httpx.URL(url).params["api-version"]


async def test_every_recorded_assignment_is_read(azure_over: AzureOver) -> None:
    for exchange in (x for x in IDENTITY if x["request"]["method"] == "GET" and "Assignments/" in x["request"]["url"]):
        sent: list[httpx.Request] = []
        found = await azure_over(answers(exchange, sent=sent)).governance.get_assignment(GROUP, NAME)
        body = exchange["response"]["body"]
        same_request(sent[0], exchange)
        assert found.principal_id == body["identity"].get("principalId")
        assert found.enforces is (body["properties"]["enforcementMode"] == "Default")
        assert (found.scope, found.location) == (body["properties"]["scope"], "westus")
    listing = REMEDIATION[1]
    sent = []
    listed = await azure_over(answers(listing, sent=sent)).governance.list_assignments(SUB.subscription_id)
    same_request(sent[0], listing)
    raw = listing["response"]["body"]["value"]
    assert [one.id for one in listed] == [one["id"] for one in raw]
    assert not listed.unreadable
    for one, entry in zip(listed, raw, strict=True):
        given = entry["properties"].get("parameters") or {}
        assert one.parameters == {name: value["value"] for name, value in given.items()}
        assert one.definition_id == entry["properties"]["policyDefinitionId"].lower()


def names_of(body: Any) -> set[str]:
    if isinstance(body, dict):
        return set(body) | {name for value in body.values() for name in names_of(value)}
    return {name for one in body for name in names_of(one)} if isinstance(body, list) else set()


async def test_what_is_sent_has_the_members_that_were_recorded(azure_over: AzureOver) -> None:
    sent: list[httpx.Request] = []
    azure = azure_over(answers(IDENTITY[0], IDENTITY[11], REMEDIATION[9], SCAN[1], IDENTITY[20], sent=sent)).governance
    order = AssignmentOrder(
        GROUP, NAME, BuiltIn.WITH_TAG.id, "westus", "shown", {"vaultLocation": "westus"}, {"a": "b"}
    )
    assert (await azure.put_assignment(order, request_id=ID)).is_done
    role = RoleOrder(GROUP, "88888888-0000-0000-0000-000000000001", "5e467623", "22d492ad")
    assert (await azure.put_role(role, request_id=ID)).is_done
    begun = await azure.put_remediation(RemediationOrder(SUB, "azurecli-test-remediation000004", "x"), request_id=ID)
    assert begun.status_url is not None
    assert begun.status_url.startswith("https://management.azure.com")
    assert path_of(begun.status_url) == path_of(REMEDIATION[9]["request"]["url"])
    scan = await azure.evaluate(SUB, request_id=ID)
    assert scan.status_url == SCAN[1]["response"]["headers"]["location"]
    assert (await azure.delete_assignment(GROUP, NAME, request_id=ID)).is_done
    for request, exchange in zip(sent, (IDENTITY[0], IDENTITY[11], REMEDIATION[9], SCAN[1], IDENTITY[20]), strict=True):
        same_request(request, exchange)
        assert request.headers["x-ms-client-request-id"] == str(ID)
    recorded = {name for flow in FLOWS.values() for x in flow for name in names_of(x["request"]["body"])}
    ours = {name for request in sent if request.content for name in names_of(json.loads(request.content))}
    documented = {"principalType", "displayName", "resourceDiscoveryMode", "a", "vaultLocation"}
    assert ours - recorded <= documented


async def test_an_identity_that_is_seconds_old_is_refused_by_name_and_taken_later(azure_over: AzureOver) -> None:
    azure = azure_over(answers(IDENTITY[10], IDENTITY[11], sent=[])).governance
    role = RoleOrder(GROUP, "88888888-0000-0000-0000-000000000001", "acdd72a7", "22d492ad")
    with pytest.raises(e.AzureRejected) as refused:
        await azure.put_role(role, request_id=ID)
    assert refused.value.code == "PrincipalNotFound"
    assert (await azure.put_role(role, request_id=ID)).is_done


async def test_recorded_summaries_are_read(azure_over: AzureOver) -> None:
    exchanges = [x for x in INSIGHTS if "/summarize" in x["request"]["url"]]
    assert len(exchanges) > 5
    for exchange in exchanges:
        found = await azure_over(answers(exchange, sent=[])).governance.compliance(SUB, "a")
        results = exchange["response"]["body"]["value"][0]["results"]
        assert found == Compliance(0, results["nonCompliantResources"])


async def test_an_evaluation_is_followed_to_its_end(azure_over: AzureOver) -> None:
    azure = azure_over(answers(SCAN[3], SCAN[4], sent=[])).operations
    link = SCAN[2]["response"]["headers"]["location"]
    assert (await azure.status(link)).state is OperationState.IN_PROGRESS
    assert (await azure.status(link)).state is OperationState.SUCCEEDED


async def test_every_recorded_remediation_is_read_and_followed(azure_over: AzureOver) -> None:
    one = REMEDIATION[10]
    name = "azurecli-test-remediation000004"
    found = await azure_over(answers(one, sent=[])).governance.get_remediation(SUB, name)
    assert (found.state, found.total, found.is_over) == ("Succeeded", 0, True)
    assert (await azure_over(answers(one, sent=[])).operations.status("/x")).state is OperationState.SUCCEEDED
    states = set()
    for entry in (x for exchange in (REMEDIATION[11], REMEDIATION[12]) for x in exchange["response"]["body"]["value"]):
        read = translate.remediation(entry)
        counts = entry["properties"]["deploymentStatus"]
        assert (read.total, read.succeeded, read.failed) == tuple(counts.values())
        assert read.is_over
        states.add(read.state)
    assert states == {"Succeeded", "Canceled"}
    sent: list[httpx.Request] = []
    deployments = await azure_over(answers(REMEDIATION[13], sent=sent)).governance.list_deployments(SUB, name)
    same_request(sent[0], REMEDIATION[13])
    assert list(deployments) == []


REMEDIATED: Json = REMEDIATION[10]["response"]["body"]


@pytest.mark.parametrize(
    "changed",
    [
        {"properties": None},
        {"properties": {}},
        {"properties": REMEDIATED["properties"] | {"provisioningState": 7}},
        {"properties": REMEDIATED["properties"] | {"policyAssignmentId": None}},
        {"id": ["x"]},
    ],
)
def test_a_remediation_without_its_essentials_is_not_read(changed: Json) -> None:
    with pytest.raises((LookupError, TypeError)):
        translate.remediation(REMEDIATED | changed)


@pytest.mark.parametrize("counts", [None, {}, {"totalDeployments": "many", "failedDeployments": -1}, []])
def test_counts_that_are_missing_or_odd_are_not_known(counts: Any) -> None:
    found = translate.remediation(REMEDIATED | {"properties": REMEDIATED["properties"] | {"deploymentStatus": counts}})
    assert (found.total, found.succeeded, found.failed) == (None, None, None)


def test_a_state_that_was_never_seen_is_none_of_an_end() -> None:
    odd = translate.remediation(
        REMEDIATED | {"properties": REMEDIATED["properties"] | {"provisioningState": "Pondering"}}
    )
    assert not odd.is_over


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ({"resourceDetails": [{"complianceState": "Compliant", "count": 4}]}, Compliance(4, 0)),
        ({"resourceDetails": [{"complianceState": "noncompliant", "count": "3"}, "odd"]}, Compliance(0, 3)),
        ({"resourceDetails": [{"complianceState": "noncompliant"}]}, Compliance(0, None)),
        ({"nonCompliantResources": 5}, Compliance(None, 5)),
        ({"resourceDetails": None}, Compliance(None, None)),
    ],
)
def test_a_summary_says_no_more_than_it_says(results: Json, expected: Compliance) -> None:
    assert translate.compliance({"value": [{"results": results}]}) == expected


@pytest.mark.parametrize("body", [{}, {"value": []}, {"value": ["x"]}, {"value": [{"results": 7}]}, {"value": [{}]}])
def test_what_is_no_summary_is_not_read(body: Json) -> None:
    with pytest.raises((LookupError, TypeError, ValueError)):
        translate.compliance(body)


def test_the_definitions_have_what_is_read_of_them() -> None:
    for built_in in BuiltIn:
        found = translate.definition(BUILT_IN[built_in.value])
        assert (found.id, len(found.roles), found.defaults["effect"]) == (built_in.id, 2, "DeployIfNotExists")
    no_rule: Json = {"properties": {"policyRule": {"if": []}}, "id": "x", "name": "y"}
    for odd in (no_rule, no_rule | {"properties": {}}, no_rule | {"properties": None}):
        with pytest.raises((LookupError, TypeError)):
            translate.definition(odd)


@pytest.mark.parametrize(
    "text",
    ["", "/", "/subscriptions/x", "/subscriptions/../x", f"{SUB.id}/resourceGroups/", f"{SUB.id}/resourceGroups/a/b/c"],
)
def test_a_scope_is_a_subscription_or_a_group(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_scope(text)
    assert read_scope(SUB.id) == SUB
    assert read_scope(f"{SUB.id}/resourcegroups/a") == Scope(SUB.subscription_id, "a")


async def test_only_the_definitions_of_vm_backup_are_asked_for(azure_over: AzureOver) -> None:
    sent: list[httpx.Request] = []
    with pytest.raises(e.AzureRejected):
        await azure_over(answers(sent=sent)).governance.get_definition("/providers/x/../../subscriptions")
    assert sent == []
