from typing import Literal, cast

RestoreTestScriptReadShell = Literal["powershell", "sh"]


def check_restore_test_script_read_shell(value: str) -> RestoreTestScriptReadShell:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestoreTestScriptReadShell, value)
