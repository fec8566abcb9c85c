"""Azure Policy in the simulator: the recorded requests are answered as recorded, and what the built-ins do."""

import json
import re
from typing import Any

import pytest

from app.simulator.asgi import Simulator
from app.simulator.policy_definitions import ROLES, WITH_TAG, WITHOUT_TAG
from app.simulator.world import SUBSCRIPTION
from tests.azure.tape import Exchange, Flow, path_of, stored
from tests.simulator.story import DEFAULT_POLICY, RG, SUB, VAULT, Story, vm_id

FLOWS = {flow.name.partition("/")[2]: flow for flow in stored("policy-")}
ASSIGNMENTS = "/providers/Microsoft.Authorization/policyAssignments"
INSIGHTS = "/providers/Microsoft.PolicyInsights"
STATES = f"{INSIGHTS}/policyStates/latest"
POLICY_API, STATES_API, REMEDIATION_API, ROLE_API = "2021-06-01", "2019-10-01", "2021-10-01", "2022-04-01"
CUSTOM = {"image": {"id": f"{RG}/providers/Microsoft.Compute/images/golden"}}

VOLATILE = re.compile(
    r"^(principalId|tenantId|created\w*|updatedOn|updatedBy|lastModified\w*|lastUpdatedOn|correlationId|"
    r"timestamp|subscriptionId|managementGroupIds)$"
)


def shaped(body: Any, name: str = "") -> Any:
    """Names and words, but of what Azure alone knows only whether it is there."""
    if isinstance(body, dict):
        return {key: shaped(value, key) for key, value in body.items()}
    if isinstance(body, list):
        return [shaped(one) for one in body]
    return type(body).__name__ if VOLATILE.match(name) else body


def entries(body: Any) -> set[str]:
    """The member names of the entries of a list, two levels deep."""
    return {f"{name}.{inner}" for one in body["value"] for name in ("properties",) for inner in one[name]}


async def replay(story: Story, flow: Flow, exchange: Exchange, known: dict[str, str], *, entries_only: bool) -> None:
    text = json.dumps(exchange).replace("00000000-0000-0000-0000-000000000000", SUBSCRIPTION)
    for recorded, ours in known.items():
        text = text.replace(recorded, ours)
    asked, said = json.loads(text)["request"], json.loads(text)["response"]
    url = asked["url"].partition("management.azure.com")[2]
    answer = await story.send(asked["method"], url, asked["body"], api=None)
    assert answer.status_code == said["status"], (flow.name, asked["url"], answer.text)
    body: Any = answer.json() if answer.content else None
    if answer.status_code >= 400:
        assert body["error"]["code"] == said["body"]["error"]["code"]
        assert re.sub(r"[0-9a-f-]{32,36}", "", body["error"]["message"]) == re.sub(
            r"[0-9a-f-]{32,36}", "", said["body"]["error"]["message"]
        )
    elif entries_only:
        if body["value"]:
            assert entries(body) <= entries(said["body"]), url
    else:
        assert shaped(body) == shaped(said["body"]), url
    if body and "identity" in body and "principalId" in body["identity"]:
        known[exchange["response"]["body"]["identity"]["principalId"]] = body["identity"]["principalId"]


async def play(story: Story, simulator: Simulator, name: str, *, listing: str) -> None:
    """Every exchange of a flow, at its time. `listing`: paths whose answers hold things of others."""
    flow, at, known = FLOWS[name], 0.0, dict[str, str]()
    for exchange in flow.exchanges:
        group = re.search(r"/resourcegroups/([^/]+)", path_of(exchange["request"]["url"]), re.IGNORECASE)
        if group is not None:
            simulator.world.add_resource_group(group[1], "westus")
    for exchange in flow.exchanges:
        await story.advance(exchange["t"] - at)
        at = exchange["t"]
        url = exchange["request"]["url"]
        if "skiptoken" in url:
            continue  # the pages of others
        is_list = exchange["request"]["method"] == "GET" and re.search(listing, path_of(url)) is not None
        await replay(story, flow, exchange, known, entries_only=is_list)


