from typing import Literal, cast

ListJobsOrigin = Literal["azure", "holdfast"]


def check_list_jobs_origin(value: str) -> ListJobsOrigin:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ListJobsOrigin, value)
