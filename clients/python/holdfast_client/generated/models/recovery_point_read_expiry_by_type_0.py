from typing import Literal, cast

RecoveryPointReadExpiryByType0 = Literal["azure", "policy", "purge", "retain_until"]


def check_recovery_point_read_expiry_by_type_0(value: str) -> RecoveryPointReadExpiryByType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RecoveryPointReadExpiryByType0, value)
