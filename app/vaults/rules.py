"""What a vault may be. Pure."""

from collections.abc import Mapping
from typing import Literal

from app.azure import names
from app.azure.values import Redundancy, VaultOrder, VaultRef
from app.vaults.errors import VaultNotValid

SOFT_DELETE_DAYS = range(14, 181)


def vault_ref(subscription_id: str, resource_group: str, name: str) -> VaultRef:
    """The identity that three fields of a body name. Raises VaultNotValid with a pointer to the wrong one."""
    for field, check, value in (
        ("subscription_id", names.check_subscription_id, subscription_id),
        ("resource_group", names.check_resource_group_name, resource_group),
        ("name", names.check_vault_name, name),
    ):
        try:
            check(value)
        except ValueError as error:
            raise VaultNotValid(
                str(error), pointer=f"#/{field}", remedy="Correct the name; the detail says what Azure allows."
            ) from None
    return VaultRef(subscription_id.lower(), resource_group, name)


def check_order(
    vault: VaultRef,
    *,
    location: str,
    redundancy: Redundancy,
    cross_region_restore: bool,
    soft_delete_state: Literal["on", "off", "always_on"],
    soft_delete_days: int,
    immutability: Literal["disabled", "unlocked", "locked"],
    tags: Mapping[str, str],
) -> VaultOrder:
    """The order to create it. Raises VaultNotValid where the settings contradict each other."""
    if cross_region_restore and redundancy != "geo":
        raise VaultNotValid(
            "Cross-region restore needs geo redundancy.",
            pointer="#/cross_region_restore", remedy='Set "redundancy": "geo", or cross_region_restore to false.',
        )  # fmt: skip
    if soft_delete_days not in SOFT_DELETE_DAYS:
        raise VaultNotValid(
            f"Azure keeps soft-deleted data for 14 to 180 days, not {soft_delete_days}.",
            pointer="#/soft_delete/days", remedy="Choose 14 to 180 days.",
        )  # fmt: skip
    if immutability == "locked":
        raise VaultNotValid(
            "A vault cannot be created with locked immutability: locking cannot be undone.",
            pointer="#/immutability", remedy='Create it with "unlocked", test it, and lock it afterwards.',
        )  # fmt: skip
    return VaultOrder(
        vault=vault,
        location=location.replace(" ", "").lower(),
        redundancy=redundancy,
        cross_region_restore=cross_region_restore,
        soft_delete_state=soft_delete_state,
        soft_delete_days=soft_delete_days,
        immutability=immutability,
        tags=dict(tags),
    )


def matches(order: VaultOrder, *, location: str, tags: Mapping[str, str]) -> bool:
    """Whether a vault that is there can be the one this order made: the fields Azure does not rewrite are as asked."""
    return location.replace(" ", "").lower() == order.location and dict(tags) == dict(order.tags)
