from typing import Literal, cast

ListBulkTargetsOutcomeItem = Literal["failed", "pending", "refused", "running", "skipped", "succeeded"]


def check_list_bulk_targets_outcome_item(value: str) -> ListBulkTargetsOutcomeItem:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ListBulkTargetsOutcomeItem, value)
