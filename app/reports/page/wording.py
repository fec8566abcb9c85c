"""The fixed sentences of the page. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Said:
    title: str
    remedy: str
    whom: str = ""
    """Names of the VMs concerned."""

    def of(self, whom: str) -> "Said":
        return Said(self.title, self.remedy, whom)


OUTCOMES: Final[Mapping[str, str]] = {
    "missed": "missed",
    "failed": "failed",
    "unknown": "not known",
    "running": "running",
    "done_with_warnings": "done, with warnings",
    "done": "done",
    "not_due": "nothing due",
}
"""Worst first, as the page lists them."""
STATES: Final[Mapping[str, tuple[str, str]]] = {
    "unprotected": ("missed", "not protected"),
    "never_backed_up": ("missed", "protected, never backed up"),
    "error": ("failed", "in error"),
    "paused": ("unknown", "paused"),
    "suspended": ("unknown", "suspended"),
    "soft_deleted": ("unknown", "deleted, can be brought back"),
    "vm_missing": ("unknown", "the VM is gone"),
    "elsewhere": ("unknown", "protected elsewhere"),
    "unknown": ("unknown", "not known"),
    "protected": ("done", "protected"),
}
"""(the mark, the word) of each state of a VM (app/estate), worst first."""
REASONS: Final[Mapping[str, str]] = {
    "within_grace": "It was due, and may still begin in time.",
    "vault_not_read": "The vault's jobs could not be read since.",
    "policy_not_counted": "Holdfast cannot express the policy's schedule.",
    "policy_not_known": "Which policy it followed then is not known.",
}
LATE: Final = "It began after its grace."
MISSED: Final = Said(
    "No backup began",
    "Look at the item's health, and at the vault in Azure: a policy that was changed, a stopped protection, a lock. "
    "Then start a backup: POST /v1/protected-items/{id}/backups.",
)
WEAK: Final[Mapping[str, Said]] = {
    "not_application_consistent": Said(
        "Points that are not application-consistent",
        "Windows: look at the VSS writers. Linux: install pre- and post-scripts, or set what is expected.",
    ),
    "soft_delete_off": Said(
        "Vaults with soft delete off",
        "Deleted backup data is gone at once. Turn soft delete on: PATCH /v1/vaults/{id}.",
    ),
    "immutability_off": Said(
        "Vaults with immutability off",
        "Who may delete backups can delete them before they expire. Turn immutability on: PATCH /v1/vaults/{id}.",
    ),
    "retention_under_30_days": Said(
        "Policies that keep less than 30 days",
        "Damage is often found weeks later; then every point holds it. Keep more points: PUT /v1/policies/{id}.",
    ),
    "never_restored": Said(
        "Items that were never restored",
        "Whether these backups can be restored was never tried. Restore one as disks, and look: POST /v1/restores.",
    ),
    "not_proven": Said(
        "Items that no restore test proved in 90 days",
        "Nothing shows that a VM comes back from these backups and works. Have them tested: POST /v1/restore-tests.",
    ),
}
CHANGES: Final[Mapping[str, str]] = {
    "newly_missed": "newly missed",
    "newly_failed": "newly failed",
    "recovered": "recovered",
    "new_items": "new",
    "gone_items": "no longer here",
    "policy_changed": "other policy",
    "policies_redefined": "policy definitions changed",
}
