from typing import Literal, cast

BulkAcceptedOrigin = Literal["azure", "holdfast"]


def check_bulk_accepted_origin(value: str) -> BulkAcceptedOrigin:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(BulkAcceptedOrigin, value)
