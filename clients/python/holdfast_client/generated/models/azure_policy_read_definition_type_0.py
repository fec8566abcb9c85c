from typing import Literal, cast

AzurePolicyReadDefinitionType0 = Literal["existing_vault", "existing_vault_with_tag"]


def check_azure_policy_read_definition_type_0(value: str) -> AzurePolicyReadDefinitionType0:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(AzurePolicyReadDefinitionType0, value)
