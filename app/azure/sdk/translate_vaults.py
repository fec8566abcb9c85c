"""Translates changes of a vault into Azure's JSON, and reads and writes its config object.

Pure; imports no Azure package. translate.py reads vaults; this module writes changes of existing ones (docs/azure.md,
Redundancy).
"""

from collections.abc import Iterable
from typing import Any

from app.azure import values as v
from app.azure.check_values import VaultUsage
from app.azure.sdk.formats import whole_or_none
from app.azure.sdk.translate import REDUNDANCY_WORD, SOFT_DELETE, SOFT_DELETE_WORD, Json, mapping

MOST_STORED = 2**53
"""Bytes: 8 PiB. A larger number is none: Azure may have written a sentinel."""


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


def usage_row(row: Json) -> tuple[str, int] | None:
    """(name, value) of a row of a vault's usages; None for a value that is no whole number.

    `unit` is not read: some rows have the number 0 there. Raises KeyError, TypeError for a row without a name.
    """
    name = mapping(row, "name")["value"]
    if not isinstance(name, str):
        raise TypeError(f"name is {type(name).__name__}")
    value = whole_or_none(row.get("currentValue"))
    return (name.lower(), value) if value is not None and 0 <= value <= MOST_STORED else None


def usage(rows: Iterable[tuple[str, int]]) -> VaultUsage:
    """A name that has two values has none."""
    found: dict[str, int | None] = {}
    for name, value in rows:
        found[name] = value if found.get(name, value) == value else None
    return VaultUsage(
        local_bytes=found.get("lrsstorageusage"),
        geo_bytes=found.get("grsstorageusage"),
        items=found.get("protecteditemcount"),
    )
