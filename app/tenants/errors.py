"""Problems of requests about tenants and members."""

from app.core.errors import Conflict, NotFound, Unprocessable


class TenantNameTaken(Conflict):
    """A tenant of that name exists."""

    code = "tenant_exists"


class TenantInUse(Conflict):
    """The tenant still has vaults or running jobs."""

    code = "tenant_in_use"


class TenantNotValid(Unprocessable):
    """The tenant is not valid."""

    code = "tenant_not_valid"


class MemberNotFound(NotFound):
    """The tenant has no such member."""

    code = "member_not_found"


class MemberExists(Conflict):
    """The tenant has this member already."""

    code = "member_exists"


class MemberNotValid(Unprocessable):
    """The member is not valid."""

    code = "member_not_valid"
