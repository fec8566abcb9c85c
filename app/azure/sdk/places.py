"""`ports.Places`: the target of a restore. Not in the Recovery Services SDKs, so plain reads.

Storage, network and group are read with the same requests as az 2.91 sends (docs/azure.md, The az client). The list of
locations is taken from the published specification (subscriptions.json, Subscriptions_ListLocations, 2022-12-01, with
its `availabilityZoneMappings`); no recording shows it.
"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from azure.core.rest import AsyncHttpResponse

from app.azure import names
from app.azure.restore_values import AzurePlace
from app.azure.sdk import translate_restores as translate
from app.azure.sdk.connection import Connection, json_of
from app.azure.sdk.paging import read_list
from app.azure.sdk.refusals import azure_errors, before_sending

STORAGE_API_VERSION: Final = "2023-05-01"
"""Of the published specification; az asks with 2016-01-01, which does not show an account's network rules yet."""
NETWORK_API_VERSION: Final = "2019-11-01"
GROUP_API_VERSION: Final = "2024-11-01"
LOCATIONS_API_VERSION: Final = "2022-12-01"


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

    async def resource_group(self, resource_group_id: str) -> AzurePlace:
        doing = "reading a resource group"
        with before_sending(doing):
            group = names.parse_resource_group_id(resource_group_id)
        return await self._read(group.id, GROUP_API_VERSION, doing)

    async def zones(self, subscription_id: str, region: str) -> Sequence[str] | None:
        doing = "listing the zones of a region"
        url = f"/subscriptions/{quote(subscription_id)}/locations?api-version={LOCATIONS_API_VERSION}"

        async def fetch(address: str) -> AsyncHttpResponse:
            return await self._connection.get_shared(address, doing=doing)

        regions = await read_list(self._connection, url, translate.zones_of_region, doing=doing, fetch=fetch)
        return next((zones for name, zones in regions if name == region.lower()), None)

    async def _read(self, resource_id: str, api_version: str, doing: str) -> AzurePlace:
        response = await self._connection.get_shared(f"{quote(resource_id)}?api-version={api_version}", doing=doing)
        with azure_errors(doing):
            return translate.place(json_of(response))
