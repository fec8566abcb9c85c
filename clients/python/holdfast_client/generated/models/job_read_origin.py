from typing import Literal, cast

JobReadOrigin = Literal["azure", "holdfast"]


def check_job_read_origin(value: str) -> JobReadOrigin:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(JobReadOrigin, value)