async def test_assignments_and_roles_are_answered_as_recorded(story: Story, simulator: Simulator) -> None:
    await story.control("seed", policy_definitions=[{"name": "06a78e20-9358-41c9-923c-fb736d382a4d"}])
    await play(story, simulator, "policy_identity", listing="/roleAssignments$")


async def test_remediations_are_answered_as_recorded(story: Story, simulator: Simulator) -> None:
    await story.control("seed", policy_definitions=[{"name": "06a78e20-9358-41c9-923c-fb736d382a4d"}])
    listing = "^/subscriptions/[^/]+/providers/[^/]+/(policyAssignments|remediations)$"
    await play(story, simulator, "policy_remediation", listing=listing)


async def test_an_evaluation_takes_as_long_as_the_recorded_one(story: Story) -> None:
    flow = FLOWS["policy_triggerscan"]
    path = f"{SUB}{STATES}/triggerEvaluation"
    begun = await story.send("POST", path, api=STATES_API)
    recorded = flow.exchanges[1]["response"]
    assert (begun.status_code, begun.content) == (recorded["status"], b"")
    for name, value in recorded["headers"].items():
        if name.startswith("x-ms-ratelimit"):
            assert begun.headers[name] == value
    pattern = re.compile(r"/providers/Microsoft\.PolicyInsights/asyncOperationResults/[\w=]+\?api-version=2019-10-01$")
    assert pattern.search(begun.headers["Location"])
    assert pattern.search(recorded["headers"]["location"])
    for at in (32, 538):
        await story.advance(at)
        assert (await story.send("GET", begun.headers["Location"], api=None)).status_code == 202
    await story.advance(4)
    answer = await story.send("GET", begun.headers["Location"], api=None)
    assert (answer.status_code, answer.json()) == (200, flow.exchanges[4]["response"]["body"])


# -- the built-in definitions -------------------------------------------------------------------------------------
def assignment_body(
    definition: str = WITHOUT_TAG, *, policy: str = DEFAULT_POLICY, **parameters: Any
) -> dict[str, Any]:
    given = {"vaultLocation": "westus", "backupPolicyId": policy} | parameters
    return {
        "location": "westus",
        "identity": {"type": "SystemAssigned"},
        "properties": {
            "policyDefinitionId": f"/providers/Microsoft.Authorization/policyDefinitions/{definition}",
            "parameters": {name: {"value": value} for name, value in given.items()},
        },
    }


async def assign(story: Story, scope: str = SUB, name: str = "backup", **options: Any) -> Any:
    answer = await story.send("PUT", f"{scope}{ASSIGNMENTS}/{name}", assignment_body(**options), api=POLICY_API)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def grant(story: Story, assignment: Any, scope: str = SUB) -> None:
    for number, role in enumerate(ROLES):
        body = {
            "principalId": assignment["identity"]["principalId"],
            "principalType": "ServicePrincipal",
            "roleDefinitionId": f"{SUB}/providers/Microsoft.Authorization/roleDefinitions/{role}",
        }
        path = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{number:08d}-0000-4000-8000-000000000000"
        answer = await story.send("PUT", path, {"properties": body}, api=ROLE_API)
        assert answer.status_code == 201, answer.text


async def summary(story: Story, assignment: Any) -> dict[str, int]:
    answer = await story.send("POST", f"{assignment['id']}{STATES}/summarize", api=STATES_API)
    assert answer.status_code == 200, answer.text
    details = answer.json()["value"][0]["results"]["resourceDetails"]
    return {one["complianceState"]: one["count"] for one in details}


async def remediate(story: Story, assignment: Any, name: str = "fix", **asked: Any) -> Any:
    path = f"{SUB}{INSIGHTS}/remediations/{name}"
    body = {"properties": {"policyAssignmentId": assignment["id"]} | asked}
    answer = await story.send("PUT", path, body, api=REMEDIATION_API)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def over(story: Story) -> None:
    """What is due begins when the clock is moved beyond it: the evaluation, then the deployments."""
    for seconds in (61, 61):
        await story.advance(seconds)


