"""Problems of requests about policies."""

from app.core.errors import Conflict, NotFound, PreconditionFailed, Unprocessable


class PolicyNotFound(NotFound):
    """There is no such policy."""

    code = "policy_not_found"


class PolicyExists(Conflict):
    """The name of the policy is taken in this vault."""

    code = "policy_exists"


class PolicyNotReady(Conflict):
    """The policy is still being created, or is being deleted."""

    code = "policy_not_ready"


class PolicyInUse(Conflict):
    """Items follow this policy."""

    code = "policy_in_use"


class PolicyAssigned(Conflict):
    """Azure Policy protects virtual machines by this policy."""

    code = "policy_assigned"


class PolicyReadOnly(Conflict):
    """The policy uses settings that Holdfast does not support, so Holdfast does not change it."""

    code = "policy_read_only"


class PolicyTypeFixed(Conflict):
    """The type of a policy, standard or enhanced, is fixed; and no item goes back from enhanced to standard."""

    code = "policy_type_fixed"


class PolicyAwaited(Conflict):
    """A job that was not sent yet names this policy."""

    code = "policy_awaited"


class VaultImmutable(Conflict):
    """An immutable vault does not delete recovery points before they expire."""

    code = "vault_immutable"


class PolicyGone(Conflict):
    """Azure no longer has this policy."""

    code = "policy_gone"


class PolicyChangedInAzure(PreconditionFailed):
    """The policy was changed in Azure since it was read."""

    code = "policy_changed_in_azure"


class PolicyNotValid(Unprocessable):
    """The policy contradicts itself or Azure's limits."""

    code = "policy_not_valid"
