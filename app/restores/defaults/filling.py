"""Fills what the target of a restore leaves out: from the defaults of the item's vault, else from the tenant's."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.protection.items import ItemInAzure
from app.restores.defaults.service import Defaults, of_vault_and_tenant
from app.restores.errors import RestoreNotValid
from app.restores.target_bodies import TARGET
from app.restores.targets import NEEDED, Draft, Filled, Target, check_target


async def fill(session: AsyncSession, item: ItemInAzure, draft: Draft) -> Filled:
    """The whole target, and where each value is from. Raises RestoreNotValid: it names all that is missing."""
    if draft.region == "secondary":
        return filled(draft, {})
    return filled(draft, await of_vault_and_tenant(session, item.tenant, item.vault_id))


def filled(draft: Draft, defaults: Mapping[str, Defaults]) -> Filled:
    """The same. Pure. `defaults`: by the name of their source; the first that has a value counts."""
    values, sources, missing = dict(draft.values), {}, list[str]()
    for name in NEEDED[draft.values["mode"]]:
        said = {"request": draft.values.get(name)} | {of: getattr(one, name) for of, one in defaults.items()}
        source = next((of for of, value in said.items() if value is not None), None)
        if source is None:
            missing.append(name)
            continue
        values[name], sources[name] = said[source], source
    if missing:
        raise _missing(missing, draft)
    return Filled(complete(values), sources)


def complete(values: Mapping[str, Any]) -> Target:
    """Raises RestoreNotValid."""
    return check_target(TARGET.validate_python(values))


def _missing(missing: Sequence[str], draft: Draft) -> RestoreNotValid:
    said = f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
    pointer = f"#/target/{missing[0]}"
    if draft.region == "secondary":
        return RestoreNotValid(
            f"{said}: restore defaults do not count in the paired region.",
            pointer=pointer,
            remedy="Name what is in the paired region.",
        )
    return RestoreNotValid(
        f"{said}, and neither the vault nor the tenant has a default.",
        pointer=pointer,
        remedy="Send it, or set it once: PUT /v1/vaults/{vault_id}/restore-defaults or PUT /v1/restore-defaults.",
    )
