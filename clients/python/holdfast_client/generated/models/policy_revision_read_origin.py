from typing import Literal, cast

PolicyRevisionReadOrigin = Literal["azure", "holdfast"]


def check_policy_revision_read_origin(value: str) -> PolicyRevisionReadOrigin:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(PolicyRevisionReadOrigin, value)
