from typing import Literal, cast

RestoreTestLevelReadOutcome = Literal["failed", "passed", "skipped"]


def check_restore_test_level_read_outcome(value: str) -> RestoreTestLevelReadOutcome:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestoreTestLevelReadOutcome, value)
