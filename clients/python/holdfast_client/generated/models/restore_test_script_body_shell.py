from typing import Literal, cast

RestoreTestScriptBodyShell = Literal["powershell", "sh"]


def check_restore_test_script_body_shell(value: str) -> RestoreTestScriptBodyShell:
    """As the server sent it: a newer server may know values that this client does not."""
    return cast(RestoreTestScriptBodyShell, value)
