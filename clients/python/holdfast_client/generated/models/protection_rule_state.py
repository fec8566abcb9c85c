from typing import Literal, cast

ProtectionRuleState = Literal["enforcing", "observing", "stopped"]


def check_protection_rule_state(value: str) -> ProtectionRuleState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ProtectionRuleState, value)
