from typing import Literal, cast

ProtectedItemReadProvenLevelType0 = Literal["answers", "boots", "restored", "your_check"]


def check_protected_item_read_proven_level_type_0(value: str) -> ProtectedItemReadProvenLevelType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ProtectedItemReadProvenLevelType0, value)
