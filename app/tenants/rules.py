"""Validates a tenant's grants and members. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.azure import names
from app.core.letter_case import fold_case
from app.tenants.errors import MemberNotValid, TenantNotValid

MemberKind = Literal["principal", "group", "directory"]
RoleName = Literal["reader", "operator", "restorer", "approver", "admin"]

GrantRow = dict[str, str | None]
"""The form of `tenants.grants`: {subscription_id, resource_group | null}."""


@dataclass(frozen=True, slots=True)
class MemberAsk:
    """A new member. Its identity is everything except the roles and the name."""

    kind: MemberKind
    issuer: str
    directory: str
    object_id: str
    roles: tuple[RoleName, ...]
    display_name: str | None = None


def check_grants(asked: Sequence[tuple[str, str | None]]) -> list[GrantRow]:
    """(subscription, resource group or None) in their usual spelling, each once. Raises TenantNotValid."""
    found: dict[tuple[str, str], GrantRow] = {}
    for number, (subscription, group) in enumerate(asked):
        pointer, field = f"#/grants/{number}", "subscription_id"
        try:
            subscription_id = names.check_subscription_id(subscription)
            field = "resource_group"
            name = names.check_resource_group_name(group) if group is not None else None
        except ValueError as error:
            raise TenantNotValid(
                str(error),
                pointer=f"{pointer}/{field}",
                remedy="Copy it from Azure; leave resource_group out to grant the whole subscription.",
            ) from None
        found.setdefault(
            (subscription_id, fold_case(name or "")), {"subscription_id": subscription_id, "resource_group": name}
        )
    return list(found.values())


def check_member(
    *,
    kind: MemberKind,
    issuer: str | None,
    directory: str | None,
    object_id: str | None,
    roles: Sequence[RoleName],
    display_name: str | None,
    issuers: Sequence[str],
    own_directory: str,
    pointer: str = "#",
) -> MemberAsk:
    """The member with its defaults filled in: the first issuer, and the caller's own directory.

    `issuers`: the issuers whose tokens are accepted. Raises MemberNotValid.
    """
    if issuer is not None and issuer not in issuers:
        raise MemberNotValid(
            "No token of that issuer is accepted here.",
            pointer=f"{pointer}/issuer",
            remedy="Name one of HOLDFAST_OIDC_ISSUERS, letter by letter, or leave it out for the first of them.",
        )
    if (kind == "directory") != (object_id is None):
        said = "A directory is named by `directory` alone." if kind == "directory" else f"A {kind} is named by its id."
        raise MemberNotValid(
            said,
            pointer=f"{pointer}/id",
            remedy="Send the object id of a principal or a group; leave it out for a directory.",
        )
    return MemberAsk(
        kind=kind,
        issuer=issuer or issuers[0],
        directory=directory or own_directory,
        object_id=object_id or "",
        roles=tuple(sorted(set(roles))),
        display_name=display_name,
    )
