"""`ports.Rights`: roles and locks at a scope.

Taken from the published specification of Microsoft.Authorization, not from traffic: permissions of a scope
(authorization-RoleBasedCalls.json, Permissions_ListForResource and _ListForResourceGroup, 2022-04-01) and locks
(locks.json, ManagementLocks_ListByScope with `$filter=atScope()`, 2020-05-01).
"""

from collections.abc import Callable
from typing import Final, TypeVar
from urllib.parse import quote

from azure.core.rest import AsyncHttpResponse

from app.azure.check_values import Lock, Role
from app.azure.lists import Listed
from app.azure.sdk import members
from app.azure.sdk.connection import Connection
from app.azure.sdk.paging import read_list
from app.azure.sdk.translate import Json

PERMISSIONS_API_VERSION: Final = "2022-04-01"
LOCKS_API_VERSION: Final = "2020-05-01"
AUTHORIZATION: Final = "providers/Microsoft.Authorization"
T = TypeVar("T")


class SdkRights:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def roles(self, scope: str) -> Listed[Role]:
        url = f"{quote(scope)}/{AUTHORIZATION}/permissions?api-version={PERMISSIONS_API_VERSION}"
        return await self._list(url, _role, "reading permissions")

    async def locks(self, scope: str) -> Listed[Lock]:
        url = f"{quote(scope)}/{AUTHORIZATION}/locks?api-version={LOCKS_API_VERSION}&$filter=atScope()"
        return await self._list(url, _lock, "reading locks")

    async def _list(self, url: str, read: Callable[[Json], T], doing: str) -> Listed[T]:
        async def fetch(address: str) -> AsyncHttpResponse:
            return await self._connection.get_shared(address, doing=doing)

        return await read_list(self._connection, url, read, doing=doing, fetch=fetch)


def _role(body: Json) -> Role:
    """What a role denies must be known, or it would be taken to allow it."""
    denied = body.get("notActions")
    if not isinstance(denied, list | None) or not all(isinstance(one, str) for one in denied or ()):
        raise TypeError("notActions cannot be read")
    return Role(members.texts(body, "actions"), tuple(denied or ()))


def _lock(body: Json) -> Lock:
    level = members.text(body["properties"], "level")
    return Lock(members.text(body, "id"), members.text(body, "name"), forbids_writes=level.lower() == "readonly")
