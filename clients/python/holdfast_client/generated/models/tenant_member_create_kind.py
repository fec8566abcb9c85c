from typing import Literal, cast

TenantMemberCreateKind = Literal["directory", "group", "principal"]


def check_tenant_member_create_kind(value: str) -> TenantMemberCreateKind:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(TenantMemberCreateKind, value)
