from typing import Literal, cast

TenantMemberReadKind = Literal["directory", "group", "principal"]


def check_tenant_member_read_kind(value: str) -> TenantMemberReadKind:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(TenantMemberReadKind, value)
