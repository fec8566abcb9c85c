from typing import Literal, cast

RestoreTargetSourcesSubnetIdType0 = Literal["request", "tenant", "vault"]


def check_restore_target_sources_subnet_id_type_0(value: str) -> RestoreTargetSourcesSubnetIdType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestoreTargetSourcesSubnetIdType0, value)
