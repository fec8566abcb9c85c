from typing import Literal, cast

VaultReadResultKind = Literal["adopt_vault", "refresh_vault"]


def check_vault_read_result_kind(value: str) -> VaultReadResultKind:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(VaultReadResultKind, value)
