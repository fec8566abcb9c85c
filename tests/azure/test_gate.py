"""Every request to Resource Manager asks the gate first and tells it what Azure answered, once each."""

import base64
import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.azure import values as v
from app.azure.errors import AzureThrottled, AzureUnknown, AzureUnreachable
from app.azure.gate import Answered, Metered, RequestClass
from app.azure.sdk import formats
from app.azure.sdk.budget_classes import metered, principal_of, remaining
from app.azure.sdk.client import OpenAzure, build_azure
from app.simulator.arm import Call
from app.simulator.asgi import _request_class
from app.simulator.limits import JOB_READS, action_of

from .conftest import SUBSCRIPTION, FakeCredential, Handler

VAULT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.RecoveryServices/vaults/v"
ITEM = f"{VAULT}/backupFabrics/Azure/protectionContainers/c/protectedItems/i"
PLACE = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.RecoveryServices/locations/eastus"

CASES = [
    ("GET", f"{VAULT}/backupJobs?$filter=x", "job_reads"),
    ("POST", f"{PLACE}/backupCrrJobs?api-version=1", "other_read"),
    ("GET", f"{VAULT}/backupJobs/1234?api-version=1", "job_reads"),
    ("POST", f"{PLACE}/backupCrrJob", "other_read"),
    ("GET", f"{ITEM}/backup", "other_read"),
    ("GET", f"{ITEM}/recoveryPoints", "other_read"),
    ("GET", f"{VAULT}/backupJobs/1234/operationResults/5", "other_read"),
    ("POST", f"{PLACE}/backupStatus", "other_read"),
    ("POST", f"{VAULT}/backupValidateOperation", "other_read"),
    ("POST", f"{ITEM}/recoveryPoints/1/accessToken", "other_read"),
    ("POST", f"{ITEM}/backup", "trigger"),
    ("POST", f"{ITEM}/recoveryPoints/1/restore?api-version=1", "trigger"),
    ("POST", f"{PLACE}/backupCrossRegionRestore", "trigger"),
    ("POST", f"{VAULT}/backupJobs/1234/cancel", "write"),
    ("PUT", ITEM, "write"),
    ("DELETE", ITEM, "write"),
    ("PATCH", VAULT, "write"),
    ("POST", f"{ITEM}/recoveryPoints/1/provisionInstantItemRecovery", "write"),
]


@pytest.mark.parametrize(("method", "target", "expected"), CASES)
def test_a_request_counts_in_the_class_that_the_simulated_azure_counts_it_in(
    method: str, target: str, expected: str
) -> None:
    assert metered(method, target, "").request_class == expected
    assert metered(method, target, "").subscription_id == SUBSCRIPTION
    if expected in {"write", "trigger"}:
        assert _request_class(_call(method, target)) == expected
    is_job_read = action_of(method, _call(method, target).path) == JOB_READS.lower()
    assert is_job_read == (expected == "job_reads"), "one action of Azure is one class here, and the other way round"


def test_a_query_of_resource_graph_has_a_class_of_its_own_and_no_subscription() -> None:
    target = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"
    asked = metered("POST", target, "")
    assert (asked.request_class, asked.subscription_id) == (RequestClass.QUERY_GRAPH, "")
    assert _request_class(_call("POST", target)) == "query_graph"


def _call(method: str, target: str) -> Call:
    anything: Any = None
    return Call(
        method=method,
        path=target.partition("?")[0],
        query={},
        body=None,
        host="",
        client_request_id="",
        world=anything,
        arrived=0,
    )


@pytest.mark.parametrize("target", ["/subscriptions?api-version=1", "/providers/x", "/subscriptions/not-an-id/x"])
def test_what_belongs_to_no_subscription_counts_in_none(target: str) -> None:
    assert metered("GET", target, "").subscription_id == ""


def test_a_subscription_is_one_however_it_is_written() -> None:
    assert metered("GET", VAULT.upper(), "") == metered("GET", VAULT, "")


def _token(claims: object) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"Bearer e30.{body}.sig"


