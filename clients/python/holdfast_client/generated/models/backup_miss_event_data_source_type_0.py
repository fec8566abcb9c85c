from typing import Literal, cast

BackupMissEventDataSourceType0 = Literal["policy", "tenant"]


def check_backup_miss_event_data_source_type_0(value: str) -> BackupMissEventDataSourceType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(BackupMissEventDataSourceType0, value)
