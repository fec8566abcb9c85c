from typing import Literal, cast

RuleOnLost = Literal["pause", "report"]


def check_rule_on_lost(value: str) -> RuleOnLost:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RuleOnLost, value)
