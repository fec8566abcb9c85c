"""What Azure itself is asked about machines that vanished, and what its answers prove."""

from collections.abc import Mapping
from typing import cast

import pytest

from app.azure.errors import AzureDenied, AzureError, AzureNotFound, AzureUnknown
from app.azure.names import vm_key
from app.azure.ports import VirtualMachines
from app.azure.values import VmRef
from app.estate import looking
from app.estate.looking import confirm_gone

NOT_FOUND = AzureNotFound(404, "ResourceNotFound", "no")


class Azure:
    """What a GET of a machine raises, by name."""

    def __init__(self, gets: Mapping[str, AzureError | None]) -> None:
        self.gets = gets
        self.asked: list[str] = []

    async def get(self, vm: VmRef) -> None:
        self.asked.append(vm.name)
        error = self.gets.get(vm.name)
        if error is not None:
            raise error

    async def gone(self, *missing: VmRef, turn: int = 0) -> set[str]:
        return await confirm_gone(cast("VirtualMachines", self), missing, turn)


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


async def test_of_many_each_reading_asks_for_the_next_and_none_is_left_out() -> None:
    missing = [vm(str(number), one) for one in "abc" for number in range(looking.GETS)]
    azure = Azure({one.name: NOT_FOUND for one in missing})
    found = [await azure.gone(*missing, turn=turn) for turn in range(7, 10)]
    assert [len(some) for some in found] == [looking.GETS] * 3
    assert set().union(*found) == {vm_key(one) for one in missing}
    assert await azure.gone(turn=7) == set()
