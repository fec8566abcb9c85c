from typing import Literal, cast

RestoredResourceKnownByItem = Literal["before_after", "job", "tag", "vm"]


def check_restored_resource_known_by_item(value: str) -> RestoredResourceKnownByItem:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestoredResourceKnownByItem, value)
