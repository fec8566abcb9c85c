from typing import Literal, cast

ReportItemReadReasonType0 = Literal[
    "deleted",
    "no_run_planned",
    "not_due_yet",
    "not_protected_yet",
    "paused",
    "policy_not_counted",
    "policy_not_known",
    "suspended",
    "vault_not_read",
    "within_grace",
]


def check_report_item_read_reason_type_0(value: str) -> ReportItemReadReasonType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ReportItemReadReasonType0, value)
