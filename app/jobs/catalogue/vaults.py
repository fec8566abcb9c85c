"""Reasons about vaults and their settings."""

from app.jobs.catalogue.entry import Entry

ENTRIES = (
    Entry("vault_not_empty", ("ServiceResourceNotEmptyWithBackendMessage",), "Something is still in the vault",
          "Protected items, soft-deleted items, registered containers or private endpoints keep it from being deleted.",
          "DELETE the vault again: the answer lists what Holdfast can see. Private endpoints and items of other "
          "workloads must be removed in Azure.", "caller", "recorded"),
    Entry("redundancy_locked", ("StorageModelModifyError",), "The redundancy of the vault is fixed",
          "Azure fixes redundancy, and cross-region restore once it is on, with the first protected item.",
          "Protect the VMs in a vault that has the redundancy you want.", "caller", "reported"),
    Entry("redundancy_by_vault_only", ("BMSUserErrorRedundancySettingsUseVaultApi",),
          "Redundancy is set on the vault itself",
          "It was set there once, so the older configuration object does not take it any more.",
          "Change it with PATCH /v1/vaults/{id}.", "us", "reported"),
    Entry("setting_not_valid", ("InvalidRestApiParameter", "BMSUserErrorInvalidInput", "CloudInvalidInputError",
                                "InvalidParameter"),
          "Azure refuses a value", "A value of the request is out of range or contradicts another.",
          "Correct what the message names.", "caller", "reported"),
    Entry("soft_delete_always_on", ("UserErrorSoftDeleteAlwaysOn", "BMSUserErrorDisablingSoftDeleteStateNotAllowed"),
          "Soft delete cannot be turned off", "It is always on in this vault, or the region demands it.",
          "Leave it on: deleted data is purged by itself after its days.", "caller", "reported"),
    Entry("soft_delete_must_be_always_on", ("BMSUserErrorSoftDeleteStateNotSetToAlwaysON",),
          "New vaults must have soft delete always on", "Azure demands it for vaults in this subscription or region.",
          'Ask again with "soft_delete": {"state": "always_on"}.', "caller", "reported"),
    Entry("immutability_step", ("UserErrorUnsupportedVaultImmutabilityStateChange",),
          "Immutability cannot change like this",
          "A locked vault stays locked, and a vault is locked only from unlocked.",
          'Go from "disabled" to "unlocked" to "locked"; nothing goes back from locked.', "caller", "reported"),
    Entry("immutable", ("UserErrorOperationDeniedOnImmutableItem",),
          "The vault is immutable", "Immutability forbids whatever would lose recovery points before their time: "
          "deleting data, shortening retention.",
          "Wait for the points to expire. While it is only unlocked, immutability can be turned off first.",
          "caller", "reported"),
    Entry("cross_region_not_enabled", ("BMSUserErrorCrossRegionRestoreNotEnabledInThisVault",
                                       "UserErrorCrossRegionRestoreNotEnabled"),
          "Cross-region restore is off", "The vault keeps no copy that can be restored in the paired region.",
          "Turn cross_region_restore on with PATCH (geo redundancy is needed); points appear there after some hours.",
          "caller", "reported"),
)  # fmt: skip
