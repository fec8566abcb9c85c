from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.restore_test_script_read_shell import RestoreTestScriptReadShell, check_restore_test_script_read_shell

if TYPE_CHECKING:
    from ..models.restore_test_script_read_parameters import RestoreTestScriptReadParameters


T = TypeVar("T", bound="RestoreTestScriptRead")


@_dataclass
class RestoreTestScriptRead:
    """The script as it is stored, without the values of secret parameters.

    Attributes:
        shell (RestoreTestScriptReadShell): `sh` on Linux, `powershell` on Windows.
        text (str): The text of the script. It is run with the rights of the Azure VM agent: as root, or as SYSTEM.
        timeout_seconds (int): After how many seconds it counts as failed.
        parameters (RestoreTestScriptReadParameters): Its parameters, by name. They are not secret.
        secret_names (list[str]): Names of the secret parameters. Their values are never shown.
    """

    shell: RestoreTestScriptReadShell
    text: str
    timeout_seconds: int
    parameters: RestoreTestScriptReadParameters
    secret_names: list[str]
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        shell: str = self.shell

        text = self.text

        timeout_seconds = self.timeout_seconds

        parameters = self.parameters.to_dict()

        secret_names = self.secret_names

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "shell": shell,
                "text": text,
                "timeout_seconds": timeout_seconds,
                "parameters": parameters,
                "secret_names": secret_names,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.restore_test_script_read_parameters import RestoreTestScriptReadParameters  # noqa: PLC0415

        d = dict(src_dict)
        shell = check_restore_test_script_read_shell(d.pop("shell"))

        text = d.pop("text")

        timeout_seconds = d.pop("timeout_seconds")

        parameters = RestoreTestScriptReadParameters.from_dict(d.pop("parameters"))

        secret_names = cast(list[str], d.pop("secret_names"))

        restore_test_script_read = cls(
            shell=shell,
            text=text,
            timeout_seconds=timeout_seconds,
            parameters=parameters,
            secret_names=secret_names,
        )

        restore_test_script_read.additional_properties = d
        return restore_test_script_read
