from typing import Literal, cast

RestoredResourceCauseType0 = Literal[
    "changed",
    "gone",
    "in_use",
    "not_named",
    "not_proven",
    "protected",
    "refused",
    "running",
    "source",
    "staging",
    "stopped",
    "there_before",
    "unknown",
]


def check_restored_resource_cause_type_0(value: str) -> RestoredResourceCauseType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestoredResourceCauseType0, value)
