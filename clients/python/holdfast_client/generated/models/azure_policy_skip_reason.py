from typing import Literal, cast

AzurePolicySkipReason = Literal["image_not_listed", "other_region", "platform", "protected_elsewhere", "tag", "unknown"]


def check_azure_policy_skip_reason(value: str) -> AzurePolicySkipReason:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(AzurePolicySkipReason, value)
