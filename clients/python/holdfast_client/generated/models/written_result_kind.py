from typing import Literal, cast

WrittenResultKind = Literal["create_vault", "protect", "put_policy", "update_vault"]


def check_written_result_kind(value: str) -> WrittenResultKind:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(WrittenResultKind, value)