async def test_a_remediation_protects_what_the_definition_is_for_and_skips_the_rest(story: Story) -> None:
    await story.make_vault()
    await story.control(
        "seed",
        vms=[
            {"name": "golden", **CUSTOM},
            {"name": "bare", "image": {}},
            {"name": "east", "location": "eastus"},
            {"name": "free", "tags": {"BACKUP": "No"}},
        ],
    )
    await story.protect("vm-db-01")
    made = await assign(story, exclusionTagName="backup", exclusionTagValue=["no"])
    assert await summary(story, made) == {}, "nothing was evaluated yet"
    await grant(story, made)
    begun = await remediate(story, made, resourceDiscoveryMode="ReEvaluateCompliance")
    assert begun["properties"]["provisioningState"] == "Accepted"
    await story.advance(61)
    running = await story.get(f"{SUB}{INSIGHTS}/remediations/fix", api=REMEDIATION_API)
    assert running["properties"]["provisioningState"] == "Running"
    assert running["properties"]["deploymentStatus"]["totalDeployments"] == 2
    assert await summary(story, made) == {"noncompliant": 2, "compliant": 1}
    await story.advance(60)
    ended = (await story.get(f"{SUB}{INSIGHTS}/remediations/fix", api=REMEDIATION_API))["properties"]
    assert (ended["provisioningState"], ended["deploymentStatus"]["successfulDeployments"]) == ("Succeeded", 2)
    assert await summary(story, made) == {"compliant": 3}
    items = await story.get(f"{VAULT}/backupProtectedItems")
    assert {one["properties"]["friendlyName"] for one in items["value"]} == {"vm-web-01", "vm-batch-01", "vm-db-01"}
    jobs = await story.get(f"{VAULT}/backupJobs")
    assert [one["properties"]["operation"] for one in jobs["value"]].count("ConfigureBackup") == 3
    listed = await story.send("POST", f"{SUB}{INSIGHTS}/remediations/fix/listDeployments", api=REMEDIATION_API)
    assert {one["remediatedResourceId"] for one in listed.json()["value"]} == {
        vm_id("vm-web-01").lower(),
        vm_id("vm-batch-01").lower(),
    }


async def test_a_state_has_the_members_that_were_recorded(story: Story) -> None:
    await story.make_vault()
    made = await assign(story, definition=WITH_TAG, inclusionTagName="a", inclusionTagValue=["b"])
    await story.control("seed", vms=[{"name": "tagged", "tags": {"A": "B"}}])
    await story.send("POST", f"{SUB}{STATES}/triggerEvaluation", api=STATES_API)
    await story.advance(580)
    answer = await story.send(
        "POST", f"{made['id']}{STATES}/queryResults", api=STATES_API, filter="isCompliant eq false"
    )
    recorded = FLOWS["policy_triggerscan"].exchanges[5]["response"]["body"]
    assert answer.json().keys() == recorded.keys()
    (one,) = answer.json()["value"]
    assert shaped(one).keys() == recorded["value"][0].keys()
    assert one["resourceId"] == vm_id("tagged").lower()
    summed = await story.send("POST", f"{SUB}{STATES}/summarize", api=STATES_API, filter="isCompliant eq false")
    whole = next(
        x["response"]["body"]
        for x in FLOWS["policy_insights"].exchanges
        if "/summarize" in x["request"]["url"] and x["response"]["body"]["value"][0]["policyAssignments"]
    )
    ours, theirs = summed.json()["value"][0], whole["value"][0]
    assert ours.keys() == theirs.keys()
    assert ours["results"].keys() == theirs["results"].keys()
    single = next(x for x in theirs["policyAssignments"] if not x["policySetDefinitionId"])
    assert ours["policyAssignments"][0].keys() == single.keys()
    assert ours["policyAssignments"][0]["policyDefinitions"][0].keys() == single["policyDefinitions"][0].keys()
    assert ours["results"]["resourceDetails"] == [{"complianceState": "noncompliant", "count": 1}]


