from typing import Literal, cast

ListApprovalsState = Literal["approved", "expired", "pending", "rejected", "used", "withdrawn"]


def check_list_approvals_state(value: str) -> ListApprovalsState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ListApprovalsState, value)
