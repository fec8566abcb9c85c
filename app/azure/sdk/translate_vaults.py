"""Translates changes of a vault into Azure's JSON, and reads and writes its config object.

Pure; imports no Azure package. translate.py reads vaults; this module writes changes of existing ones (docs/azure.md,
Redundancy).
"""

from typing import Any

from app.azure import values as v
from app.azure.sdk.formats import whole_or_none
from app.azure.sdk.translate import REDUNDANCY_WORD, SOFT_DELETE, SOFT_DELETE_WORD, Json, mapping


def change_body(change: v.VaultChange) -> dict[str, Any]:
    """A PATCH that names only what changes: what it does not name stays as it is."""
    body: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    redundancy: dict[str, Any] = {}
    if change.redundancy is not None:
        redundancy["standardTierStorageRedundancy"] = REDUNDANCY_WORD[change.redundancy]
    if change.cross_region_restore is not None:
        redundancy["crossRegionRestore"] = "Enabled" if change.cross_region_restore else "Disabled"
    if redundancy:
        properties["redundancySettings"] = redundancy
    security: dict[str, Any] = {}
    if change.immutability is not None:
        security["immutabilitySettings"] = {"state": change.immutability.capitalize()}
    if change.soft_delete is not None:
        security["softDeleteSettings"] = _soft_delete_settings(change.soft_delete)
    if security:
        properties["securitySettings"] = security
    if properties:
        body["properties"] = properties
    if change.tags is not None:
        body["tags"] = dict(change.tags)
    return body


def _soft_delete_settings(wanted: v.SoftDelete) -> dict[str, Any]:
    """The same words as at creation (translate.vault_body). Off keeps no days."""
    settings: dict[str, Any] = {
        "softDeleteState": SOFT_DELETE_WORD[wanted.state],
        "enhancedSecurityState": "AlwaysON" if wanted.state == "always_on" else "Enabled",
    }
    if wanted.state != "off" and wanted.days is not None:
        settings["softDeleteRetentionPeriodInDays"] = wanted.days
    return settings


def soft_delete(body: Json) -> v.SoftDelete:
    """Raises KeyError for a state never seen: a setting that guards data is not guessed."""
    properties = mapping(body, "properties")
    state = str(properties["softDeleteFeatureState"]).lower()
    return v.SoftDelete(SOFT_DELETE[state], whole_or_none(properties.get("softDeleteRetentionPeriodInDays")))


def soft_delete_body(wanted: v.SoftDelete) -> dict[str, Any]:
    """As recorded: both states, and since 2024 the days. Off keeps no days."""
    properties: dict[str, Any] = {
        "enhancedSecurityState": "AlwaysON" if wanted.state == "always_on" else "Enabled",
        "softDeleteFeatureState": SOFT_DELETE_WORD[wanted.state],
    }
    if wanted.state != "off" and wanted.days is not None:
        properties["softDeleteRetentionPeriodInDays"] = wanted.days
    return {"properties": properties}
