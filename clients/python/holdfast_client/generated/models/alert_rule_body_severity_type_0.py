from typing import Literal, cast

AlertRuleBodySeverityType0 = Literal["critical", "info", "warning"]


def check_alert_rule_body_severity_type_0(value: str) -> AlertRuleBodySeverityType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(AlertRuleBodySeverityType0, value)
