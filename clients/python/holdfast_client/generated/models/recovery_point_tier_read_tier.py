from typing import Literal, cast

RecoveryPointTierReadTier = Literal["archive", "snapshot", "vault"]


def check_recovery_point_tier_read_tier(value: str) -> RecoveryPointTierReadTier:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RecoveryPointTierReadTier, value)
