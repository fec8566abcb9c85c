from typing import Literal, cast

WeakenedSubjectKind = Literal["policy", "protected_item", "vault"]


def check_weakened_subject_kind(value: str) -> WeakenedSubjectKind:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(WeakenedSubjectKind, value)
