from typing import Literal, cast

BulkDryRunTargetOutcome = Literal["pending", "refused", "skipped"]


def check_bulk_dry_run_target_outcome(value: str) -> BulkDryRunTargetOutcome:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(BulkDryRunTargetOutcome, value)
