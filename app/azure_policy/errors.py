"""Problems of requests about Azure Policy, and the errors of their jobs."""

from app.core.errors import Conflict, NotFound, Unprocessable
from app.jobs.work import JobError


class AzurePolicyNotFound(NotFound):
    """Holdfast has assigned no policy for the rule."""

    code = "azure_policy_not_found"


class AzurePolicyNotValid(Unprocessable):
    """A value of the request does not fit the rule, or the definition."""

    code = "azure_policy_not_valid"


class AzurePolicyRuleHeld(Conflict):
    """The rule is stopped, or waits for an approval."""

    code = "azure_policy_rule_held"


def policy_gone(policy_id: str, said: str) -> JobError:
    return JobError(
        code="azure_policy_target_gone",
        title="The vault or the backup policy is gone",
        detail=f"Azure has no {policy_id} any more ({said}). Nothing was sent.",
        remedy="Change the rule's target to a vault and a policy that are there, and PUT again.",
    )


def principal_not_found(minutes: int) -> JobError:
    return JobError(
        code="principal_not_found",
        title="Azure's directory does not know the identity of the assignment",
        detail=f"For {minutes} minutes Azure has refused to give it a role (PrincipalNotFound). The assignment is "
        "there, and can protect nothing without its roles.",
        remedy="PUT again: the job goes on where it was. Or DELETE: then the assignment goes.",
    )
