from typing import Literal, cast

ErrorReadSource = Literal["assumed", "documented", "recorded", "reported"]


def check_error_read_source(value: str) -> ErrorReadSource:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ErrorReadSource, value)
