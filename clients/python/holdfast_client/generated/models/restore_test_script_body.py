from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..models.restore_test_script_body_shell import RestoreTestScriptBodyShell, check_restore_test_script_body_shell
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.restore_test_script_body_parameters import RestoreTestScriptBodyParameters
    from ..models.restore_test_script_body_secret_parameters_type_0 import RestoreTestScriptBodySecretParametersType0


T = TypeVar("T", bound="RestoreTestScriptBody")


@_dataclass
class RestoreTestScriptBody:
    """What `answers` runs in the restored VM. It passes if the exit code is 0.

    Attributes:
        text (str): The text of the script. It is run with the rights of the Azure VM agent: as root, or as SYSTEM.
        shell (RestoreTestScriptBodyShell | Unset): `sh` on Linux, `powershell` on Windows. Default: 'sh'.
        timeout_seconds (int | Unset): After how many seconds it counts as failed. Default: 300.
        parameters (RestoreTestScriptBodyParameters | Unset): Its parameters, by name. They are not secret.
        secret_parameters (None | RestoreTestScriptBodySecretParametersType0 | Unset): Kept encrypted, and never shown
            again. Left out in a change: as they are, unless the text of the script changes; {}: none.
    """

    text: str
    shell: RestoreTestScriptBodyShell | Unset = "sh"
    timeout_seconds: int | Unset = 300
    parameters: RestoreTestScriptBodyParameters | Unset = UNSET
    secret_parameters: None | RestoreTestScriptBodySecretParametersType0 | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.restore_test_script_body_secret_parameters_type_0 import (
            RestoreTestScriptBodySecretParametersType0,  # noqa: PLC0415
        )

        text = self.text

        shell: str | Unset = UNSET
        if not isinstance(self.shell, Unset):
            shell = self.shell

        timeout_seconds = self.timeout_seconds

        parameters: dict[str, Any] | Unset = UNSET
        if not isinstance(self.parameters, Unset):
            parameters = self.parameters.to_dict()

        secret_parameters: dict[str, Any] | None | Unset
        if isinstance(self.secret_parameters, Unset):
            secret_parameters = UNSET
        elif isinstance(self.secret_parameters, RestoreTestScriptBodySecretParametersType0):
            secret_parameters = self.secret_parameters.to_dict()
        else:
            secret_parameters = self.secret_parameters

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "text": text,
            }
        )
        if shell is not UNSET:
            field_dict["shell"] = shell
        if timeout_seconds is not UNSET:
            field_dict["timeout_seconds"] = timeout_seconds
        if parameters is not UNSET:
            field_dict["parameters"] = parameters
        if secret_parameters is not UNSET:
            field_dict["secret_parameters"] = secret_parameters

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.restore_test_script_body_parameters import RestoreTestScriptBodyParameters  # noqa: PLC0415
        from ..models.restore_test_script_body_secret_parameters_type_0 import (
            RestoreTestScriptBodySecretParametersType0,  # noqa: PLC0415
        )

        d = dict(src_dict)
        text = d.pop("text")

        _shell = d.pop("shell", UNSET)
        shell: RestoreTestScriptBodyShell | Unset
        if isinstance(_shell, Unset):
            shell = UNSET
        else:
            shell = check_restore_test_script_body_shell(_shell)

        timeout_seconds = d.pop("timeout_seconds", UNSET)

        _parameters = d.pop("parameters", UNSET)
        parameters: RestoreTestScriptBodyParameters | Unset
        if isinstance(_parameters, Unset):
            parameters = UNSET
        else:
            parameters = RestoreTestScriptBodyParameters.from_dict(_parameters)

        def _parse_secret_parameters(data: object) -> None | RestoreTestScriptBodySecretParametersType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                secret_parameters_type_0 = RestoreTestScriptBodySecretParametersType0.from_dict(data)

                return secret_parameters_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RestoreTestScriptBodySecretParametersType0 | Unset, data)

        secret_parameters = _parse_secret_parameters(d.pop("secret_parameters", UNSET))

        restore_test_script_body = cls(
            text=text,
            shell=shell,
            timeout_seconds=timeout_seconds,
            parameters=parameters,
            secret_parameters=secret_parameters,
        )

        return restore_test_script_body
