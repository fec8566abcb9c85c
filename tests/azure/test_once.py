"""A write is one request, whatever comes back (reliability R4), and every answer has its one meaning."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, time
from uuid import UUID, uuid4

import httpx
import pytest
import respx

from app.azure import errors as e
from app.azure import mount_values as m
from app.azure import restore_values as r
from app.azure import values as v
from app.azure.sdk.client import OpenAzure, build_azure
from app.core.clock import monotonic_boottime

from .conftest import AccessToken, FakeCredential

S = "0f0f0f0f-1111-2222-3333-444444444444"
VAULT = v.VaultRef(S, "rg-one", "vault-one")
ITEM = v.ItemRef(VAULT, v.VmRef(S, "rg-one", "vm-one"))
POLICY = v.PolicyRef(VAULT, "nightly")
STAGING = f"/subscriptions/{S}/resourceGroups/rg-one/providers/Microsoft.Storage/storageAccounts/staging1"
TARGET = f"/subscriptions/{S}/resourceGroups/rg-target"
SUBNET = f"/subscriptions/{S}/resourceGroups/rg-one/providers/Microsoft.Network/virtualNetworks/net-one/subnets/one"
DEFINITION = v.PolicyDefinition("UTC", v.DailySchedule(time(2)), v.Retention(daily=v.DailyRetention(7)), 2)

Write = Callable[[OpenAzure, UUID, float | None], Awaitable[v.Operation]]
WRITES: dict[str, Write] = {
    "backup": lambda azure, id_, deadline: azure.backups.trigger(
        v.BackupOrder(ITEM, datetime(2027, 1, 1, tzinfo=UTC)), request_id=id_, deadline=deadline
    ),
    "restore": lambda azure, id_, deadline: azure.restores.trigger(
        r.RestoreOrder(ITEM, "42", "westus", r.DisksTarget("disks", TARGET, STAGING)), request_id=id_, deadline=deadline
    ),
    "restore as a new VM": lambda azure, id_, deadline: azure.restores.trigger(
        r.RestoreOrder(ITEM, "42", "westus", r.NewVmTarget("new_vm", "vm-two", TARGET, SUBNET, STAGING)),
        request_id=id_,
        deadline=deadline,
    ),
    "replace disks": lambda azure, id_, deadline: azure.restores.trigger(
        r.RestoreOrder(ITEM, "42", "westus", r.ReplaceDisksTarget("replace_disks", ITEM.vm.id, STAGING)),
        request_id=id_,
        deadline=deadline,
    ),
    "restore across regions": lambda azure, id_, deadline: azure.cross_region.trigger(
        r.RestoreOrder(ITEM, "42", "eastus", r.DisksTarget("disks", TARGET, STAGING)),
        r.CrossRegionAccess({"accessTokenString": "a-granted-token"}),
        request_id=id_,
        deadline=deadline,
    ),
    "protect": lambda azure, id_, deadline: azure.protected_items.protect(
        v.ProtectOrder(ITEM, POLICY), request_id=id_, deadline=deadline
    ),
    "stop": lambda azure, id_, deadline: azure.protected_items.stop(ITEM, request_id=id_, deadline=deadline),
    "undelete": lambda azure, id_, deadline: azure.protected_items.undelete(ITEM, request_id=id_, deadline=deadline),
    "delete item": lambda azure, id_, deadline: azure.protected_items.delete(ITEM, request_id=id_, deadline=deadline),
    "put policy": lambda azure, id_, deadline: azure.policies.put(
        v.PolicyOrder(POLICY, DEFINITION), request_id=id_, deadline=deadline
    ),
    "delete policy": lambda azure, id_, deadline: azure.policies.delete(POLICY, request_id=id_, deadline=deadline),
    "create vault": lambda azure, id_, deadline: azure.vaults.create(
        v.VaultOrder(VAULT, "westus", "geo", False, "on", 14, "disabled"),  # noqa: FBT003
        request_id=id_,
        deadline=deadline,
    ),
}
WRITES |= {
    "mount files": lambda azure, id_, deadline: azure.file_recovery.provision(
        m.MountOrder(ITEM, "42"), request_id=id_, deadline=deadline
    ),
    "unmount files": lambda azure, id_, deadline: azure.file_recovery.revoke(
        ITEM, "42", request_id=id_, deadline=deadline
    ),
}
REFUSAL = {"error": {"code": "SomeCode", "message": "Some words."}}
UNREGISTERED = {  # the SDK's registration policy acts on the quoted namespace
    "error": {
        "code": "MissingSubscriptionRegistration",
        "message": "The subscription is not registered to use namespace 'Microsoft.RecoveryServices'.",
    }
}
CLAIMS = (
    'Bearer realm="", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6MX19fQ=="'
)
TRUST_NOTHING = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # nothing connects here, and loading the CAs takes 40 ms
WAIT = {"Retry-After": "1"}
ANSWERS: dict[str, tuple[httpx.Response | Exception, type[e.AzureError]]] = {
    "500": (httpx.Response(500, headers=WAIT, json=REFUSAL), e.AzureUnknown),
    "502": (httpx.Response(502, headers=WAIT, text="<html>bad gateway</html>"), e.AzureUnknown),
    "503": (httpx.Response(503, headers=WAIT, json=REFUSAL), e.AzureUnknown),
    "504": (httpx.Response(504, headers=WAIT), e.AzureUnknown),
    "408": (httpx.Response(408, headers=WAIT, json=REFUSAL), e.AzureUnknown),
    "409": (httpx.Response(409, headers=WAIT, json=REFUSAL), e.AzureConflict),
    "429": (httpx.Response(429, headers=WAIT, json=REFUSAL), e.AzureThrottled),
    "400": (httpx.Response(400, headers=WAIT, json=REFUSAL), e.AzureRejected),
    "403": (httpx.Response(403, json=REFUSAL), e.AzureDenied),
    "404": (httpx.Response(404, json=REFUSAL), e.AzureNotFound),
    "409 unregistered": (httpx.Response(409, json=UNREGISTERED), e.AzureConflict),
    "401 with a claims challenge": (
        httpx.Response(401, headers={"WWW-Authenticate": CLAIMS}, json=REFUSAL),
        e.AzureDenied,
    ),
    "307": (httpx.Response(307, headers={"Location": "https://management.azure.com/elsewhere"}), e.AzureUnknown),
    "204 that means nothing": (httpx.Response(204), e.AzureUnknown),
    "202 without a link": (httpx.Response(202), e.AzureUnknown),
    "reset": (httpx.ReadError("connection reset by peer"), e.AzureUnknown),
    "no answer": (httpx.RemoteProtocolError("server disconnected"), e.AzureUnknown),
    "write broken": (httpx.WriteError("broken pipe"), e.AzureUnknown),
    "read timeout": (httpx.ReadTimeout("no answer in time"), e.AzureUnknown),
    "write timeout": (httpx.WriteTimeout("not sent in time"), e.AzureUnknown),
    "connection refused": (httpx.ConnectError("connection refused"), e.AzureUnreachable),
    "connect timeout": (httpx.ConnectTimeout("no connection in time"), e.AzureUnreachable),
    "pool timeout": (httpx.PoolTimeout("no connection free in time"), e.AzureUnreachable),
}


@pytest.fixture
async def azure(credential: FakeCredential) -> AsyncIterator[OpenAzure]:
    async with httpx.AsyncClient(verify=TRUST_NOTHING) as client:
        yield build_azure("https://management.azure.com", http=client, credential=credential)


@pytest.fixture
def wire() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as router:
        yield router


MEANT = {
    ("delete item", "204 that means nothing"),
    ("delete policy", "204 that means nothing"),
    ("delete policy", "404"),
}
"""To a DELETE, 204 says that nothing is there (any more): see the tests of their own below. So does 404 of a policy."""


@pytest.mark.parametrize(
    ("answer", "write"), [(answer, write) for answer in ANSWERS for write in WRITES if (write, answer) not in MEANT]
)
async def test_a_write_is_sent_once_and_its_outcome_has_one_name(
    azure: OpenAzure, wire: respx.MockRouter, write: str, answer: str
) -> None:
    given, outcome = ANSWERS[answer]
    route = wire.route(host="management.azure.com")
    route.side_effect = given if isinstance(given, Exception) else lambda _: given
    request_id = uuid4()

    with pytest.raises(e.AzureError) as raised:
        await WRITES[write](azure, request_id, None)

    assert type(raised.value) is outcome
    assert route.call_count == len(wire.calls) == 1
    assert wire.calls[0].request.headers["x-ms-client-request-id"] == str(request_id)


@pytest.mark.parametrize("write", WRITES)
async def test_what_azure_says_with_a_refusal_reaches_the_caller(
    azure: OpenAzure, wire: respx.MockRouter, write: str
) -> None:
    wire.route().mock(httpx.Response(409, json=REFUSAL))
    with pytest.raises(e.AzureConflict) as refused:
        await WRITES[write](azure, uuid4(), None)
    assert (refused.value.status, refused.value.code, refused.value.message) == (409, "SomeCode", "Some words.")

    wire.route().mock(httpx.Response(429, headers={"Retry-After": "17"}, json=REFUSAL))
    with pytest.raises(e.AzureThrottled) as throttled:
        await WRITES[write](azure, uuid4(), None)
    assert throttled.value.retry_after == 17

    wire.route().mock(httpx.Response(503, headers={"Retry-After": "23"}))
    with pytest.raises(e.AzureUnknown) as unknown:
        await WRITES[write](azure, uuid4(), None)
    assert (unknown.value.status, unknown.value.retry_after) == (503, 23)


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(
    ("sent", "seconds"),
    [("60", 60), ("0", 0), ("1.5", 1.5), ("Sun, 22 Nov 2026 10:00:30 GMT", 30), ("soon", None), (None, None)],
)
async def test_an_accepted_write_gives_the_link_and_the_wait_in_every_form(
    azure: OpenAzure, wire: respx.MockRouter, write: str, sent: str | None, seconds: float | None
) -> None:
    link = "https://management.azure.com/subscriptions/x/operationsStatus/1?t=1&s=%2B/x;y"
    headers = {"Azure-AsyncOperation": link, "Location": f"{link}&else", "Date": "Sun, 22 Nov 2026 10:00:00 GMT"}
    if sent is not None:
        headers["Retry-After"] = sent
    status = 201 if write == "create vault" else 202
    wire.route().mock(httpx.Response(status, headers=headers, json={}))
    operation = await WRITES[write](azure, uuid4(), None)
    assert operation == v.Operation(status_url=link, retry_after=seconds)
    assert len(wire.calls) == 1


async def test_location_is_followed_where_there_is_no_other_link(azure: OpenAzure, wire: respx.MockRouter) -> None:
    wire.route().mock(httpx.Response(202, headers={"Location": "https://management.azure.com/a/operationResults/1"}))
    operation = await WRITES["backup"](azure, uuid4(), None)
    assert operation.status_url == "https://management.azure.com/a/operationResults/1"


@pytest.mark.parametrize(
    ("write", "status"), [("delete item", 204), ("delete policy", 204), ("delete policy", 200), ("delete policy", 404)]
)
async def test_deleting_what_is_not_there_is_done_at_once(
    azure: OpenAzure, wire: respx.MockRouter, write: str, status: int
) -> None:
    wire.route().mock(httpx.Response(status))
    assert (await WRITES[write](azure, uuid4(), None)).is_done
    assert len(wire.calls) == 1


async def test_a_policy_without_items_is_written_at_once(azure: OpenAzure, wire: respx.MockRouter) -> None:
    wire.route().mock(httpx.Response(200, json={"name": "nightly", "properties": {}}))
    assert (await WRITES["put policy"](azure, uuid4(), None)).is_done


@pytest.mark.parametrize("write", WRITES)
async def test_a_slow_token_sends_nothing_after_the_deadline(wire: respx.MockRouter, write: str) -> None:
    asked = asyncio.Event()
    may_answer = asyncio.Event()

    class SlowCredential(FakeCredential):
        async def get_token(self, *scopes: str) -> AccessToken:
            asked.set()
            await may_answer.wait()
            return await super().get_token(*scopes)

    loop = asyncio.get_running_loop()
    async with httpx.AsyncClient(verify=TRUST_NOTHING) as client:
        azure = build_azure("https://management.azure.com", http=client, credential=SlowCredential())
        deadline = monotonic_boottime() + 0.05
        call = asyncio.ensure_future(WRITES[write](azure, uuid4(), deadline))
        await asked.wait()
        loop.call_at(deadline + 0.001, may_answer.set)
        with pytest.raises(e.AzureUnreachable, match="deadline"):
            await call
    assert not wire.calls


@pytest.mark.parametrize("write", WRITES)
async def test_without_a_token_nothing_is_sent(wire: respx.MockRouter, write: str) -> None:
    class NoCredential(FakeCredential):
        async def get_token(self, *scopes: str) -> AccessToken:
            raise RuntimeError(f"no token for {scopes}")

    async with httpx.AsyncClient(verify=TRUST_NOTHING) as client:
        azure = build_azure("https://management.azure.com", http=client, credential=NoCredential())
        with pytest.raises(e.AzureUnreachable, match="token"):
            await WRITES[write](azure, uuid4(), None)
    assert not wire.calls


async def test_a_cancelled_write_is_cancelled_and_not_renamed(azure: OpenAzure, wire: respx.MockRouter) -> None:
    arrived = asyncio.Event()

    async def never(_: httpx.Request) -> httpx.Response:
        arrived.set()
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    wire.route().mock(side_effect=never)
    call = asyncio.ensure_future(WRITES["restore"](azure, uuid4(), None))
    await arrived.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


async def test_an_order_that_cannot_be_said_is_refused_and_not_sent(azure: OpenAzure, wire: respx.MockRouter) -> None:
    on_the_moon = v.PolicyDefinition("Moon/Tranquility", v.DailySchedule(time(2)), v.Retention(), 2)
    with pytest.raises(e.AzureRejected, match="Moon/Tranquility"):
        await azure.policies.put(v.PolicyOrder(POLICY, on_the_moon), request_id=uuid4())
    assert not wire.calls


async def test_after_a_refused_token_the_next_call_asks_for_another(
    azure: OpenAzure, wire: respx.MockRouter, credential: FakeCredential
) -> None:
    wire.route().mock(side_effect=[httpx.Response(401, json=REFUSAL), httpx.Response(401, json=REFUSAL)])
    for _ in range(2):
        with pytest.raises(e.AzureDenied):
            await WRITES["backup"](azure, uuid4(), None)
    assert len(credential.asked) == 2
