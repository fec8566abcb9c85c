from typing import Literal, cast

ListApprovalsView = Literal["mine", "to_decide"]


def check_list_approvals_view(value: str) -> ListApprovalsView:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(ListApprovalsView, value)
