"""What is read of Azure while a caller waits is counted by tenant: one that looks all the time leaves some for all."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identity.access.caller import Caller, TenantMembership
from app.identity.access.limits import WINDOW_SECONDS
from app.jobs.api.live_reads import LIVE_READS, LiveReads
from app.jobs.errors import QuotaExceeded
from app.restores.preflight import PREFLIGHT_REQUESTS
from tests.callers import caller as somebody
from tests.restores.restore_requests import backed_up
from tests.tenants.quota_steps import limit, refused
from tests.tenants.tenant_steps import client_of, make, member
from tests.world import DISKS, SUBSCRIPTION, World


def of(tenant: str, **quotas: int) -> Caller:
    known = somebody(tenant)
    return Caller(known.principal, TenantMembership(tenant, tenant, (), quotas=quotas), known.permissions)


# --- the count -------------------------------------------------------------------------------------------------------
@given(st.lists(st.integers(1, 7), max_size=30), st.integers(0, 20))
def test_in_a_minute_never_more_is_let_through_than_the_limit_and_nothing_less_is_refused(
    asked: list[int], most: int
) -> None:
    reads, used = LiveReads(per_minute=most), 0
    for requests in asked:
        takes = min(requests, max(most, 1))
        fits = used + takes <= most
        if fits:
            reads.count(of("t"), requests)
            used += takes
        else:
            with pytest.raises(QuotaExceeded) as no:
                reads.count(of("t"), requests)
            assert (no.value.facts["used"], no.value.facts["limit"]) == (used, most)
            assert 0 < (no.value.retry_after or 0) <= WINDOW_SECONDS


def test_each_tenant_has_a_count_of_its_own_and_its_quota_goes_before_the_settings() -> None:
    reads = LiveReads(per_minute=1)
    for caller in (of("a"), of("b"), of("c", **{LIVE_READS: 2}), of("c", **{LIVE_READS: 2})):
        reads.count(caller)
    for caller in (of("a"), of("c", **{LIVE_READS: 2})):
        with pytest.raises(QuotaExceeded):
            reads.count(caller)


def test_what_needs_more_than_a_whole_minute_has_takes_all_of_one() -> None:
    reads = LiveReads(per_minute=5)
    reads.count(of("t"), 20)
    with pytest.raises(QuotaExceeded):
        reads.count(of("t"))


# --- through the API -------------------------------------------------------------------------------------------------
def reads_of(world: World) -> int:
    """What Azure was asked that changes nothing."""
    counted = world.simulator.world.truth.requests
    return sum(counted[name] for name in ("list_jobs", "get_job", "other_read"))


def preflight(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": DISKS}


LIVE = (
    "recovery points",
    "recovery points of the paired region",
    "unprotected VMs",
    "discovery",
    "permissions",
    "a preflight",
)


async def ask(api: httpx.AsyncClient, what: str, item: Mapping[str, Any]) -> httpx.Response:
    points = f"/v1/protected-items/{item['id']}/recovery-points"
    match what:
        case "recovery points":
            return await api.get(points)
        case "recovery points of the paired region":
            return await api.get(points, params={"region": "secondary"})
        case "unprotected VMs":
            return await api.get(f"/v1/vaults/{item['vault_id']}/unprotected-vms", params={"refresh": "false"})
        case "discovery":
            return await api.post("/v1/vaults/discover", json={"subscription_id": SUBSCRIPTION})
        case "permissions":
            named = {"operation": "create_backup", "vault_id": item["vault_id"]}
            return await api.get("/v1/permissions/check", params=named)
        case _:
            return await api.post("/v1/restores/preflight", json=preflight(item))


class Counting(LiveReads):
    """Says what it was told."""

    counted = 0

    def count(self, caller: Caller, requests: int = 1) -> None:
        super().count(caller, requests)
        self.counted += requests


@pytest.mark.usefixtures("hurried")
async def test_every_live_read_is_refused_with_a_time_when_the_tenant_has_had_its_share(world: World) -> None:
    item = await backed_up(world)
    for what in LIVE:
        await limit(world, live_reads_per_minute=0)
        before = reads_of(world)
        answer = await ask(world.api, what, item)
        assert refused(answer) == (429, "quota_exceeded", LIVE_READS, 0, 0), what
        assert int(answer.headers["Retry-After"]) == WINDOW_SECONDS
        assert (answer.json()["retryable"], bool(answer.json()["remedy"])) == (True, True)
        assert reads_of(world) == before, "nothing of it was asked of Azure"
        await limit(world)
        assert (await ask(world.api, what, item)).status_code == 200, what


@pytest.mark.usefixtures("hurried")
async def test_what_is_counted_is_about_what_is_asked_of_azure(world: World) -> None:
    item = await backed_up(world)
    counter = Counting(per_minute=10_000)
    world.replace_services(live_reads=counter)
    for what in LIVE:
        before, counter.counted = reads_of(world), 0
        assert (await ask(world.api, what, item)).status_code == 200
        asked = reads_of(world) - before
        assert asked <= counter.counted <= 2 * asked + 2, (what, asked, counter.counted)


async def test_one_tenants_reads_leave_another_ones_alone_and_its_own_writes_too(world: World) -> None:
    item = await backed_up(world)
    await limit(world, live_reads_per_minute=3)
    answers = [await ask(world.api, "recovery points", item) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert (await world.api.post("/v1/restores", json=preflight(item))).status_code == 202
    assert (await world.api.get("/v1/jobs")).status_code == 200
    await make(world, members=[member("dana", "admin")])
    async with client_of(world, "dana") as dana:
        assert (await ask(dana, "discovery", item)).status_code == 200


async def test_a_request_that_asks_nothing_of_azure_uses_up_nothing(world: World) -> None:
    item = await backed_up(world)
    await limit(world, live_reads_per_minute=1)
    assert (await world.api.get("/v1/protected-items/x/recovery-points")).status_code == 422
    gone = {"id": item["vault_id"], "vault_id": item["id"]}
    assert (await ask(world.api, "recovery points", gone)).status_code == 404
    assert (await ask(world.api, "recovery points", item)).status_code == 200


def test_a_preflight_is_not_refused_by_the_default() -> None:
    reads = LiveReads(per_minute=600)
    for _ in range(600 // PREFLIGHT_REQUESTS):
        reads.count(of("t"), PREFLIGHT_REQUESTS)
