from typing import Literal, cast

ReportRunReadOutcomeType0 = Literal["done", "done_with_warnings", "failed", "missed", "not_due", "running"]


def check_report_run_read_outcome_type_0(value: str) -> ReportRunReadOutcomeType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ReportRunReadOutcomeType0, value)
