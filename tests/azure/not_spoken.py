"""The kinds of recorded exchanges that the port does not speak, each with the reason that is true today.

NAMED and CHANGES were met in the recordings of the repository (a test finds each of them there). ELSEWHERE are kinds
that other recordings of Azure Backup hold: named here too, so that such a recording can be played.
"""

import re

from .recorded import GROUP, ITEM, LOCATION, POINT, SUBSCRIPTION, VAULT
from .tape import Exchange, line_of, match_of

GUARD = "Resource Guard is not spoken: a guarded operation is refused by Azure, and the refusal is shown"
CONTAINERS = "containers are not asked for: the name of a VM's container follows from the VM"
REDUNDANCY = "redundancy is read from the vault and written to it; the config object is its older name"
ENCRYPTION = "encryption by a customer's key is neither read nor changed"
ARCHIVE = "points are not moved between tiers"
OTHER_WORKLOADS = "only virtual machines are protected; other workloads are passed over in lists"

NAMED: dict[str, str] = {
    rf"(GET|PUT|DELETE) {VAULT}/backupResourceGuardProxies(/[^/]+)?": GUARD,
    rf"POST {VAULT}/backupResourceGuardProxies/[^/]+/unlockDelete": GUARD,
    rf"GET {VAULT}/backupProtectionContainers/?": CONTAINERS,
    rf"(GET|PUT|PATCH) {VAULT}/backupstorageconfig/vaultstorageconfig": REDUNDANCY,
    rf"(GET|PUT|PATCH) {VAULT}/backupEncryptionConfigs/[^/]+": ENCRYPTION,
    rf"POST {ITEM}/recoveryPointsRecommendedForMove": ARCHIVE,
}

IDENTITY = "a vault's identity is neither read nor changed"
ALERTS = "of a vault's alerts only that of failed jobs is changed, by the port Monitor (test_monitor.py)"
NETWORK = "public network access is asked for at a vault's creation and never changed"
# Members of a vault that no change of ours names. A change that names nothing else is not spoken.
CHANGES: dict[str, str] = {
    "identity": IDENTITY,
    "properties/encryption": ENCRYPTION,
    "properties/monitoringSettings": ALERTS,
    "properties/publicNetworkAccess": NETWORK,
}


def unspoken_change(exchange: Exchange) -> str | None:
    """The member of CHANGES for a recorded PATCH of a vault in which Holdfast would not have said anything."""
    if not re.fullmatch(rf"PATCH {VAULT}", line_of(exchange), re.IGNORECASE):
        return None
    body = exchange["request"]["body"] or {}
    members = [name for name in body if name != "properties"]
    members += [f"properties/{name}" for name in body.get("properties") or {}]
    return members[0] if members and set(members) <= set(CHANGES) else None


def named_in_repository(exchange: Exchange) -> tuple[str, str] | None:
    """(key, reason) of an exchange that the port does not speak, of the kinds that the repository's recordings hold."""
    if change := unspoken_change(exchange):
        return change, CHANGES[change]
    found = match_of(NAMED, exchange)
    return (found[0], NAMED[found[0]]) if found else None


OTHER = rf"{VAULT}/backupFabrics/[^/]+/protectionContainers/(?!(IaasVMContainer;)?iaasvmcontainerv2;)[^/]+"
ELSEWHERE: dict[str, str] = {
    rf"\w+ {OTHER}(/.*)?": OTHER_WORKLOADS,
    rf"GET {VAULT}/backupFabrics/[^/]+/protectableContainers/?": OTHER_WORKLOADS,
    rf"\w+ {VAULT}/(backupFabrics/[^/]+/)?backupProtectionIntents?(/.*)?": OTHER_WORKLOADS,
    rf"(GET|PUT|DELETE) {VAULT}/backupEngines(/[^/]+)?": OTHER_WORKLOADS,
    rf"\w+ {VAULT}/(extendedInformation|certificates|registeredIdentities|backupSecurityPIN)(/.*)?": OTHER_WORKLOADS,
    rf"\w+ {VAULT}/replication\w+(/.*)?": "replication of VMs to another region is another service in the same vault",
    rf"POST {POINT}/move": ARCHIVE,
    rf"GET {VAULT}/backupDeletedProtectionContainers/?": CONTAINERS,
    rf"POST {VAULT}/(backupPreValidateProtection|backupValidateOperation|backupJobsExport)": "another way to ask what "
    "the port asks by backupTriggerValidateOperation, or by a list",
    rf"GET {VAULT}/(usages|backupUsageSummaries|replicationUsages)": "what a vault uses is counted from its items",
    rf"\w+ {VAULT}/(privateEndpointConnections|privateLinkResources|backupPrivateEndpoint\w*)(/.*)?": "private "
    "endpoints are neither read nor changed",
    rf"\w+ {VAULT}/providers/.*": "monitoring, locks and roles of a vault belong to other providers",
    rf"\w+ {LOCATION}/(deletedVaults|deletedVaults/.*)": "soft-deleted vaults are not listed, and not brought back",
    rf"POST {LOCATION}/(backupPreValidateProtection|backupValidateFeatures|checkNameAvailability)": "asked before a "
    "protection by others; the port asks backupStatus, and reads Azure's refusal",
    rf"POST {SUBSCRIPTION}/providers/Microsoft\.RecoveryServices/locations/[^/]+/capabilities": "not asked",
    rf"GET {SUBSCRIPTION}/providers/Microsoft\.RecoveryServices/(operations|deletedVaults)(/.*)?": "not asked",
    rf"\w+ {GROUP}/providers/(?!Microsoft\.RecoveryServices/).*": "of another provider",
    rf"(PUT|PATCH|DELETE|HEAD|POST) {GROUP}": "resource groups are read, never written",
    r"\w+ /providers/Microsoft\.ResourceGraph/.*": "Resource Graph is not asked",
    r"\w+ /subscriptions/[^/]+/providers/(?!Microsoft\.RecoveryServices).*": "of another provider",
}
