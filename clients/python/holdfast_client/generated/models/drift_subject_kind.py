from typing import Literal, cast

DriftSubjectKind = Literal["policy", "protected_item", "vault"]


def check_drift_subject_kind(value: str) -> DriftSubjectKind:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(DriftSubjectKind, value)
