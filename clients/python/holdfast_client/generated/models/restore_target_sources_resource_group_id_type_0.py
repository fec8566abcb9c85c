from typing import Literal, cast

RestoreTargetSourcesResourceGroupIdType0 = Literal["request", "tenant", "vault"]


def check_restore_target_sources_resource_group_id_type_0(value: str) -> RestoreTargetSourcesResourceGroupIdType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestoreTargetSourcesResourceGroupIdType0, value)
