"""Which built-in role of Azure holds an action: for the remedy of a refusal. Pure.

From Microsoft's documentation ("Azure built-in roles"; "Use Azure RBAC to manage Azure Backup recovery points"; "Multi-
user authorization using Resource Guard"). It is a suggestion: a role of one's own may hold less.
"""

from collections.abc import Sequence
from typing import Final

from app.azure.facts.actions import RESTORES, TABLE

READ_SUFFIX: Final = "/read"
_BY_PREFIX: Final[Sequence[tuple[str, str]]] = (
    ("microsoft.dataprotection/resourceguards/", "Backup MUA Operator"),
    ("microsoft.recoveryservices/", "Backup Contributor"),
    ("microsoft.compute/virtualmachines/", "Virtual Machine Contributor"),
    ("microsoft.compute/disks/", "Virtual Machine Contributor"),
    ("microsoft.compute/snapshots/", "Disk Snapshot Contributor"),
    ("microsoft.network/", "Network Contributor"),
    ("microsoft.storage/", "Storage Account Contributor"),
    ("microsoft.keyvault/", "Key Vault Contributor"),
    ("microsoft.managedidentity/userassignedidentities/", "Managed Identity Operator"),
    ("microsoft.insights/", "Monitoring Contributor"),
    ("microsoft.alertsmanagement/", "Monitoring Contributor"),
    ("microsoft.policyinsights/", "Resource Policy Contributor"),
    ("microsoft.authorization/policyassignments/", "Resource Policy Contributor"),
)
_ACCESS: Final = "microsoft.authorization/"


def role_of(action: str) -> str:
    """The built-in role that holds an action, in any letter case. The longest list of rights is named last."""
    wanted = action.lower()
    for prefix, role in _BY_PREFIX:
        if wanted.startswith(prefix):
            return role
    if wanted.endswith(READ_SUFFIX):
        return "Reader"
    return "User Access Administrator" if wanted.startswith(_ACCESS) else "Contributor"


_OURS: Final = frozenset(
    action.lower() for needs in (*TABLE.values(), *RESTORES.values()) for need in needs for action in need.actions
)


def is_ours(action: str) -> bool:
    """Whether GET /v1/permissions/role lists it."""
    return action.lower() in _OURS
