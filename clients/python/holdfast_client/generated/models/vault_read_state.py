from typing import Literal, cast

VaultReadState = Literal["adopting", "creating", "deleting", "ready"]


def check_vault_read_state(value: str) -> VaultReadState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(VaultReadState, value)
