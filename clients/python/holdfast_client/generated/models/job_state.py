from typing import Literal, cast

JobState = Literal[
    "awaiting_approval",
    "cancelled",
    "cancelling",
    "failed",
    "needs_attention",
    "queued",
    "running",
    "submitting",
    "succeeded",
    "succeeded_with_warnings",
]


def check_job_state(value: str) -> JobState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(JobState, value)
