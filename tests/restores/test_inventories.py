"""What was in a group before: restores that are sent together share a list of it."""

import asyncio
from typing import Any

from app.azure.compute.values import GroupResource
from app.azure.errors import AzureDenied
from app.azure.lists import Listed, Unreadable
from app.restores.inventories import SHARED_SECONDS, GroupLists

GROUP = "/subscriptions/s/resourceGroups/rg-Target"
DISK = f"{GROUP}/providers/Microsoft.Compute/disks/Data"


class Group:
    """Counts its lists; each answers with the next of `answers`."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.count = list(answers), 0

    async def list_group(self, _group_id: str) -> Listed[GroupResource]:
        self.count += 1
        await asyncio.sleep(0)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        listed: Listed[GroupResource] = answer
        return listed


async def test_a_list_is_shared_for_some_seconds_and_a_refusal_is_no_error() -> None:
    at = [100.0]
    entry = GroupResource(DISK, "microsoft.compute/disks", "Data", None, {}, None)
    network = GroupResource(f"{GROUP}/x", "microsoft.network/virtualnetworks", "x", None, {}, None)
    denied = AzureDenied(403, "AuthorizationFailed", "no")
    group: Any = Group(Listed((entry, network)), denied, Listed((), (Unreadable(None, None, "odd"),)))
    lists = GroupLists(group, lambda: at[0])
    both = list(await asyncio.gather(lists.get(GROUP), lists.get(GROUP.upper())))
    assert (both, group.count) == ([["microsoft.compute/disks/data"]] * 2, 1)
    at[0] += SHARED_SECONDS
    assert await lists.get(GROUP) == "Azure refused it: AuthorizationFailed: no"
    at[0] += SHARED_SECONDS
    assert "cannot be read" in await lists.get(GROUP)


async def test_one_that_is_cancelled_does_not_end_the_list_of_the_others() -> None:
    group: Any = Group(Listed(()))
    lists = GroupLists(group, lambda: 0.0)
    first = asyncio.ensure_future(lists.get(GROUP))
    await asyncio.sleep(0)
    first.cancel()
    assert (await lists.get(GROUP), group.count) == ([], 1)
