from typing import Literal, cast

ApprovalReadState = Literal["approved", "expired", "pending", "rejected", "used", "withdrawn"]


def check_approval_read_state(value: str) -> ApprovalReadState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ApprovalReadState, value)
