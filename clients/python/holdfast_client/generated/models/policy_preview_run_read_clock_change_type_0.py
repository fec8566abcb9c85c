from typing import Literal, cast

PolicyPreviewRunReadClockChangeType0 = Literal["repeated", "skipped"]


def check_policy_preview_run_read_clock_change_type_0(value: str) -> PolicyPreviewRunReadClockChangeType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(PolicyPreviewRunReadClockChangeType0, value)
