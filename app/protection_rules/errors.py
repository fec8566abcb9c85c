"""Problems of requests about protection rules."""

from app.core.errors import Conflict, NotFound, Unprocessable


class RuleNotFound(NotFound):
    """There is no such protection rule."""

    code = "protection_rule_not_found"


class RuleNotValid(Unprocessable):
    """The protection rule is not valid."""

    code = "protection_rule_not_valid"


class ConfirmNeeded(Conflict):
    """The rule would touch many virtual machines."""

    code = "confirm_needed"


class RuleHasAzurePolicy(Conflict):
    """Azure Policy still protects virtual machines for the rule."""

    code = "protection_rule_has_azure_policy"


class RuleObserves(Conflict):
    """The rule only observes."""

    code = "protection_rule_observes"
