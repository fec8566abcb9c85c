from typing import Literal, cast

UnreachableCode = Literal[
    "azure_away",
    "azure_busy",
    "denied",
    "not_checked_yet",
    "not_found",
    "not_read_yet",
    "partial",
    "reading_off",
    "unreadable",
]


def check_unreachable_code(value: str) -> UnreachableCode:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(UnreachableCode, value)
