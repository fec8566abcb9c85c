"""`ports.Rights`: roles and locks at a scope.

Taken from the published specification of Microsoft.Authorization, not from traffic: permissions of a scope
(authorization-RoleBasedCalls.json, Permissions_ListForResource and _ListForResourceGroup, 2022-04-01) and locks
(locks.json, ManagementLocks_ListByScope with `$filter=atScope()`, 2020-05-01).
"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from app.azure.inspecting import Lock, Role
from app.azure.sdk.connection import Connection, json_of
from app.azure.sdk.refusals import azure_errors
from app.azure.sdk.translate import Json

PERMISSIONS_API_VERSION: Final = "2022-04-01"
LOCKS_API_VERSION: Final = "2020-05-01"
AUTHORIZATION: Final = "providers/Microsoft.Authorization"


class SdkRights:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def roles(self, scope: str) -> Sequence[Role]:
        doing = "reading permissions"
        url = f"{quote(scope)}/{AUTHORIZATION}/permissions?api-version={PERMISSIONS_API_VERSION}"
        with azure_errors(doing):
            return [_role(entry) for entry in await self._entries(url, doing)]

    async def locks(self, scope: str) -> Sequence[Lock]:
        doing = "reading locks"
        url = f"{quote(scope)}/{AUTHORIZATION}/locks?api-version={LOCKS_API_VERSION}&$filter=atScope()"
        with azure_errors(doing):
            return [_lock(entry) for entry in await self._entries(url, doing)]

    async def _entries(self, url: str, doing: str) -> list[Json]:
        """Every page."""
        following: str | None = url
        entries: list[Json] = []
        while following:
            page = json_of(await self._connection.get_shared(following, doing=doing))
            entries.extend(page["value"])
            following = page.get("nextLink")
        return entries


def _role(body: Json) -> Role:
    return Role(tuple(body.get("actions") or ()), tuple(body.get("notActions") or ()))


def _lock(body: Json) -> Lock:
    return Lock(body["id"], body["name"], forbids_writes=str(body["properties"]["level"]).lower() == "readonly")
