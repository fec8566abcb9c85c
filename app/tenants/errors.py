"""What can go wrong with tenants and their members."""

from app.core.errors import Conflict, NotFound, Unprocessable


class TenantNameTaken(Conflict):
    """A tenant of that name exists."""

    code = "tenant_exists"


class TenantInUse(Conflict):
    """The tenant still has something."""

    code = "tenant_in_use"


class TenantNotValid(Unprocessable):
    """The tenant cannot be like this."""

    code = "tenant_not_valid"


class MemberNotFound(NotFound):
    """The tenant has no such member."""

    code = "member_not_found"


class MemberExists(Conflict):
    """The tenant has this member already."""

    code = "member_exists"


class MemberNotValid(Unprocessable):
    """The member cannot be like this."""

    code = "member_not_valid"
