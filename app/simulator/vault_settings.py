"""What can be set on a vault, and what Azure then refuses: redundancy, soft delete, immutability.

Sources: docs/azure.md, Redundancy; docs/azure.md, Soft delete: which way.
Refusals were seen by others, in public reports: `StorageModelModifyError` (terraform-provider-azurerm 8813),
`InvalidRestApiParameter` for redundancySettings (azure-monitor-baseline-alerts 26),
`UserErrorUnsupportedVaultImmutabilityStateChange` (azure-rest-api-specs 26598) and
`UserErrorOperationDeniedOnImmutableItem` (azure-rest-api-specs 32688). The codes for soft delete are guesses, but for
`BMSUserErrorSoftDeleteUseVaultApi` (vault_config.py).
"""

import copy
from typing import Any

from app.simulator.arm import ArmError, gateway_error
from app.simulator.world import Json, Vault

SETTINGS: Json = {  # what a vault has when nothing was asked; the shape is the 2026 record's
    "monitoringSettings": {
        "azureMonitorAlertSettings": {
            "alertsForAllJobFailures": "Enabled",
            "alertsForAllReplicationIssues": "Enabled",
            "alertsForAllFailoverIssues": "Enabled",
        },
        "classicAlertSettings": {
            "alertsForCriticalOperations": "Enabled",
            "emailNotificationsForSiteRecovery": "Enabled",
        },
    },
    "costManagementSettings": {"granularityLevel": "VaultLevel"},
    "securitySettings": {
        "softDeleteSettings": {
            "softDeleteRetentionPeriodInDays": 14,
            "softDeleteState": "Enabled",
            "enhancedSecurityState": "Enabled",
        },
    },
    # Seen: GeoRedundant in 2019-2024 vaults, LocallyRedundant in the one of 2026.
    "redundancySettings": {"standardTierStorageRedundancy": "GeoRedundant", "crossRegionRestore": "Disabled"},
    "publicNetworkAccess": "Enabled",
    "restoreSettings": {"crossSubscriptionRestoreSettings": {"crossSubscriptionRestoreState": "Enabled"}},
}
REDUNDANCIES = ("LocallyRedundant", "GeoRedundant", "ZoneRedundant")
SOFT_DELETE_STATES = ("Enabled", "Disabled", "AlwaysON")
SOFT_DELETE_DAYS = range(14, 181)  # documented
IMMUTABILITY_STEPS = {
    "Disabled": ("Disabled", "Unlocked"),
    "Unlocked": ("Disabled", "Unlocked", "Locked"),
    "Locked": ("Locked",),
}


def new_settings(wanted: Any) -> Json:
    """The settings of a vault that is being created. It cannot begin locked: that was refused in a public report."""
    return changed_settings(copy.deepcopy(SETTINGS), wanted, in_use=False)


def change_settings(vault: Vault, wanted: Any, now: int) -> None:
    """Merge what a caller may set, or raise the refusal and leave the vault as it was."""
    vault.settings = changed_settings(vault.settings, wanted, in_use=bool(vault.items))
    note_crossing(vault, now)


def note_crossing(vault: Vault, now: int) -> None:
    """Replication to the paired region begins when cross-region restore is turned on."""
    on = vault.settings["redundancySettings"]["crossRegionRestore"] == "Enabled"
    vault.crossing_since = (vault.crossing_since or now) if on else None


def changed_settings(old: Json, wanted: Any, *, in_use: bool) -> Json:
    """Deep-merge `wanted` into a copy; what cannot be set (provisioningState, ...) is ignored, nulls are no wish."""
    if not isinstance(wanted, dict):
        raise gateway_error(400, "InvalidRequestContent", "The request content was invalid.")
    new = copy.deepcopy(old)
    for name in SETTINGS.keys() & wanted.keys():
        _merge(new, name, wanted[name])
    _check_redundancy(old["redundancySettings"], new["redundancySettings"], in_use=in_use)
    _check_alerts(new["monitoringSettings"])
    _check_soft_delete(*(settings["securitySettings"]["softDeleteSettings"] for settings in (old, new)))
    _check_immutability(immutability(old), immutability(new))
    return new


