from typing import Literal, cast

BulkDryRunAction = Literal["backup", "change_policy", "pause", "protect", "resume", "suspend"]


def check_bulk_dry_run_action(value: str) -> BulkDryRunAction:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(BulkDryRunAction, value)
