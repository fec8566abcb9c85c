from typing import Literal, cast

AlertReadSeverity = Literal["critical", "info", "warning"]


def check_alert_read_severity(value: str) -> AlertReadSeverity:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(AlertReadSeverity, value)
