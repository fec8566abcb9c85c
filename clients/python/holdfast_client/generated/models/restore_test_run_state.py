from typing import Literal, cast

RestoreTestRunState = Literal["ended", "keeping", "restoring", "tearing_down", "verifying", "waiting"]


def check_restore_test_run_state(value: str) -> RestoreTestRunState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestoreTestRunState, value)
