"""What a GET reads of Azure: what is not read is named, never left out in silence. No database."""

from typing import Any, cast

import pytest

from app.azure.errors import AzureDenied, AzureError, AzureNotFound, AzureThrottled, AzureUnreadable
from app.azure.governance.ports import Governance
from app.azure.governance.values import Assignment, BuiltIn, Compliance, Definition, Image, PolicyVm, Scope, VmsSeen
from app.azure.lists import Listed
from app.azure.values import PolicyRef, VaultRef, VmRef
from app.azure_policy.reading import MOST_SUBSCRIPTIONS, NOT_WHOLE, Asked, Reader
from app.azure_policy.rules import RemediationOnRecord, Wanted


class Listing:
    """Lists assignments: none, or an error."""

    def __init__(self, error: AzureError | None = None) -> None:
        self._error = error
        self.asked: list[str] = []

    async def list_assignments(self, subscription_id: str) -> Listed[Assignment]:
        self.asked.append(subscription_id)
        if self._error is not None:
            raise self._error
        return Listed()


def reader(listing: Listing) -> Reader:
    return Reader(cast("Governance", listing))


def asked(subscriptions: int) -> Asked:
    targets: dict[str, Any] = {f"s{number}": [] for number in range(subscriptions)}
    return Asked("holdfast-x", None, None, targets)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AzureUnreadable("no list"), "unreadable"),
        (AzureDenied(403, "AuthorizationFailed", "no"), "AuthorizationFailed"),
        (AzureThrottled("later"), "azure_unreachable"),
    ],
)
async def test_each_kind_of_failure_is_named_as_what_it_is(error: AzureError, code: str) -> None:
    live = await reader(Listing(error)).read(asked(1))
    assert live.fights is None
    assert [(one.scope, one.code) for one in live.unreachable] == [("/subscriptions/s0", code)]


async def test_subscriptions_beyond_the_bound_are_named_and_not_read() -> None:
    listing = Listing()
    live = await reader(listing).read(asked(MOST_SUBSCRIPTIONS + 1))
    assert len(listing.asked) == MOST_SUBSCRIPTIONS
    assert live.fights == []
    (left_out,) = live.unreachable
    assert (left_out.scope, left_out.code) == (f"/subscriptions/s{MOST_SUBSCRIPTIONS}", "not_read")


SCOPE = Scope("s", "rg")


class Assigned(Listing):
    """An assignment in a scope that is too large to be read in time, whose remediation is gone."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code

    async def compliance(self, _scope: Scope, _name: str) -> Compliance:
        return Compliance(1, 2)

    async def get_remediation(self, _scope: Scope, _name: str) -> Any:
        raise AzureNotFound(404, self._code, "not there")

    async def get_definition(self, definition_id: str) -> Definition:
        return Definition(definition_id, "d", {"field": "location", "equals": "westus"}, {}, ())

    async def see_vms(self, _scope: Scope, *, seconds: float) -> VmsSeen:
        assert seconds < 3, "the caller waits no longer"
        return VmsSeen(Listed((PolicyVm(VmRef("s", "rg", "vm-1"), "eastus", {}, Image()),)), is_whole=False)


@pytest.mark.parametrize(("code", "named"), [("RemediationNotFound", []), ("Http404", ["Http404"])])
async def test_of_a_large_scope_some_skips_are_shown_and_a_remediation_that_azure_deleted_is_none(
    code: str, named: list[str]
) -> None:
    wanted = Wanted(SCOPE, "westus", "existing_vault", None, PolicyRef(VaultRef("s", "rg", "v"), "p"))
    live = await reader(Assigned(code)).read(Asked("holdfast-x", wanted, RemediationOnRecord(SCOPE, "r"), {}))
    assert live.remediation is None
    assert [one.vm.name for one in live.skips or ()] == ["vm-1"]
    assert sorted(one.code for one in live.unreachable) == sorted([NOT_WHOLE, *named])
    assert wanted.built_in is BuiltIn.WITHOUT_TAG
