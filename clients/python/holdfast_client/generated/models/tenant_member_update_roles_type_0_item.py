from typing import Literal, cast

TenantMemberUpdateRolesType0Item = Literal["admin", "approver", "operator", "reader", "restorer"]


def check_tenant_member_update_roles_type_0_item(value: str) -> TenantMemberUpdateRolesType0Item:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(TenantMemberUpdateRolesType0Item, value)
