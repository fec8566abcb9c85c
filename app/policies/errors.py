"""What a caller can do wrong with policies."""

from app.core.errors import Conflict, NotFound, Unprocessable


class PolicyNotFound(NotFound):
    """There is no such policy."""

    code = "policy_not_found"


class PolicyExists(Conflict):
    """The name of the policy is taken in this vault."""

    code = "policy_exists"


class PolicyNotReady(Conflict):
    """The policy is still being created."""

    code = "policy_not_ready"


class PolicyNotValid(Unprocessable):
    """The policy contradicts itself or Azure's limits."""

    code = "policy_not_valid"
