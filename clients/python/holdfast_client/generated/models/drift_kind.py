from typing import Literal, cast

DriftKind = Literal[
    "data_deleted",
    "disks_fewer",
    "guard_removed",
    "immutability_weakened",
    "item_moved",
    "policy_swapped",
    "protection_stopped",
    "redundancy_weakened",
    "retention_shrunk",
    "soft_delete_weakened",
]


def check_drift_kind(value: str) -> DriftKind:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(DriftKind, value)
