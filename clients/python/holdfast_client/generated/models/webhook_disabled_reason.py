from typing import Literal, cast

WebhookDisabledReason = Literal["failing", "forbidden_target", "gone"]


def check_webhook_disabled_reason(value: str) -> WebhookDisabledReason:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(WebhookDisabledReason, value)
