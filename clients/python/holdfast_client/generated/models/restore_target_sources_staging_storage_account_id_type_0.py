from typing import Literal, cast

RestoreTargetSourcesStagingStorageAccountIdType0 = Literal["request", "tenant", "vault"]


def check_restore_target_sources_staging_storage_account_id_type_0(
    value: str,
) -> RestoreTargetSourcesStagingStorageAccountIdType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestoreTargetSourcesStagingStorageAccountIdType0, value)
