from typing import Literal, cast

AzurePolicyPutDefinition = Literal["existing_vault", "existing_vault_with_tag"]


def check_azure_policy_put_definition(value: str) -> AzurePolicyPutDefinition:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(AzurePolicyPutDefinition, value)
