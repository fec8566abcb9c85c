from typing import Literal, cast

BackupAcceptedOrigin = Literal["azure", "holdfast"]


def check_backup_accepted_origin(value: str) -> BackupAcceptedOrigin:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(BackupAcceptedOrigin, value)
