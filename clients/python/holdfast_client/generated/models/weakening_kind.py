from typing import Literal, cast

WeakeningKind = Literal[
    "data_deleted",
    "guard_removed",
    "immutability_weakened",
    "protection_stopped",
    "redundancy_weakened",
    "retention_shrunk",
    "soft_delete_weakened",
]


def check_weakening_kind(value: str) -> WeakeningKind:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(WeakeningKind, value)
