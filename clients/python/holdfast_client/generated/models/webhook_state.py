from typing import Literal, cast

WebhookState = Literal["active", "disabled", "paused"]


def check_webhook_state(value: str) -> WebhookState:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(WebhookState, value)
