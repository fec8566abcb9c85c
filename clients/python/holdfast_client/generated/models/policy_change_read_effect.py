from typing import Literal, cast

PolicyChangeReadEffect = Literal["changes", "grows", "shrinks"]


def check_policy_change_read_effect(value: str) -> PolicyChangeReadEffect:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(PolicyChangeReadEffect, value)
