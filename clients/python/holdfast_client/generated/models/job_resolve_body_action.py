from typing import Literal, cast

JobResolveBodyAction = Literal["abandon", "adopt", "retry"]


def check_job_resolve_body_action(value: str) -> JobResolveBodyAction:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(JobResolveBodyAction, value)
