from typing import Literal, cast

ProofReadLevel = Literal["answers", "boots", "restored", "your_check"]


def check_proof_read_level(value: str) -> ProofReadLevel:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ProofReadLevel, value)
