"""What a GET reads of Azure: what is not read is named, never left out in silence. No database."""

from typing import Any, cast

import pytest

from app.azure.errors import AzureDenied, AzureError, AzureThrottled, AzureUnreadable
from app.azure.governance.ports import Governance
from app.azure.governance.values import Assignment
from app.azure.lists import Listed
from app.azure_policy.reading import MOST_SUBSCRIPTIONS, Asked, Reader


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
