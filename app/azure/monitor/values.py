"""Action groups, metric alerts, routing rules, and a vault's own alert settings, in our words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.azure.values import VaultRef

MONITOR_TYPES: Mapping[str, str] = {
    "group": "Microsoft.Insights/actionGroups",
    "alert": "Microsoft.Insights/metricAlerts",
    "route": "Microsoft.AlertsManagement/actionRules",
}


def monitor_id(vault: VaultRef, kind: str, name: str) -> str:
    """The ARM id of a thing of Azure Monitor beside the vault, in its resource group. `kind`: of MONITOR_TYPES."""
    group = f"/subscriptions/{vault.subscription_id}/resourceGroups/{vault.resource_group}"
    return f"{group}/providers/{MONITOR_TYPES[kind]}/{name}"


@dataclass(frozen=True, slots=True)
class ActionGroup:
    """Whom an alert tells. `raw`: its JSON as Azure has it, so that a change keeps what is not known here."""

    id: str
    emails: Mapping[str, str]
    """Name of the receiver -> address."""
    webhooks: Mapping[str, str]
    """Name of the receiver -> URL."""
    receivers: frozenset[str]
    """Names of all receivers, of every kind."""
    is_on: bool
    odd_hooks: frozenset[str]
    """Names of the webhooks that do not get the common alert schema without a token."""
    raw: Mapping[str, Any] = field(repr=False)
    """It may hold secrets of others: never logged."""


@dataclass(frozen=True, slots=True)
class GroupOrder:
    """The whole group as it shall be: `base` as it was read, without these receivers, with those."""

    id: str
    emails: Mapping[str, str] = field(default_factory=dict)
    webhooks: Mapping[str, str] = field(default_factory=dict, repr=False)
    without: frozenset[str] = frozenset()
    """Names of receivers that are taken out."""
    base: ActionGroup | None = None
    """None = a new group."""
    turn_on: bool = False
    """Else a group that is off stays off."""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MetricAlert:
    """An alert on the backup health events of vaults, as far as it is compared."""

    id: str
    severity: int | None
    is_on: bool
    scopes: frozenset[str]
    """In lower case."""
    groups: frozenset[str]
    """The action groups that it tells, in lower case."""
    is_as_made: bool
    """It counts what an alert of ours counts, in the same way: metric, dimension, threshold, window, frequency."""


@dataclass(frozen=True, slots=True)
class MetricAlertOrder:
    id: str
    vault: VaultRef
    severity: int
    """0 (critical) to 4 (verbose)."""
    action_group_id: str
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AlertRoute:
    """An alert processing rule: which alerts are sent to which action groups."""

    id: str
    is_on: bool
    scopes: frozenset[str]
    groups: frozenset[str]
    """Both in lower case."""
    is_as_made: bool
    """It applies to the alerts of ours, always, and does nothing else: no other condition, schedule or action."""


@dataclass(frozen=True, slots=True)
class AlertRouteOrder:
    id: str
    vault: VaultRef
    action_group_id: str
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VaultAlerts:
    """The alert settings of a vault."""

    job_failures: bool | None
    """None = the vault has no such setting: it is an older one."""
    raw: Mapping[str, Any]
    """All of `monitoringSettings`, so that a change keeps the others."""
