from typing import Literal, cast

PolicyPreviewKeptReadRule = Literal["daily", "monthly", "snapshot", "weekly", "yearly"]


def check_policy_preview_kept_read_rule(value: str) -> PolicyPreviewKeptReadRule:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(PolicyPreviewKeptReadRule, value)
