"""Azure uses one code for many causes: finds the cause and its remedy from the message. Pure.

Messages are Azure's own sentences and may change, so nothing is claimed that could not be read in one. A Resource Guard
is recognised by the scope that the message names (docs/azure.md, Who may be missing what).
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from app.azure.facts.roles import is_ours, role_of
from app.error_catalogue.entry import Entry

MESSAGE_LIMIT: Final = 4000
_POLICY = r"enhanced\s+(?:backup\s+)?polic(?:y|ies)"
_NEEDS_ENHANCED: Final = re.compile(
    rf"\b(?:requires?|needs?|must\s+(?:use|have|be)|use|choose|select|only)\b[^,.;:]{{0,60}}\b{_POLICY}"
    rf"|\b(?:supported|possible|allowed|protected|backed\s+up)\s+(?:with|by|using|under)\s+(?:an?\s+|the\s+)?{_POLICY}"
    rf"|\b{_POLICY}\s+(?:is|are)\s+(?:required|needed)\b|\b{_POLICY}\s+must\s+be\s+used\b",
    re.IGNORECASE,
)
_NOT: Final = re.compile(r"\b(?:not|no|never|cannot|without|unable|impossible|fail\w*)\b|n['\u2019]t\b", re.IGNORECASE)
_NOT_STANDARD: Final = re.compile(
    r"\b(?:not|cannot)\b[^.;]{0,80}\bstandard\b(?:\s+backup)?(?:\s+polic(?:y|ies))?", re.IGNORECASE
)
_CLAUSES: Final = re.compile(r"[.;:!?]+(?=\s|$)|,\s")
_CHOOSES_POLICY: Final = frozenset({"protect", "change_policy", "resume"})
"""Our kinds whose request names an item's policy. None: which kind it is, is not known."""
_BACK_TO_STANDARD: Final = re.compile(
    r"\benhanced\b.{0,120}\b(?:back|revert\w*|downgrad\w*|chang\w*|migrat\w*|switch\w*)\b.{0,60}\bstandard\b",
    re.IGNORECASE | re.DOTALL,
)
_GENERAL: Final = frozenset({"setting_not_valid", "policy_not_valid", "protection_not_valid", "operation_not_allowed"})
"""Codes that say little; the message may say more."""
_DENIES: Final = re.compile(r"(?:does\s+)?not\s+(?:have|authori[sz]ed)|lacks?\b|denied", re.IGNORECASE)
_ACTION: Final = re.compile(r"(?<![\w/.-])([A-Za-z][A-Za-z0-9]*\.[A-Za-z0-9.]+(?:/[A-Za-z0-9_.*#-]+)+)")
_SCOPE: Final = re.compile(
    r"[\"'`\u2018\u201c](/(?:subscriptions|providers)/[^\"'`\u2019\u201d\x00-\x1f]{1,600})"
    r"|(?<![\w.])(/(?:subscriptions|providers)/[^\s\"'`,;\x00-\x1f]{1,600})",
    re.IGNORECASE,
)
_SUBSCRIPTION: Final = re.compile(r"linked subscription\s+[\"']?([0-9a-f-]{36})", re.IGNORECASE)
_GUARD: Final = re.compile(r"resource\s?guard", re.IGNORECASE)
_KIND: Final = re.compile(
    r"Microsoft\.(Compute/virtualMachines|RecoveryServices/vaults|Storage/storageAccounts|Network/virtualNetworks)"
    r"(?=[/'\"\s]|$)",
    re.IGNORECASE,
)
_NAMESPACE: Final = re.compile(r"namespace\s+[\"']?(Microsoft\.[A-Za-z]+)", re.IGNORECASE)
_ASSIGNMENT: Final = re.compile(r"policyAssignment\W{1,8}name\W{1,6}([^\"'\\]{1,200})", re.IGNORECASE)
_VAULT: Final = re.compile(
    r"/resourceGroups/([^/\s\"']{1,90})/providers/Microsoft\.RecoveryServices/vaults/([A-Za-z0-9-]{1,50})",
    re.IGNORECASE,
)
ROLE_CALL: Final = "GET /v1/permissions/role lists every action that Holdfast needs"
NEW_ASSIGNMENT: Final = "A new assignment needs some minutes."


@dataclass(frozen=True, slots=True)
class Denied:
    """What a 403 names; None = the message does not name it."""

    action: str | None
    scope: str | None


def read_denial(message: str) -> Denied:
    """The missing action, and its scope.

    The message of a linked check first names an action that is allowed, then the missing one.
    """
    text = message[:MESSAGE_LIMIT]
    denials = list(_DENIES.finditer(text))
    tail = text[denials[-1].start() :] if denials else ""
    action, scope = _first(_ACTION, tail), _first(_SCOPE, tail)
    linked = _first(_SUBSCRIPTION, tail)
    return Denied(action, scope or (f"/subscriptions/{linked}" if linked else None))


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return next((group.strip().rstrip(".,;") for group in found.groups() if group), None) if found else None


def denied_remedy(message: str) -> str:
    """Who must grant what, where."""
    denied = read_denial(message)
    if _is_guarded(message, denied):
        return guard_remedy(denied.scope)
    where = f" on {denied.scope}" if denied.scope else " on the scope that the message names"
    if denied.action is None:
        return (
            f"Grant Holdfast's Azure identity the action that this needs{where}: {ROLE_CALL}, and "
            f"GET /v1/permissions/check tells which is missing. {NEW_ASSIGNMENT}"
        )
    ours = f" {ROLE_CALL}, this one too." if is_ours(denied.action) else ""
    return (
        f"Grant Holdfast's Azure identity {denied.action}{where}: the role {role_of(denied.action)} holds it.{ours} "
        f"Then ask again. {NEW_ASSIGNMENT}"
    )


