"""Requests for Azure's alerts: what is refused, versions, repeated requests, and what needs a second person."""

from typing import Any
from uuid import uuid4

import pytest

from app.azure_alerts.rules import Order, Wanted, sensitive
from app.core.settings import SettingsError, load_settings
from tests.approvals.decisions import approver, decide, require
from tests.azure_alerts.alert_steps import (
    GIVEN,
    MAILS,
    THEIRS,
    can_be_called,
    hooks_of,
    in_azure,
    outside,
    path_of,
    put,
    read,
)
from tests.vaults.vault_steps import REF
from tests.world import World

BAD: list[tuple[dict[str, Any], str, str | None]] = [
    ({}, "azure_alerts_not_valid", "#/action_group_id"),
    ({**MAILS, "action_group_id": GIVEN}, "azure_alerts_not_valid", "#/emails"),
    ({"emails": ["a@b.com", "A@B.com"]}, "azure_alerts_not_valid", "#/emails"),
    ({"action_group_id": "on-call"}, "azure_alerts_not_valid", "#/action_group_id"),
    ({"action_group_id": GIVEN.replace("actionGroups", "metricAlerts")}, "azure_alerts_not_valid", None),
    ({**MAILS, "receive": True}, "public_url_missing", "#/receive"),
    ({"emails": ["nobody"]}, "invalid_request", "#/emails/0"),
    ({"emails": ["a@b.com"] * 21}, "invalid_request", "#/emails"),
    ({**MAILS, "severity": 5}, "invalid_request", "#/severity"),
    ({**MAILS, "severity": True}, "invalid_request", "#/severity"),
    ({**MAILS, "built_in": "yes"}, "invalid_request", "#/built_in"),
    ({**MAILS, "webhook": "x"}, "invalid_request", "#/webhook"),
]


async def test_a_bad_body_is_refused_with_a_remedy_and_what_is_not_there_is_404(world: World) -> None:
    vault = await world.vault()
    for body, code, pointer in BAD:
        problem = (await world.api.put(path_of(vault), json=body)).json()
        assert (problem["status"], problem["code"]) == (422, code), problem
        assert pointer is None or problem["pointer"] == pointer
        assert problem["remedy"]
    for method in ("GET", "DELETE"):
        assert (await world.api.request(method, path_of(vault))).json()["code"] == "azure_alerts_not_found"
    async with world.stranger() as other:
        for method in ("GET", "PUT", "DELETE"):
            kind: dict[str, Any] = {"json": MAILS} if method == "PUT" else {}
            assert (await other.request(method, path_of(vault), **kind)).status_code == 404


def wanted(**more: Any) -> Wanted:
    usual: dict[str, Any] = {"action_group_id": None, "emails": ("a@b.com",), "severity": 1, "built_in": True}
    return Wanted(**(usual | {"receive": False} | more))


@pytest.mark.parametrize(
    ("asked", "weakens"),
    [
        (None, True),
        (wanted(), False),
        (wanted(emails=("A@b.com", "c@d.com")), False),
        (wanted(severity=0, receive=True), False),
        (wanted(emails=("c@d.com",)), True),
        (wanted(emails=(), action_group_id=GIVEN), True),
        (wanted(built_in=False), True),
        (wanted(severity=2), True),
    ],
)
def test_what_hears_less_than_is_set_or_than_an_earlier_request_wants_weakens(
    asked: Wanted | None, *, weakens: bool
) -> None:
    for expected in ((wanted(),), (wanted(severity=4), wanted())):
        order = Order(REF, uuid4(), asked, expected=expected)
        assert (sensitive(order).operations == ("azure_alerts_off",)) is weakens


def test_turning_built_in_alerts_off_weakens_where_it_is_not_known_that_they_are_off() -> None:
    off = wanted(built_in=False)
    assert sensitive(Order(REF, uuid4(), off)).operations
    assert not sensitive(Order(REF, uuid4(), off, expected=(off,))).operations


