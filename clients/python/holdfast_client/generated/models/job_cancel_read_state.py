from typing import Literal, cast

JobCancelReadState = Literal["done", "refused", "requested", "sent", "too_late"]


def check_job_cancel_read_state(value: str) -> JobCancelReadState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(JobCancelReadState, value)
