"""Which changes of a vault weaken it, or cannot be undone. Pure.

Of an unknown setting the stronger value is assumed: a change is compared with every state that the vault may have by
then.
"""

from collections.abc import Mapping
from typing import Any

from app.azure.values import VaultRef
from app.identity.access.second_person import Sensitive
from app.vaults.rules import Settings, UpdateOrder

RANK = {"local": 0, "zone": 1, "geo": 2}
TELLING = ("redundancy", "cross_region_restore", "soft_delete_state", "immutability")
"""By these a vault that is to be deleted is recognised; tags are others' to add."""


def weakens_soft_delete(order: UpdateOrder) -> bool:
    """Whether deleted backup data would be kept for a shorter time than it is, or than changes before this one want."""
    states, days = _known(order, "soft_delete_state"), _known(order, "soft_delete_days")
    is_off = bool(states) and all(state == "off" for state in states)
    if order.wanted.soft_delete_state == "off":
        return not is_off
    wanted = order.wanted.soft_delete_days
    return wanted is not None and not is_off and (not days or max(days) > wanted)


def reduces_redundancy(order: UpdateOrder) -> bool:
    """Whether fewer copies would be kept, or none that can be restored in the paired region."""
    known, wanted = _known(order, "redundancy"), order.wanted.redundancy
    fewer = wanted is not None and (not known or any(RANK[one] > RANK[wanted] for one in known))
    return (fewer and wanted != "geo") or _becomes(order, "cross_region_restore", value=False)


def _known(order: UpdateOrder, field: str) -> list[Any]:
    return [value for one in order.expected if (value := getattr(one, field)) is not None]


def _becomes(order: UpdateOrder, field: str, *, value: Any) -> bool:
    """Whether the order sets this value, and the vault is not known to have it."""
    known = _known(order, field)
    return getattr(order.wanted, field) == value and not (known and all(one == value for one in known))


def sensitive(order: UpdateOrder) -> Sensitive:
    """What a second person may be wanted for of a change of a vault. `UpdateOrder.expected` are the facts of it."""
    wanted, said, operations = order.wanted, [], []
    if weakens_soft_delete(order):
        operations.append("soft_delete_off")
        days = wanted.soft_delete_days
        said.append("turn soft delete off" if days is None else f"keep deleted backup data for {days} days only")
    if _becomes(order, "immutability", value="disabled"):
        operations.append("immutability")
        said.append("turn immutability off, so that points can be deleted before their time")
    if _becomes(order, "immutability", value="locked"):
        operations.append("immutability")
        said.append("lock immutability, which cannot be undone")
    if reduces_redundancy(order):
        operations.append("redundancy_less")
        said.append("keep fewer copies, or none for the paired region")
    if _becomes(order, "soft_delete_state", value="always_on"):
        operations.append("final_setting")
        said.append("turn soft delete always on, which cannot be undone")
    name = f"the vault {order.vault.name} of {order.vault.resource_group}"
    words = f"In {name}: {'; '.join(said)}." if said else f"Change {name}."
    return Sensitive(tuple(dict.fromkeys(operations)), words)


def sensitive_deletion(vault: VaultRef, expected: Settings) -> Sensitive:
    words = f"Delete the vault {vault.name} of {vault.resource_group}."
    return Sensitive(
        ("delete_vault",), words, {name: value for name, value in facts_of(expected).items() if value is not None}
    )


def facts_of(settings: Settings) -> Mapping[str, Any]:
    return {name: getattr(settings, name) for name in TELLING}
