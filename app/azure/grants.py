"""Whether a tenant has a grant for a place in Azure: one rule for every path, query and body. Pure.

Checked before Azure is asked, so a caller without a grant does not learn what exists there. When a grant is removed, it
applies to all later requests, also about vaults that are recorded already: their rows can still be read, and running
work can be ended (cancel a job, unmount); every other request that would reach Azure is refused.
"""

from typing import Protocol

from app.azure.values import ItemRef
from app.identity.access.grants import Grants
from app.identity.errors import NotGranted

REMEDY = "Ask the platform's administrator to grant it to the tenant. GET /v1/me lists what the tenant has."


class Placed(Protocol):
    """Something with a place: a VmRef, a VaultRef."""

    @property
    def subscription_id(self) -> str: ...

    @property
    def resource_group(self) -> str: ...


def check_granted(grants: Grants, place: Placed, pointer: str | None = None) -> None:
    """Raises NotGranted. `pointer`: the field that named it; None = the path."""
    if not grants.cover(place.subscription_id, place.resource_group):
        raise _refused(place.subscription_id, place.resource_group, pointer)


def check_id_granted(grants: Grants, arm_id: str, pointer: str | None = None) -> None:
    """The same of anything with an ARM id below a resource group, or of that group. Raises NotGranted."""
    parts = arm_id.split("/")
    if not grants.cover(parts[2], parts[4]):
        raise _refused(parts[2], parts[4], pointer)


def check_subscription_granted(grants: Grants, subscription_id: str, pointer: str) -> None:
    """Whether anything of the subscription is granted. Raises NotGranted."""
    if not grants.touch(subscription_id):
        raise _refused(subscription_id, None, pointer)


def check_group_granted(grants: Grants, group: str, pointer: str) -> None:
    """Whether a resource group of this name may be touched in any subscription. Raises NotGranted."""
    if not any(grant.covers(grant.subscription_id, group) for grant in grants.of):
        raise NotGranted(f"Your tenant has no grant for a resource group {group}.", pointer=pointer, remedy=REMEDY)


def check_item_granted(grants: Grants, item: ItemRef, pointer: str | None = None) -> None:
    """Both the VM and the vault that holds its backups. Raises NotGranted."""
    check_granted(grants, item.vault, pointer)
    check_granted(grants, item.vm, pointer)


def _refused(subscription_id: str, resource_group: str | None, pointer: str | None) -> NotGranted:
    place = f"the resource group {resource_group}" if resource_group else "anything"
    return NotGranted(
        f"Your tenant has no grant for {place} of the subscription {subscription_id}.", pointer=pointer, remedy=REMEDY
    )
