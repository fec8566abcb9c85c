from typing import Literal, cast

WebhookDeliveryState = Literal["delivered", "exhausted", "pending"]


def check_webhook_delivery_state(value: str) -> WebhookDeliveryState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(WebhookDeliveryState, value)
