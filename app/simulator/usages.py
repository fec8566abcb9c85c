"""What a vault stores, as rows of counts and bytes.

Source: docs/azure.md, Sizes and prices. Of the published specification: no answer was recorded.
"""

from app.simulator.arm import VAULT, Call, Reply, Route
from app.simulator.world import Item, Json, Vault

MB = 2**20


def list_usages(call: Call) -> Reply:
    vault = call.vault()
    of_a_day = {"quotaPeriod": "P1D"}
    kind = vault.settings["redundancySettings"]["standardTierStorageRedundancy"]
    stored = sum(_stored(item) for item in vault.items.values())
    rows = [
        _row("ProtectedItemCount", "Count", len(vault.items)),
        _row("IaaSVMProtectedItemCount", "Count", len(vault.items)),
        _row("FailedJobsCount", "Count", 0) | of_a_day,
        _row("GRSStorageUsage", "Bytes", stored if kind == "GeoRedundant" else 0),
        _row("LRSStorageUsage", "Bytes", stored if kind == "LocallyRedundant" else 0),
        _row("ManagedInstances", 0, _instances(vault)),
    ]
    return Reply(200, {"value": rows})


def _row(name: str, unit: str | int, value: int) -> Json:
    """`unit` is a word, or the number 0, as in the specification's example."""
    name_of: Json = {"value": name, "localizedValue": name}
    return {"unit": unit, "currentValue": value, "limit": -1, "name": name_of}


def _instances(vault: Vault) -> int:
    """A guess: items that have a point."""
    return sum(bool(item.recovery_points) for item in vault.items.values())


def _stored(item: Item) -> int:
    """The first point of the vault tier is a full copy, each further one what its backup moved: a guess."""
    points = [point for point in item.recovery_points if point.vaulted and not point.archived]
    rates = [item.vm.first_mb_a_gib, *[item.vm.later_mb_a_gib] * (len(points) - 1)]
    return sum(MB * rate * sum(disk.gib for disk in point.disks) for point, rate in zip(points, rates, strict=False))


ROUTES: list[Route] = [("GET", VAULT + "/usages", list_usages)]
