"""What Azure itself is asked about machines that vanished, and what its answers prove."""

from typing import Any, cast

import pytest

from app.azure.errors import AzureDenied, AzureError, AzureNotFound, AzureUnknown
from app.azure.lists import Listed, Unreadable
from app.azure.names import vm_key
from app.azure.ports import Discovery, VirtualMachines
from app.azure.values import VmRef
from app.estate import looking
from app.estate.looking import confirm_gone

NOT_FOUND = AzureNotFound(404, "ResourceNotFound", "no")


class Azure:
    """Both ports: what a GET of a machine raises, by name, and what a subscription's list shows."""

    def __init__(self, gets: dict[str, AzureError | None], lists: dict[str, Any] | None = None) -> None:
        self.gets, self.lists = gets, lists or {}
        self.asked: list[str] = []

    async def get(self, vm: VmRef) -> None:
        self.asked.append(vm.name)
        error = self.gets.get(vm.name)
        if error is not None:
            raise error

    async def list_vms(self, subscription_id: str) -> Any:
        self.asked.append(subscription_id)
        found = self.lists[subscription_id]
        if isinstance(found, AzureError):
            raise found
        return found

    async def gone(self, *missing: VmRef) -> set[str]:
        return await confirm_gone(cast("VirtualMachines", self), cast("Discovery", self), missing)


def vm(name: str, subscription: str = "a") -> VmRef:
    return VmRef(subscription, "rg", name)


@pytest.mark.parametrize(
    ("answer", "gone"),
    [
        (None, set()),
        (NOT_FOUND, {vm_key(vm("one"))}),
        (AzureNotFound(404, "ResourceGroupNotFound", "no"), {vm_key(vm("one"))}),
        (AzureNotFound(404, "SubscriptionNotFound", "no"), set()),
        (AzureNotFound(404, "Http404", "a proxy"), set()),
        (AzureDenied(403, "AuthorizationFailed", "no"), set()),
        (AzureUnknown("503"), set()),
    ],
)
async def test_a_few_are_asked_for_one_by_one(answer: AzureError | None, gone: set[str]) -> None:
    azure = Azure({"one": answer})
    assert await azure.gone(vm("one"), vm("two")) == gone
    assert azure.asked == ["one", "two"]


async def test_of_many_the_lists_of_their_subscriptions_are_read_and_only_whole_lists_prove_anything() -> None:
    lists = {
        "a": Listed((vm("0"),)),
        "b": Listed((), (Unreadable(None, None, "odd"),)),
        "c": AzureUnknown("503"),
    }
    azure = Azure({}, lists)
    missing = [vm(str(number), one) for one in "abc" for number in range(looking.GETS)]
    assert await azure.gone(*missing) == {vm_key(vm(str(number))) for number in range(1, looking.GETS)}
    assert sorted(azure.asked) == ["a", "b", "c"]


async def test_no_more_subscriptions_are_listed_than_one_reading_may() -> None:
    names = [f"s{number}" for number in range(looking.CHECKS + 2)]
    azure = Azure({}, {name: Listed() for name in names})
    missing = [vm("one", name) for name in names]
    assert len(await azure.gone(*missing)) == looking.CHECKS
