from typing import Literal, cast

ErrorReadWho = Literal["caller", "subscription_owner", "us"]


def check_error_read_who(value: str) -> ErrorReadWho:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ErrorReadWho, value)
