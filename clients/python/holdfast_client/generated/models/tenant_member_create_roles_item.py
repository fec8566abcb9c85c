from typing import Literal, cast

TenantMemberCreateRolesItem = Literal["admin", "approver", "operator", "reader", "restorer"]


def check_tenant_member_create_roles_item(value: str) -> TenantMemberCreateRolesItem:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(TenantMemberCreateRolesItem, value)
