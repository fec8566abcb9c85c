from typing import Literal, cast

AuditEntryReadOutcome = Literal["accepted", "done", "refused"]


def check_audit_entry_read_outcome(value: str) -> AuditEntryReadOutcome:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(AuditEntryReadOutcome, value)
