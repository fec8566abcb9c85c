from typing import Literal, cast

ListPlatformAuditOutcome = Literal["accepted", "done", "refused"]


def check_list_platform_audit_outcome(value: str) -> ListPlatformAuditOutcome:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ListPlatformAuditOutcome, value)
