"""Asks Azure for the rights of Holdfast's identity at several scopes concurrently."""

import asyncio
from collections.abc import Mapping, Sequence

from app.azure.errors import AzureDenied, AzureError
from app.azure.facts.actions import Place
from app.azure.live_reads import PATIENCE_SECONDS
from app.azure.ports import Rights
from app.core.gather_isolated import all_or_none
from app.permissions.rules import Finding, judge


async def look(
    rights: Rights, needed: Mapping[Place, tuple[str, ...]], scopes: Mapping[Place, str]
) -> Sequence[Finding]:
    """One finding for each place; if Azure does not answer in time it is `unknown`, never `held`."""

    async def at(place: Place, actions: tuple[str, ...]) -> Finding:
        scope = scopes.get(place)
        if scope is None:
            return Finding(place, None, actions)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return judge(place, scope, actions, await rights.roles(scope))
        except AzureDenied as denied:
            reason = f"Holdfast may not look: {denied.message}"
        except (AzureError, TimeoutError) as error:
            reason = f"Azure could not be asked: {str(error) or 'no answer in time'}"
        return Finding(place, scope, actions, (), "unknown", reason)

    return await all_or_none(*(at(place, actions) for place, actions in needed.items()))
