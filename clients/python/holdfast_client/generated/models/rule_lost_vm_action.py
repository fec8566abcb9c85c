from typing import Literal, cast

RuleLostVmAction = Literal["pause", "report"]


def check_rule_lost_vm_action(value: str) -> RuleLostVmAction:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RuleLostVmAction, value)
