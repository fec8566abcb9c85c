from typing import Literal, cast

RuleSkipReason = Literal[
    "failed_before",
    "lower_priority",
    "no_target",
    "not_granted",
    "not_known",
    "paused",
    "policy_gone",
    "policy_not_ready",
    "protected_elsewhere",
    "protected_otherwise",
    "quota",
    "same_priority",
    "soft_deleted",
    "vault_gone",
    "vault_not_ready",
    "vm_missing",
]


def check_rule_skip_reason(value: str) -> RuleSkipReason:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RuleSkipReason, value)
