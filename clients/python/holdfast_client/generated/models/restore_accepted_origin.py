from typing import Literal, cast

RestoreAcceptedOrigin = Literal["azure", "holdfast"]


def check_restore_accepted_origin(value: str) -> RestoreAcceptedOrigin:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestoreAcceptedOrigin, value)
