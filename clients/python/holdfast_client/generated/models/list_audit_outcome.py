from typing import Literal, cast

ListAuditOutcome = Literal["accepted", "done", "refused"]


def check_list_audit_outcome(value: str) -> ListAuditOutcome:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ListAuditOutcome, value)
