from typing import Literal, cast

RestorePointBodyTierType0 = Literal["archive", "snapshot", "vault"]


def check_restore_point_body_tier_type_0(value: str) -> RestorePointBodyTierType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestorePointBodyTierType0, value)
