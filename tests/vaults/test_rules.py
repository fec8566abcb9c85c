"""What a vault may be, as tables."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.azure.values import VaultOrder
from app.vaults.errors import VaultNotValid
from app.vaults.rules import check_order, matches, vault_ref

SUBSCRIPTION = "00000000-0000-0000-0000-00000000000A"
LETTERS = "abcXYZ"
GOOD: dict[str, Any] = {
    "location": "West US",
    "redundancy": "geo",
    "cross_region_restore": False,
    "soft_delete_state": "on",
    "soft_delete_days": 14,
    "immutability": "disabled",
    "tags": {"team": "payments"},
}


def order(**changes: Any) -> VaultOrder:
    return check_order(vault_ref(SUBSCRIPTION, "rg", "vault"), **(GOOD | changes))


@given(st.sampled_from(LETTERS), st.text(LETTERS + "0189-", min_size=1, max_size=49))
def test_a_name_that_azure_takes_is_taken(first: str, rest: str) -> None:
    assert vault_ref(SUBSCRIPTION, "rg", first + rest).name == first + rest


@given(st.text(max_size=60).filter(lambda text: not (text.isascii() and text.replace("-", "").isalnum())))
def test_any_other_name_is_refused_with_a_pointer(name: str) -> None:
    with pytest.raises(VaultNotValid) as refused:
        vault_ref(SUBSCRIPTION, "rg", name)
    assert refused.value.pointer == "#/name"


def test_the_subscription_is_kept_in_lower_case() -> None:
    assert vault_ref(SUBSCRIPTION, "RG", "Vault").subscription_id == SUBSCRIPTION.lower()
    assert order().location == "westus"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"redundancy": "local", "cross_region_restore": True}, "#/cross_region_restore"),
        ({"location": "Poland Central", "cross_region_restore": True}, "#/cross_region_restore"),
        ({"location": "italynorth", "cross_region_restore": True}, "#/cross_region_restore"),
        ({"soft_delete_days": 13}, "#/soft_delete/days"),
        ({"soft_delete_days": 181}, "#/soft_delete/days"),
        ({"immutability": "locked"}, "#/immutability"),
    ],
)
def test_settings_that_contradict_each_other_are_refused_at_the_field(changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(VaultNotValid) as refused:
        order(**changes)
    assert refused.value.pointer == pointer
    assert refused.value.remedy


def test_a_geo_vault_of_a_region_without_a_pair_is_made_without_restoring_across_regions() -> None:
    assert order(location="Poland Central").redundancy == "geo"
    assert order(location="West Europe", cross_region_restore=True).cross_region_restore


def test_a_vault_found_is_ours_when_what_azure_keeps_is_as_asked() -> None:
    assert matches(order(), location="westus", tags={"team": "payments"})
    assert not matches(order(), location="eastus", tags={"team": "payments"})
    assert not matches(order(), location="westus", tags={})
