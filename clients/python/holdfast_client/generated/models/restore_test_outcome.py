from typing import Literal, cast

RestoreTestOutcome = Literal["failed", "not_proven", "proven", "timed_out"]


def check_restore_test_outcome(value: str) -> RestoreTestOutcome:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestoreTestOutcome, value)
