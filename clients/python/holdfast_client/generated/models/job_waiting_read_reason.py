from typing import Literal, cast

JobWaitingReadReason = Literal[
    "approval", "azure_unreachable", "blocked", "gate", "internal_error", "member", "outcome_unknown", "throttled"
]


def check_job_waiting_read_reason(value: str) -> JobWaitingReadReason:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(JobWaitingReadReason, value)
