from typing import Literal, cast

BulkTargetReadOutcome = Literal["failed", "pending", "refused", "running", "skipped", "succeeded"]


def check_bulk_target_read_outcome(value: str) -> BulkTargetReadOutcome:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(BulkTargetReadOutcome, value)
