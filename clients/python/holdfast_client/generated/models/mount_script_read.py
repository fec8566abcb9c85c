from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from typing import Any, TypeVar, cast

from ..models.mount_script_read_encoding_type_0 import (
    MountScriptReadEncodingType0,
    check_mount_script_read_encoding_type_0,
)
from ..models.mount_script_read_os import MountScriptReadOs, check_mount_script_read_os

T = TypeVar("T", bound="MountScriptRead")


@_dataclass
class MountScriptRead:
    """The script with which a machine mounts the files of a point. Secret: do not store it; Holdfast does not.

    Attributes:
        os (MountScriptReadOs): The operating system that the script is for.
        file_name (str): Save it under this name: the tool reads it.
        password (str): The script asks for this password when it is run.
        encoding (MountScriptReadEncodingType0 | None): Encoding of `script`; null without one.
        script (None | str): Linux: the script itself.
        download_url (None | str): Windows: address of the tool to download.
        expires_at (datetime.datetime): When Azure ends the session (UTC): the script does not work after it.
        as_of (datetime.datetime): When Azure said so (UTC).
    """

    os: MountScriptReadOs
    file_name: str
    password: str
    encoding: MountScriptReadEncodingType0 | None
    script: None | str
    download_url: None | str
    expires_at: datetime.datetime
    as_of: datetime.datetime
    additional_properties: dict[str, Any] = _field(init=False, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        os: str = self.os

        file_name = self.file_name

        password = self.password

        encoding: None | str
        if isinstance(self.encoding, str):
            encoding = self.encoding
        else:
            encoding = self.encoding

        script: None | str
        script = self.script

        download_url: None | str
        download_url = self.download_url

        expires_at = self.expires_at.isoformat()

        as_of = self.as_of.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "os": os,
                "file_name": file_name,
                "password": password,
                "encoding": encoding,
                "script": script,
                "download_url": download_url,
                "expires_at": expires_at,
                "as_of": as_of,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        os = check_mount_script_read_os(d.pop("os"))

        file_name = d.pop("file_name")

        password = d.pop("password")

        def _parse_encoding(data: object) -> MountScriptReadEncodingType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                encoding_type_0 = check_mount_script_read_encoding_type_0(data)

                return encoding_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MountScriptReadEncodingType0 | None, data)

        encoding = _parse_encoding(d.pop("encoding"))

        def _parse_script(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        script = _parse_script(d.pop("script"))

        def _parse_download_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        download_url = _parse_download_url(d.pop("download_url"))

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        as_of = datetime.datetime.fromisoformat(d.pop("as_of"))

        mount_script_read = cls(
            os=os,
            file_name=file_name,
            password=password,
            encoding=encoding,
            script=script,
            download_url=download_url,
            expires_at=expires_at,
            as_of=as_of,
        )

        mount_script_read.additional_properties = d
        return mount_script_read
