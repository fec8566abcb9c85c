from typing import Literal, cast

RestoreTestLevel = Literal["answers", "boots", "restored", "your_check"]


def check_restore_test_level(value: str) -> RestoreTestLevel:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestoreTestLevel, value)
