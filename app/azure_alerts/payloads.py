"""Which vault an alert is about (docs/azure.md, Azure Monitor). Pure.

A caller who knows the address can send anything: what is read here is a reason to look at the vault, never a fact.
"""

import json
from collections.abc import Mapping
from typing import Any

MOST_TARGETS = 100
_VAULT = "/providers/microsoft.recoveryservices/vaults/"


def is_about(body: bytes, vault_id: str) -> bool:
    """Whether this is an alert in the common schema that names the vault. `vault_id`: its ARM id, in any letter case.

    An alert names it as a target; a built-in one also by its protected item. False for everything else.
    """
    try:
        alert = json.loads(body)
    except (ValueError, RecursionError):
        return False
    data = _object(_object(alert).get("data"))
    targets = _object(data.get("essentials")).get("alertTargetIDs")
    named = [one for one in targets[:MOST_TARGETS] if isinstance(one, str)] if isinstance(targets, list) else []
    item = _object(data.get("alertContext")).get("protectedItemId")
    if isinstance(item, str):
        named.append(item)
    return any(_vault_of(one) == vault_id.lower() for one in named)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _vault_of(arm_id: str) -> str | None:
    """The vault's part of an id of it, or of something in it."""
    start, marker, rest = arm_id.lower().partition(_VAULT)
    return f"{start}{marker}{rest.partition('/')[0]}" if marker else None
