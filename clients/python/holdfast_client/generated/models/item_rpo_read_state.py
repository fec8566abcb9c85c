from typing import Literal, cast

ItemRpoReadState = Literal["due", "met", "missed", "unknown"]


def check_item_rpo_read_state(value: str) -> ItemRpoReadState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ItemRpoReadState, value)
