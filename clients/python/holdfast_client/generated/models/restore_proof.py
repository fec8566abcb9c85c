from typing import Literal, cast

RestoreProof = Literal["lapsed", "never", "proven"]


def check_restore_proof(value: str) -> RestoreProof:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestoreProof, value)
