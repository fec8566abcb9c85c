"""`ports.VirtualMachines`: not in the Recovery Services SDKs, so a plain read."""

from typing import Final
from urllib.parse import quote

from app.azure import values as v
from app.azure.sdk import translate
from app.azure.sdk.connection import Connection, json_of
from app.azure.sdk.refusals import azure_errors

VM_API_VERSION: Final = "2026-04-01"


class SdkVirtualMachines:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, vm: v.VmRef) -> v.AzureVm:
        doing = "reading a virtual machine"
        response = await self._connection.get(f"{quote(vm.id)}?api-version={VM_API_VERSION}", doing=doing)
        with azure_errors(doing):
            return translate.virtual_machine(json_of(response))
