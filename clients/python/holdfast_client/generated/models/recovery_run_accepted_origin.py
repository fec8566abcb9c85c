from typing import Literal, cast

RecoveryRunAcceptedOrigin = Literal["azure", "holdfast"]


def check_recovery_run_accepted_origin(value: str) -> RecoveryRunAcceptedOrigin:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RecoveryRunAcceptedOrigin, value)
