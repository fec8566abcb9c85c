from typing import Literal, cast

RuleHoldReason = Literal["approval", "confirm", "owner"]


def check_rule_hold_reason(value: str) -> RuleHoldReason:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RuleHoldReason, value)