@pytest.mark.parametrize(
    ("authorization", "who"),
    [
        (_token({"oid": "0f7d0f0e"}), "0f7d0f0e"),
        (_token({"sub": "x"}), ""),
        (_token({"oid": 5}), ""),
        (_token({"oid": "x" * 65}), ""),
        (_token([]), ""),
        ("Bearer opaque", ""),
        ("Bearer a.b.c", ""),
        ("Bearer a.%%%.c", ""),
        ("", ""),
    ],
)
def test_the_principal_is_the_object_id_of_the_token(authorization: str, who: str) -> None:
    assert principal_of(authorization) == who


COMPUTE = "Microsoft.Compute/LowCostGet"
MACHINE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm"
INSIGHTS = "providers/Microsoft.PolicyInsights"
ASSIGNED = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/policyAssignments/a"
CARD = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/n"


@pytest.mark.parametrize(
    ("method", "target", "expected"),
    [
        ("GET", f"{MACHINE}?$expand=instanceView&api-version=2024-07-01", "compute_read"),
        ("GET", f"{MACHINE}/runCommands/check", "compute_read"),
        ("PUT", f"{MACHINE}/runCommands/check", "compute_write"),
        ("DELETE", MACHINE, "compute_write"),
        ("GET", f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Compute/locations/x/operations/1", "compute_read"),
        ("GET", CARD, "network_read"),
        ("DELETE", CARD, "network_write"),
        ("POST", f"{ASSIGNED}/{INSIGHTS}/policyStates/latest/summarize?api-version=2019-10-01", "policy_insights"),
        ("PUT", f"/subscriptions/{SUBSCRIPTION}/{INSIGHTS}/remediations/r", "policy_insights"),
        ("POST", f"/subscriptions/{SUBSCRIPTION}/{INSIGHTS}/policyStates/latest/triggerEvaluation", "policy_scan"),
        ("PUT", ASSIGNED, "write"),
        ("GET", f"{MACHINE}/providers/Microsoft.Authorization/locks", "other_read"),
        ("GET", f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/resources", "other_read"),
    ],
)
def test_compute_network_and_policy_count_apart_from_backups(method: str, target: str, expected: str) -> None:
    assert metered(method, target, "").request_class == expected


@pytest.mark.parametrize(
    ("headers", "left"),
    [
        ({}, None),
        ({"x-ms-ratelimit-remaining-subscription-reads": "11999"}, 11999),
        (
            {
                "x-ms-ratelimit-remaining-subscription-writes": "799",
                "X-Ms-Ratelimit-Remaining-Subscription-Global-Writes": "11999",
            },
            799,
        ),
        ({"x-ms-ratelimit-remaining-resource": "Microsoft.Compute/Get3Min;107,Microsoft.Compute/Get30Min;1990"}, 107),
        ({"x-ms-ratelimit-remaining-resource": f"{COMPUTE}SubscriptionMaximum;23997,{COMPUTE}Resource;33"}, 23997),
        ({"x-ms-ratelimit-remaining-resource": f"{COMPUTE}Resource;44"}, None),
        ({"x-ms-ratelimit-remaining-subscription-reads": "plenty"}, None),
        ({"x-ms-ratelimit-remaining-subscription-reads": "-3"}, 0),
        ({"x-ms-ratelimit-limit": "5"}, None),
    ],
)
def test_the_least_of_all_limits_is_what_is_left(headers: dict[str, str], left: int | None) -> None:
    assert remaining(headers) == left


@pytest.mark.parametrize("text", ["86400", "1e300", "Tue, 22 Nov 2033 10:00:00 GMT"])
def test_a_huge_retry_after_is_one_of_an_hour(text: str) -> None:
    headers = {"Retry-After": text, "Date": "Sun, 22 Nov 2026 10:00:00 GMT"}
    assert formats.retry_after(headers) == formats.LONGEST_WAIT


class Recorder:
    """A gate that remembers, and refuses when told so."""

    def __init__(self, refusal: Exception | None = None) -> None:
        self.refusal = refusal
        self.asked: list[Metered] = []
        self.learnt: list[Answered] = []

    async def admit(self, asked: Metered) -> None:
        self.asked.append(asked)
        if self.refusal is not None:
            raise self.refusal

    async def learn(self, asked: Metered, answer: Answered) -> None:
        assert asked in self.asked
        self.learnt.append(answer)


def over(handler: Handler, gate: Recorder) -> tuple[OpenAzure, httpx.AsyncClient]:
    http = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    return build_azure("https://management.azure.com", http=http, credential=FakeCredential(), gate=gate), http


ORDER = v.BackupOrder(
    v.ItemRef(v.VaultRef(SUBSCRIPTION, "rg", "v"), v.VmRef(SUBSCRIPTION, "rg", "vm")), datetime(2027, 1, 1, tzinfo=UTC)
)


async def test_each_page_of_a_list_is_a_request_of_its_own(vault: v.VaultRef) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        more = (
            {}
            if "skipToken" in str(request.url)
            else {"nextLink": f"https://management.azure.com{request.url.path}?skipToken=1"}
        )
        return httpx.Response(
            200, json={"value": [], **more}, headers={"x-ms-ratelimit-remaining-subscription-reads": "7"}
        )

    gate = Recorder()
    azure, http = over(answer, gate)
    await azure.jobs.list_in_progress(vault)
    await http.aclose()
    assert [one.request_class for one in gate.asked] == [RequestClass.JOB_READS] * 2
    assert gate.learnt == [Answered(200, 7, None)] * 2


async def test_what_the_gate_refuses_is_not_sent_and_is_not_learnt_from() -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(202)

    gate = Recorder(AzureThrottled("not now", retry_after=77.0))
    azure, http = over(answer, gate)
    with pytest.raises(AzureThrottled) as raised:
        await azure.backups.trigger(ORDER, request_id=uuid4())
    gate.refusal = RuntimeError("a bug of ours")
    with pytest.raises(AzureUnreachable, match="nothing was sent"):
        await azure.backups.trigger(ORDER, request_id=uuid4())
    await http.aclose()
    assert (raised.value.retry_after, sent, gate.learnt) == (77.0, [], [])


async def test_a_request_without_an_answer_is_told_too() -> None:
    def cut(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("reset", request=request)

    gate = Recorder()
    azure, http = over(cut, gate)
    with pytest.raises(AzureUnknown):
        await azure.backups.trigger(ORDER, request_id=uuid4())
    await http.aclose()
    assert gate.learnt == [Answered()]


async def test_a_refusal_of_azures_is_told_with_its_time() -> None:
    gate = Recorder()
    azure, http = over(lambda _: httpx.Response(429, headers={"Retry-After": "17"}), gate)
    with pytest.raises(AzureThrottled):
        await azure.backups.trigger(ORDER, request_id=uuid4())
    await http.aclose()
    assert gate.learnt == [Answered(429, None, 17.0)]


async def test_a_refusal_that_says_its_time_in_words_only_is_told_with_that_time() -> None:
    """As recorded in 2023 (docs/azure.md, Throttling): the wait stands in the message."""
    words = (
        "Number of requests for action 'Microsoft.RecoveryServices/vaults/backupJobs/read' exceeded the limit of '150' "
        "for time interval '01:00:00'. Please try again after '324' seconds."
    )
    gate = Recorder()
    body = {"error": {"code": "ResourceRequestsThrottled", "message": words}}
    azure, http = over(lambda _: httpx.Response(429, json=body), gate)
    with pytest.raises(AzureThrottled) as refused:
        await azure.backups.trigger(ORDER, request_id=uuid4())
    await http.aclose()
    assert gate.learnt == [Answered(429, None, 324.0)]
    assert refused.value.retry_after == 324


@pytest.mark.parametrize(("left", "closes"), [(0, None), (3, 15.0)])
async def test_a_machine_that_was_asked_too_often_closes_no_class(left: int, closes: float | None) -> None:
    gate = Recorder()
    told = {"x-ms-ratelimit-remaining-resource": f"{COMPUTE}Resource;{left}", "Retry-After": "15"}
    azure, http = over(lambda _: httpx.Response(429, headers=told), gate)
    with pytest.raises(AzureThrottled) as refused:
        await azure.virtual_machines.get(v.VmRef(SUBSCRIPTION, "g", "vm"))
    await http.aclose()
    assert gate.learnt == [Answered(429, None, closes)]
    assert refused.value.retry_after == 15.0
