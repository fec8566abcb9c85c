"""Item-level recovery in both protocols: scripts inline, and apart; the password; renewal, expiry and revocation."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.simulator.file_recovery_steps import operation_of, provision
from tests.simulator.story import VAULT, Story, vm_id

OLD, NEW = "2026-07-01", "2026-08-01"
HOUR = 3600


async def scripts_apart(story: Story, item: str, point: str, operation: str) -> httpx.Response:
    path = f"{item}/recoveryPoints/{point}/listInstantItemRecoveryOperationResult"
    return await story.send("POST", path, {"provisionInstantItemRecoveryOperationId": operation}, api=NEW)


async def is_active(story: Story, item: str, point: str) -> bool:
    shown = await story.get(f"{item}/recoveryPoints/{point}")
    return bool(shown["properties"]["isInstantIlrSessionActive"])


def password(script: Any) -> tuple[str, str]:
    """(password, name of the file), cut as the vendor's documentation says."""
    suffix = script["scriptNameSuffix"]
    begin = suffix.rfind("_") + 33
    return suffix[begin : begin + 15], suffix[:begin] + suffix[begin + 15 :]


async def test_before_august_2026_the_operation_holds_the_scripts_of_a_linux_machine(story: Story) -> None:
    await story.make_vault()
    item, point = await story.with_recovery_point()
    before = len((await story.get(f"{VAULT}/backupJobs"))["value"])
    answer = await provision(story, item, point, api=OLD)
    assert "/protectedItems/" in answer.headers["Location"]
    assert "/recoveryPoints/" not in answer.headers["Location"]
    operation = f"{VAULT}/backupOperations/{operation_of(answer)}"
    await story.advance(45)
    running = await story.get(operation, api=OLD)
    assert (running["status"], "properties" in running) == ("InProgress", False)
    assert not await is_active(story, item, point)
    await story.advance(1)
    done = await story.get(operation, api=OLD)
    assert (done["status"], done["endTime"]) == ("Succeeded", done["startTime"])
    assert done["properties"]["objectType"] == "OperationStatusProvisionILRExtendedInfo"
    (script,) = done["properties"]["recoveryTarget"]["clientScripts"]
    assert set(script) == {"scriptContent", "scriptExtension", "osType", "scriptNameSuffix"}
    assert (script["osType"], script["scriptExtension"]) == ("Linux", ".py")
    assert base64.b64decode(script["scriptContent"]).startswith(b"#!")
    secret, name = password(script)
    assert len(secret) == 15
    assert secret not in name
    assert name.startswith("vm-web-01_")
    assert await is_active(story, item, point)
    assert len((await story.get(f"{VAULT}/backupJobs"))["value"]) == before  # there is no job
    assert "properties" not in await story.get(operation, api=NEW)


async def test_since_august_2026_the_scripts_of_a_windows_machine_are_asked_for(story: Story) -> None:
    await story.make_vault()
    item, point = await story.with_recovery_point("vm-db-01")
    operation = operation_of(await provision(story, item, point, "vm-db-01"))
    assert (await scripts_apart(story, item, point, operation)).status_code == 400
    await story.advance(46)
    answer = await scripts_apart(story, item, point, operation)
    assert set(answer.json()) == {"clientScripts"}
    text, tool = answer.json()["clientScripts"]
    assert (text["scriptExtension"], tool["scriptExtension"], tool["scriptContent"]) == (".txt", ".exe", "TkE=")
    assert tool["url"].startswith("https://download.microsoft.com/")
    assert text["scriptNameSuffix"] == tool["scriptNameSuffix"]
    target = base64.b64decode(text["scriptContent"]).decode()
    shown = target.split("Expiry=")[1].split(",")[0]
    expires = datetime.strptime(shown, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=UTC)
    clock = datetime.fromtimestamp(story.simulator.clock.now() / 10_000_000, UTC)
    assert timedelta(hours=11, minutes=59) < expires - clock <= timedelta(hours=12)
    assert (await scripts_apart(story, item, point, "11111111-1111-1111-1111-111111111111")).status_code == 404


async def test_a_session_ends_by_itself_after_twelve_hours_and_can_be_renewed_before(story: Story) -> None:
    await story.make_vault()
    item, point = await story.with_recovery_point()
    first = operation_of(await provision(story, item, point))
    await story.advance(10 * HOUR)
    again = operation_of(await provision(story, item, point, renew=True))
    await story.advance(60)
    scripts = [(await scripts_apart(story, item, point, operation)).json() for operation in (first, again)]
    assert scripts[0] == scripts[1]
    await story.advance(11 * HOUR)
    assert await is_active(story, item, point)
    await story.advance(HOUR)
    assert not await is_active(story, item, point)
    assert (await scripts_apart(story, item, point, again)).status_code == 400


async def test_a_second_session_is_refused_until_the_first_is_revoked(story: Story) -> None:
    await story.make_vault()
    item, point = await story.with_recovery_point()
    lost = operation_of(await provision(story, item, point))
    refused = await provision(story, item, point)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "UserErrorInstantRpSessionActive")
    await story.advance(46)
    revoked = operation_of(await story.send("POST", f"{item}/recoveryPoints/{point}/revokeInstantItemRecovery"))
    assert await is_active(story, item, point)
    await story.advance(11)
    done = await story.get(f"{VAULT}/backupOperations/{revoked}")
    assert (done["status"], "properties" in done) == ("Succeeded", False)
    assert not await is_active(story, item, point)
    assert (await scripts_apart(story, item, point, lost)).status_code == 400
    anew = operation_of(await provision(story, item, point))
    await story.advance(46)
    assert (await scripts_apart(story, item, point, anew)).status_code == 200
    revoke = f"{item}/recoveryPoints/{point}/revokeInstantItemRecovery"
    assert [(await story.send("POST", revoke)).status_code for _ in range(2)] == [202, 202]


@pytest.mark.parametrize(
    "change", [{"objectType": "IaasVMRestoreRequest"}, {"recoveryPointId": "1"}, {"virtualMachineId": ""}]
)
async def test_a_mount_that_makes_no_sense_is_refused(story: Story, change: dict[str, str]) -> None:
    await story.make_vault()
    item, point = await story.with_recovery_point()
    good = {
        "objectType": "IaasVMILRRegistrationRequest",
        "recoveryPointId": point,
        "virtualMachineId": vm_id("vm-web-01"),
    }
    path = f"{item}/recoveryPoints/{point}/provisionInstantItemRecovery"
    assert (await story.send("POST", path, {"properties": good | change})).status_code == 400
