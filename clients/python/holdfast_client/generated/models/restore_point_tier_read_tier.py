from typing import Literal, cast

RestorePointTierReadTier = Literal["archive", "snapshot", "vault"]


def check_restore_point_tier_read_tier(value: str) -> RestorePointTierReadTier:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestorePointTierReadTier, value)
