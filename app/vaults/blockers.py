"""Why a vault cannot be deleted, and the call that clears each reason. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.azure import names
from app.azure.values import AzureItem
from app.vaults.rules import purge_at

Blocker = dict[str, Any]
"""{kind, name, vm_id, resource, purge_at, call, remedy}: why a vault cannot be deleted, and the call that clears it."""


def item_blockers(
    items: Sequence[AzureItem], ids: Mapping[str, UUID], vault_path: str, *, soft_delete: str | None, days: int | None
) -> list[Blocker]:
    """Why each item keeps its vault from being deleted, and the call that clears it. `ids` by `names.vm_key`."""
    blockers = []
    for item in items:
        known = ids.get(names.vm_key(item.vm))
        path = f"/v1/protected-items/{known}" if known else None
        call, remedy = _clearing(item, path, vault_path, soft_delete)
        purged = purge_at(item, days) if item.soft_deleted else None
        blockers.append(
            {
                "kind": "soft_deleted_item" if item.soft_deleted else "protected_item",
                "name": item.vm.name,
                "vm_id": item.vm.id,
                "resource": path,
                "purge_at": purged.isoformat() if purged else None,
                "call": call,
                "remedy": remedy,
            }
        )
    return blockers


def _clearing(item: AzureItem, path: str | None, vault_path: str, soft_delete: str | None) -> tuple[str | None, str]:
    """(the call, what it does); no call where only time clears it."""
    if path is None:
        return f"POST {vault_path}/refresh", "It was protected outside Holdfast: refresh the vault, then ask again."
    if not item.soft_deleted:
        return f"DELETE {path}", "Delete its backup data."
    if soft_delete == "always_on":
        return None, "Soft delete is always on in this vault: wait until it is purged."
    return (
        f"POST {path}/undelete",
        f"Wait until it is purged; or undelete it, turn soft delete off (PATCH {vault_path}), and delete it again.",
    )


def job_blocker(kind: str, path: str) -> Blocker:
    """Jobs about the vault's contents that have not ended."""
    return {
        "kind": "job",
        "name": kind,
        "vm_id": None,
        "resource": path,
        "purge_at": None,
        "call": f"GET {path}",
        "remedy": "Follow it to its end.",
    }
