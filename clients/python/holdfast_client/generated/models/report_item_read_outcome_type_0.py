from typing import Literal, cast

ReportItemReadOutcomeType0 = Literal["done", "done_with_warnings", "failed", "missed", "not_due", "running"]


def check_report_item_read_outcome_type_0(value: str) -> ReportItemReadOutcomeType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ReportItemReadOutcomeType0, value)
