from typing import Literal, cast

RestoreTestSampleBodyMode = Literal["all", "longest_untested", "random"]


def check_restore_test_sample_body_mode(value: str) -> RestoreTestSampleBodyMode:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestoreTestSampleBodyMode, value)
