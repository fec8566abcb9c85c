from typing import Literal, cast

ItemRpoReadSourceType0 = Literal["policy", "tenant"]


def check_item_rpo_read_source_type_0(value: str) -> ItemRpoReadSourceType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ItemRpoReadSourceType0, value)
