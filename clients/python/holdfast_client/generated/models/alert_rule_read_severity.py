from typing import Literal, cast

AlertRuleReadSeverity = Literal["critical", "info", "warning"]


def check_alert_rule_read_severity(value: str) -> AlertRuleReadSeverity:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(AlertRuleReadSeverity, value)
