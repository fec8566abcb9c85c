from typing import Literal, cast

AzurePolicyReadState = Literal["incomplete", "not_assigned", "ready", "removing", "setting"]


def check_azure_policy_read_state(value: str) -> AzurePolicyReadState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(AzurePolicyReadState, value)