async def test_deployments_fail_without_rights_and_where_a_test_says_so(story: Story) -> None:
    await story.make_vault()
    made = await assign(story)
    await remediate(story, made, resourceDiscoveryMode="ReEvaluateCompliance", failureThreshold={"percentage": 0})
    await over(story)
    path = f"{SUB}{INSIGHTS}/remediations/fix"
    ended = (await story.get(path, api=REMEDIATION_API))["properties"]
    assert (ended["provisioningState"], ended["deploymentStatus"]["failedDeployments"]) == ("Failed", 3)
    listed = (await story.send("POST", f"{path}/listDeployments", api=REMEDIATION_API)).json()["value"]
    assert {one["error"]["code"] for one in listed} == {"AuthorizationFailed"}
    await grant(story, made)
    await story.control("policy_faults", fail_deployments=1)
    await remediate(story, made, "again")
    await over(story)
    ended = (await story.get(f"{SUB}{INSIGHTS}/remediations/again", api=REMEDIATION_API))["properties"]
    assert ended["deploymentStatus"] == {"totalDeployments": 3, "successfulDeployments": 2, "failedDeployments": 1}
    assert ended["provisioningState"] == "Succeeded", "without a threshold all may fail"
    for count, status in ((50_000, 201), (50_001, 400)):
        body = {"properties": {"policyAssignmentId": made["id"], "resourceCount": count}}
        answer = await story.send("PUT", f"{SUB}{INSIGHTS}/remediations/r{count}", body, api=REMEDIATION_API)
        assert answer.status_code == status, answer.text


async def test_a_cancelled_remediation_begins_nothing_more(story: Story) -> None:
    await story.make_vault()
    made = await assign(story)
    await grant(story, made)
    await remediate(story, made, resourceDiscoveryMode="ReEvaluateCompliance", parallelDeployments=1)
    await story.advance(61)
    path = f"{SUB}{INSIGHTS}/remediations/fix"
    refused = await story.send("DELETE", path, api=REMEDIATION_API)
    assert refused.status_code == 400
    answer = await story.send("POST", f"{path}/cancel", api=REMEDIATION_API)
    assert answer.json()["properties"]["provisioningState"] == "Cancelling"
    await story.advance(300)
    ended = (await story.get(path, api=REMEDIATION_API))["properties"]
    assert (ended["provisioningState"], ended["deploymentStatus"]["totalDeployments"]) == ("Canceled", 3)
    assert len((await story.get(f"{VAULT}/backupProtectedItems"))["value"]) == 1
    assert (await story.send("DELETE", path, api=REMEDIATION_API)).status_code == 200


async def test_a_new_machine_is_protected_ten_minutes_later_without_a_remediation(story: Story) -> None:
    await story.make_vault()
    made = await assign(story)
    await grant(story, made)
    await story.control("seed", vms=[{"name": "born"}, {"name": "golden", **CUSTOM}])
    for seconds in (601, 61):
        await story.advance(seconds)
    items = await story.get(f"{VAULT}/backupProtectedItems")
    assert {one["properties"]["friendlyName"] for one in items["value"]} == {"born"}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (
            {"properties": {"policyDefinitionId": "/providers/Microsoft.Authorization/policyDefinitions/no"}},
            "PolicyDefinitionNotFound",
        ),
        ({"identity": None}, "ResourceIdentityRequired"),
        ({"location": None}, "LocationRequired"),
    ],
)
async def test_what_is_not_valid_is_refused(story: Story, changed: dict[str, Any], code: str) -> None:
    body = assignment_body() | changed
    answer = await story.send("PUT", f"{SUB}{ASSIGNMENTS}/a", body, api=POLICY_API)
    assert answer.json()["error"]["code"] == code
    lacking = assignment_body()
    lacking["properties"]["parameters"].pop("backupPolicyId")
    answer = await story.send("PUT", f"{SUB}{ASSIGNMENTS}/a", lacking, api=POLICY_API)
    assert answer.json()["error"]["code"] == "MissingPolicyParameter"
    more = assignment_body(fruit="apple")
    answer = await story.send("PUT", f"{SUB}{ASSIGNMENTS}/a", more, api=POLICY_API)
    assert answer.json()["error"]["code"] == "UndefinedPolicyParameter"
