from typing import Literal, cast

RecoveryMemberState = Literal["failed", "restoring", "skipped", "succeeded", "waiting"]


def check_recovery_member_state(value: str) -> RecoveryMemberState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RecoveryMemberState, value)
