"""A write that let go of its series is never sent over a later one, whatever was cleared away or sent meanwhile."""

from tests.jobs.action_steps import resolve
from tests.jobs.aged_rows import live
from tests.jobs.lost_attempts import look
from tests.jobs.not_carried_out_steps import acknowledged_change, is_asked_about, patch
from tests.restores.restore_requests import backed_up
from tests.vaults.vault_steps import ask_change, read
from tests.world import POLICY, World

SIXTY_DAYS = {key: value for key, value in POLICY.items() if key != "name"} | {"retention": {"daily": {"count": 60}}}


async def test_a_later_write_counts_although_its_attempts_are_cleared_away(world: World) -> None:
    vault, job = await acknowledged_change(world)
    later = await ask_change(world, vault, tags={"team": "b"})
    await world.settle()
    assert await world.rows("DELETE FROM attempts RETURNING id")
    refused = await resolve(world, job, action="retry")
    assert (refused.status_code, refused.json()["code"]) == (409, "overtaken")
    assert refused.json()["job"] == f"/v1/jobs/{later['id']}"
    assert (await read(world, vault))["tags"] == {"team": "b"}


async def test_a_later_write_that_azure_refused_overtakes_nothing(world: World) -> None:
    vault, job = await acknowledged_change(world)
    world.fault("PATCH", "vaults/vault-demo$", "status_before", status=400, body='{"error": {"code": "No"}}')
    later = await ask_change(world, vault, tags={"team": "b"})
    await world.settle()
    assert (await look(world, later))["state"] == "failed"
    assert (await resolve(world, job, action="retry")).json()["state"] == "queued"


async def test_a_later_write_that_was_given_up_unknown_overtakes_it(world: World) -> None:
    """It may have reached Azure."""
    vault, job = await acknowledged_change(world)
    world.fault("PATCH", "vaults/vault-demo$", "acknowledge")
    later = await ask_change(world, vault, tags={"team": "b"})
    await live(world, 1)
    await world.rows(
        "UPDATE jobs SET activity_id = NULL, state = 'needs_attention' WHERE id = :id RETURNING id", id=later["id"]
    )
    await resolve(world, later, action="abandon")
    assert (await resolve(world, job, action="retry")).json()["code"] == "overtaken"


async def test_a_later_write_that_was_sent_between_the_decision_and_the_claim_is_not_undone(world: World) -> None:
    vault, job = await acknowledged_change(world)
    later = await ask_change(world, vault, tags={"team": "b"})
    await world.rows(
        "UPDATE jobs SET series = NULL, state = 'awaiting_approval' WHERE id = :id RETURNING id", id=later["id"]
    )
    assert (await resolve(world, job, action="retry")).json()["state"] == "queued", "nothing later was sent"
    # Claimed by a worker whose statement began before the decision was written, and ended well since.
    await world.rows(
        "UPDATE jobs SET series = :series, state = 'succeeded' WHERE id = :id RETURNING id",
        id=later["id"],
        series=f"vault:{vault['id']}",
    )
    sent = len(list(world.requests.elements()))
    await world.run("submitting")
    ended = await look(world, job)
    assert (ended["state"], ended["error"]["code"]) == ("failed", "overtaken")
    assert later["id"] in ended["error"]["detail"]
    assert len(list(world.requests.elements())) == sent, "nothing was asked of Azure"


# --- what was let go takes later writes ----------------------------------------------------------------------------
async def test_a_policy_whose_deletion_azure_did_not_carry_out_takes_later_writes(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    path = f"/v1/policies/{policy['id']}"
    world.fault("DELETE", "/backupPolicies/", "acknowledge")
    deletion = (await world.api.delete(path)).json()
    await is_asked_about(world, deletion, "it is there")
    read_policy = await world.api.get(path)
    assert read_policy.json()["state"] == "ready"
    changed = await world.api.put(path, json=SIXTY_DAYS, headers={"If-Match": read_policy.headers["ETag"]})
    assert changed.status_code == 202, changed.text
    await world.settle()
    assert (await look(world, changed.json()))["state"] == "succeeded"
    assert (await resolve(world, deletion, action="retry")).json()["code"] == "overtaken"
    assert (await resolve(world, deletion, action="abandon")).json()["state"] == "failed"
    again = (await world.api.delete(path)).json()
    await world.settle()
    assert (await look(world, again))["state"] == "succeeded"
    assert (await world.api.get(path)).status_code == 404


async def test_a_policy_deletion_that_is_sent_anew_deletes_it(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    path = f"/v1/policies/{policy['id']}"
    world.fault("DELETE", "/backupPolicies/", "acknowledge")
    deletion = (await world.api.delete(path)).json()
    await is_asked_about(world, deletion, "it is there")
    await resolve(world, deletion, action="retry")
    await world.settle()
    assert (await look(world, deletion))["state"] == "succeeded"
    assert (await world.api.get(path)).status_code == 404


async def test_a_policy_whose_change_azure_did_not_carry_out_is_pending_no_longer(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    path = f"/v1/policies/{policy['id']}"
    etag = (await world.api.get(path)).headers["ETag"]
    world.fault("PUT", "/backupPolicies/", "acknowledge")
    job = (await world.api.put(path, json=SIXTY_DAYS, headers={"If-Match": etag})).json()
    await is_asked_about(world, job, "60")
    assert await world.rows("SELECT id FROM policies WHERE pending_job_id IS NULL AND id = :id", id=policy["id"])


async def test_a_vault_whose_deletion_azure_did_not_carry_out_takes_later_writes(world: World) -> None:
    vault = await world.vault()
    world.fault("DELETE", "vaults/vault-demo$", "acknowledge")
    deletion = (await world.api.delete(f"/v1/vaults/{vault['id']}")).json()
    await is_asked_about(world, deletion, "it is there")
    assert (await read(world, vault))["state"] == "ready"
    later = await ask_change(world, vault, tags={"team": "b"})
    await world.settle()
    assert (await look(world, later))["state"] == "succeeded"
    assert (await resolve(world, deletion, action="retry")).json()["code"] == "overtaken"


async def test_an_item_whose_change_azure_did_not_carry_out_takes_later_writes(world: World) -> None:
    item = await world.item()
    world.fault("PUT", "/protectedItems/", "acknowledge")
    pause = await patch(world, item, {"action": "pause"})
    await is_asked_about(world, pause, "asked to be paused")
    later = await patch(world, item, {"action": "pause"})
    await world.settle()
    assert (await look(world, later))["state"] == "succeeded"
    assert (await resolve(world, pause, action="retry")).json()["code"] == "overtaken"


async def test_the_end_of_a_session_overtakes_the_mount_that_was_let_go(world: World) -> None:
    item = await backed_up(world)
    points = await world.points(item)
    world.fault("POST", "/provisionInstantItemRecovery$", "acknowledge")
    body = {"protected_item_id": item["id"], "recovery_point": {"id": points[0]["id"]}, "target": {"mode": "files"}}
    mount = (await world.api.post("/v1/restores", json=body)).json()
    await is_asked_about(world, mount, "nothing is mounted")
    unmount = await world.api.post(f"{mount['resource']}/unmount")
    assert unmount.status_code == 202, unmount.text
    await world.settle()
    assert (await look(world, unmount.json()))["state"] == "succeeded"
    assert (await resolve(world, mount, action="retry")).json()["code"] == "overtaken"
