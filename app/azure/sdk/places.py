"""`ports.Places`: what a restore is pointed at. Not in the Recovery Services SDKs, so plain reads.

Both paths and api-versions are those that az 2.91 was seen to ask with (az-cli.md section 3).
"""

from typing import Final
from urllib.parse import quote

from app.azure import names
from app.azure.restoring import AzurePlace
from app.azure.sdk import translate_restores as translate
from app.azure.sdk.connection import Connection, json_of
from app.azure.sdk.refusals import azure_errors, before_sending

STORAGE_API_VERSION: Final = "2016-01-01"
NETWORK_API_VERSION: Final = "2019-11-01"


class SdkPlaces:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def storage_account(self, storage_account_id: str) -> AzurePlace:
        doing = "reading a storage account"
        with before_sending(doing):
            account = names.parse_storage_account_id(storage_account_id)
        return await self._read(account.id, STORAGE_API_VERSION, doing)

    async def virtual_network(self, subnet_id: str) -> AzurePlace:
        doing = "reading a virtual network"
        with before_sending(doing):
            subnet = names.parse_subnet_id(subnet_id)
        return await self._read(subnet.virtual_network_id, NETWORK_API_VERSION, doing)

    async def _read(self, resource_id: str, api_version: str, doing: str) -> AzurePlace:
        response = await self._connection.get(f"{quote(resource_id)}?api-version={api_version}", doing=doing)
        with azure_errors(doing):
            return translate.place(json_of(response))