async def test_a_second_person_is_wanted_for_less_and_a_rejected_request_leaves_all_as_it_was(world: World) -> None:
    vault = await world.vault()
    await put(world, vault, **MAILS)
    await require(world, "azure_alerts_off")
    assert (await world.api.put(path_of(vault), json=MAILS | {"severity": 0})).json()["state"] == "queued"
    await world.settle()
    job = (await world.api.delete(path_of(vault))).json()
    assert job["state"] == "awaiting_approval"
    assert (await read(world, vault))["state"] == "removing"
    assert (await world.api.post(f"/v1/jobs/{job['id']}/cancel")).status_code in {200, 202}
    await world.settle()
    shown = await read(world, vault)
    assert (shown["state"], shown["severity"]) == ("ready", 0)
    assert in_azure(world, "metricAlerts")


@pytest.mark.parametrize("when", ["before the word", "after the word"])
async def test_what_was_agreed_is_sent_and_no_more_though_another_tool_changes_it_meanwhile(
    world: World, when: str
) -> None:
    """The request names all that shall be left; what another tool puts into our group is not agreed, so it stays."""
    vault = await world.vault()
    await put(world, vault, **MAILS)
    (name, group), *_ = in_azure(world, "actionGroups").items()
    await require(world, "azure_alerts_off")
    job = (await world.api.delete(path_of(vault))).json()
    theirs = group["properties"] | {"webhookReceivers": [THEIRS]}
    body = {key: group[key] for key in ("location", "tags")} | {"properties": theirs}
    if when == "before the word":
        await outside(world, "PUT", group["id"], body)
    async with approver(world) as other:
        assert (await decide(other, job)).status_code == 200
    if when == "after the word":
        await outside(world, "PUT", group["id"], body)
    await world.settle()
    assert (await world.api.get(f"/v1/jobs/{job['id']}")).json()["state"] == "succeeded"
    assert not in_azure(world, "metricAlerts")
    assert hooks_of(world, name) == {"theirs": THEIRS["serviceUri"]}


async def test_a_group_that_is_not_granted_is_refused(world: World) -> None:
    vault = await world.vault()
    await world.rows(
        "UPDATE tenants SET grants = jsonb_build_array(jsonb_build_object('subscription_id', CAST(:s AS text), "
        "'resource_group', 'rg-demo')) RETURNING 1 AS done",
        s=vault["subscription_id"],
    )
    world.services.access.forget()
    other = GIVEN.replace("/rg-demo/", "/rg-restored/")
    refused = await world.api.put(path_of(vault), json={"action_group_id": other})
    assert refused.status_code in {403, 404, 422}
    assert refused.json()["pointer"] == "#/action_group_id"


def test_the_address_must_be_https_outside_simulator_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_PUBLIC_URL", "http://backup.example")
    with pytest.raises(SettingsError, match="HOLDFAST_PUBLIC_URL"):
        load_settings()
    monkeypatch.setenv("HOLDFAST_PUBLIC_URL", "https://backup.example/api/")
    assert load_settings().public_url == "https://backup.example/api"
    for wrong in ("backup.example", "https://u:p@backup.example", "https://backup.example/?x=1"):
        monkeypatch.setenv("HOLDFAST_PUBLIC_URL", wrong)
        with pytest.raises(SettingsError, match="HOLDFAST_PUBLIC_URL"):
            load_settings()


async def test_the_rights_are_named_for_this_operation_only(world: World) -> None:
    role = await world.api.get("/v1/permissions/role", params={"operation": "put_azure_alerts"})
    assert "Microsoft.Insights/metricAlerts/write" in role.json()["Actions"]
    others = ["create_vault", "update_vault", "delete_vault", "create_backup", "create_restore", "read_estate"]
    role = await world.api.get("/v1/permissions/role", params={"operation": others})
    assert not [one for one in role.json()["Actions"] if "Insights" in one or "AlertsManagement" in one]
    vault = await world.vault()
    params = {"operation": "delete_azure_alerts", "vault_id": vault["id"]}
    assert (await world.api.get("/v1/permissions/check", params=params)).status_code == 200
    can_be_called(world)
