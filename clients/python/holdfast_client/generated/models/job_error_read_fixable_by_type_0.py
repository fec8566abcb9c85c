from typing import Literal, cast

JobErrorReadFixableByType0 = Literal["caller", "subscription_owner", "us"]


def check_job_error_read_fixable_by_type_0(value: str) -> JobErrorReadFixableByType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(JobErrorReadFixableByType0, value)
