from typing import Literal, cast

RuleLostReason = Literal["not_selected", "rule_changed", "vm_missing"]


def check_rule_lost_reason(value: str) -> RuleLostReason:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RuleLostReason, value)