def _merge(target: Json, name: str, wanted: Any) -> None:
    if wanted is not None and isinstance(wanted, dict) != isinstance(target.get(name, wanted), dict):
        raise gateway_error(400, "InvalidRequestContent", f"The request content was invalid: '{name}'.")
    if isinstance(wanted, dict):
        inner = target.setdefault(name, {})
        for key, value in wanted.items():
            _merge(inner, key, value)
    elif wanted is not None:
        # Sent "AlwaysOn", answered "AlwaysON" (2026 record).
        target[name] = "AlwaysON" if wanted == "AlwaysOn" else wanted


def _check_redundancy(old: Json, new: Json, *, in_use: bool) -> None:
    kind, crossing = new["standardTierStorageRedundancy"], new["crossRegionRestore"]
    known = kind in REDUNDANCIES and crossing in {"Enabled", "Disabled"}
    if not known or (crossing == "Enabled" and kind != "GeoRedundant"):
        raise ArmError(
            400, "InvalidRestApiParameter", "redundancySettings is not valid: cross-region restore needs GeoRedundant."
        )
    if in_use and kind != old["standardTierStorageRedundancy"]:
        raise ArmError(
            400,
            "StorageModelModifyError",
            "The storage redundancy is locked once the first machine is registered with the vault.",
            backend=True,
        )
    if in_use and old["crossRegionRestore"] == "Enabled" != crossing:  # documented; its code is a guess
        raise ArmError(
            400,
            "StorageModelModifyError",
            "Cross-region restore cannot be turned off once the first machine is registered with the vault.",
            backend=True,
        )


def _check_soft_delete(old: Json, new: Json) -> None:
    for name in ("softDeleteState", "enhancedSecurityState"):
        if new[name] not in SOFT_DELETE_STATES:
            raise ArmError(400, "InvalidRestApiParameter", f"softDeleteSettings is not valid: {name}.")
        if old[name] == "AlwaysON" != new[name]:
            message = f"{name} is AlwaysON and cannot be changed any more."
            raise ArmError(400, "UserErrorSoftDeleteAlwaysOn", message, backend=True)
    days = new["softDeleteRetentionPeriodInDays"]
    if isinstance(days, bool) or not isinstance(days, int) or days not in SOFT_DELETE_DAYS:
        message = "softDeleteRetentionPeriodInDays must be between 14 and 180."
        raise ArmError(400, "InvalidRestApiParameter", message)


def immutability(settings: Json) -> str:
    """Disabled, Unlocked or Locked; absent is Disabled."""
    return str((settings["securitySettings"].get("immutabilitySettings") or {}).get("state", "Disabled"))


def _check_immutability(old: str, new: str) -> None:
    if new not in IMMUTABILITY_STEPS:
        raise ArmError(400, "InvalidRestApiParameter", "immutabilitySettings is not valid.")
    if new not in IMMUTABILITY_STEPS[old]:
        raise ArmError(
            400,
            "UserErrorUnsupportedVaultImmutabilityStateChange",
            f"The immutability of the vault cannot go from {old} to {new}.",
            backend=True,
        )


def _check_alerts(new: Json) -> None:
    """Each is on or off; the code is a guess."""
    for kind in ("azureMonitorAlertSettings", "classicAlertSettings"):
        if not all(word in {"Enabled", "Disabled"} for word in new[kind].values()):
            raise ArmError(400, "InvalidRestApiParameter", f"monitoringSettings is not valid: {kind}.")


def check_mutable(vault: Vault, what: str) -> None:
    """Refuse what would lose recovery points early while the vault is immutable, locked or not."""
    if immutability(vault.settings) != "Disabled":
        raise ArmError(
            400,
            "UserErrorOperationDeniedOnImmutableItem",
            f"The vault is immutable: it is not allowed to {what}.",
            backend=True,
        )


def check_suspendable(vault: Vault) -> None:
    """Stopping by policy is refused while the vault is NOT immutable, with the same code (azure-rest-api-specs 32688).

    The words are the public report's; they say the opposite of the cause.
    """
    if immutability(vault.settings) == "Disabled":
        raise ArmError(
            400,
            "UserErrorOperationDeniedOnImmutableItem",
            "The Vault and Bakcup Item is in Immutable state and the operation is not allowed.",
            backend=True,
        )
