from typing import Literal, cast

ProtectionRuleMode = Literal["enforce", "observe"]


def check_protection_rule_mode(value: str) -> ProtectionRuleMode:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ProtectionRuleMode, value)
