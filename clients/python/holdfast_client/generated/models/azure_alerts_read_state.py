from typing import Literal, cast

AzureAlertsReadState = Literal["incomplete", "ready", "removing", "setting"]


def check_azure_alerts_read_state(value: str) -> AzureAlertsReadState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(AzureAlertsReadState, value)