def guard_remedy(guard: str | None) -> str:
    which = f"the Resource Guard {guard}" if guard else "the Resource Guard of the vault"
    return (
        f"The owner of {which} must give Holdfast's Azure identity the role Backup MUA Operator (or Contributor) on "
        "the guard, for the time of this request; then ask again."
    )


def _is_guarded(message: str, denied: Denied) -> bool:
    return bool(_GUARD.search(denied.scope or message))


# --- by entry --------------------------------------------------------------------------------------------------------
def told(entry: Entry, message: str, entries: Mapping[str, Entry], kinds: Collection[str] | None = None) -> Entry:
    """The entry, with the remedy for the cause that the message names. `entries` by slug; `kinds` as `by_words`."""
    text = message[:MESSAGE_LIMIT]
    if entry.slug in _GENERAL:
        entry = by_words(text, entries, kinds) or entry
    read = _READERS.get(entry.slug)
    return read(entry, text, entries) if read is not None else entry


def by_words(message: str, entries: Mapping[str, Entry], kinds: Collection[str] | None = None) -> Entry | None:
    """For an unknown or vague code: what the message says about the two policy types.

    `kinds`: the kinds of job that were possibly requested; None = not known. The remedy (choose another policy) is only
    given for requests that name an item's policy.
    """
    if kinds is not None and _CHOOSES_POLICY.isdisjoint(kinds):
        return None
    text = message[:MESSAGE_LIMIT]
    if _BACK_TO_STANDARD.search(text) and _NOT.search(text):
        return entries["enhanced_for_good"]
    clauses = _CLAUSES.split(_NOT_STANDARD.sub("", text))
    needs = any(_NEEDS_ENHANCED.search(clause) and not _NOT.search(clause) for clause in clauses)
    return entries["enhanced_policy_needed"] if needs else None


Reader = Callable[[Entry, str, Mapping[str, Entry]], Entry]


def _denied(entry: Entry, message: str, entries: Mapping[str, Entry]) -> Entry:
    if _is_guarded(message, read_denial(message)):
        entry = entries["resource_guard"]
    return replace(entry, remedy=denied_remedy(message))


def _guarded(entry: Entry, message: str, _: Mapping[str, Entry]) -> Entry:
    return replace(entry, remedy=guard_remedy(_first(_SCOPE, message)))


def _locked(entry: Entry, message: str, _: Mapping[str, Entry]) -> Entry:
    scopes = [one or two for one, two in _SCOPE.findall(message)]
    if not scopes:
        return entry
    where = scopes[-1].rstrip(".,;")
    return replace(entry, remedy=f"Have the lock on {where} removed for the time of the request, then ask again.")


def _forbidden(entry: Entry, message: str, _: Mapping[str, Entry]) -> Entry:
    name = _first(_ASSIGNMENT, message)
    return replace(entry, remedy=f"The policy assignment is {name}. {entry.remedy}") if name else entry


def _not_registered(entry: Entry, message: str, _: Mapping[str, Entry]) -> Entry:
    name = _first(_NAMESPACE, message)
    if name is None:
        return entry
    return replace(entry, remedy=f"Have {name} registered in the subscription (az provider register), then ask again.")


def _elsewhere(entry: Entry, message: str, _: Mapping[str, Entry]) -> Entry:
    found = _VAULT.search(message)
    if found is None:
        return entry
    group, name = found.groups()
    return replace(
        entry,
        remedy=f'Take over the vault {name} of {group} (POST /v1/vaults with "adopt": true) and use it; or delete the '
        "VM's backup data there, also what is soft-deleted.",
    )


def _not_found(entry: Entry, message: str, entries: Mapping[str, Entry]) -> Entry:
    """A vault, a machine, an account and a network are not missed alike."""
    found = _KIND.search(message)
    if found is None:
        return entries["vm_gone"] if "vm no longer exists" in message.lower() else entry
    return replace(entry, remedy=_MISSED[found[1].lower()])


_MISSED: Final[Mapping[str, str]] = {
    "compute/virtualmachines": "Check the VM's id. If it was deleted, its points can still be restored to a new VM.",
    "recoveryservices/vaults": "Refresh the vault (POST /v1/vaults/{id}/refresh); if it was deleted in Azure, "
    "DELETE it here, and make another with POST /v1/vaults.",
    "storage/storageaccounts": "Name a staging storage account that exists in the region of the restore.",
    "network/virtualnetworks": "Name a subnet of a network that exists in the region of the restore.",
}


def _not_allowed(entry: Entry, message: str, entries: Mapping[str, Entry]) -> Entry:
    return entries["quota_exceeded"] if "quota" in message.lower() else entry


_READERS: Final[Mapping[str, Reader]] = {
    "permission_missing": _denied,
    "linked_permission_missing": _denied,
    "resource_guard": _guarded,
    "locked": _locked,
    "forbidden_by_policy": _forbidden,
    "provider_not_registered": _not_registered,
    "protected_elsewhere": _elsewhere,
    "resource_not_found": _not_found,
    "operation_not_allowed": _not_allowed,
}
