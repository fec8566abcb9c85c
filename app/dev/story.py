"""The main job, told through the public REST API alone: from no vault at all to restored disks.

Nothing here knows how Holdfast works inside; it is what any caller could write with the OpenAPI document at hand.
The world is the simulator's (subscription, resource groups, VM and storage account it starts with).
"""

import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import httpx

from app.dev.rendering import Json, Screen, describe, describe_problem

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg-demo"
VM_ID = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/vm-web-01"
STORAGE_ID = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/stholdfastdemo"
TARGET_GROUP = f"{SUBSCRIPTION}/resourceGroups/rg-restored"
ENDED_WELL = frozenset({"succeeded", "succeeded_with_warnings"})
ENDED_BADLY = frozenset({"failed", "cancelled", "needs_attention"})
LONGEST_WAIT_SECONDS = 180
LOOK_SECONDS = 0.5
"""At most this long between two looks, whatever Retry-After allows: somebody is watching."""

VAULT: Json = {
    "subscription_id": SUBSCRIPTION.rsplit("/", 1)[1],
    "resource_group": "rg-demo",
    "name": "vault-demo",
    "location": "westus",
    "redundancy": "geo",
    "cross_region_restore": False,
    "soft_delete": {"state": "on", "days": 14},
    "immutability": "disabled",
    "adopt": False,
}
POLICY: Json = {
    "name": "production",
    "time_zone": "America/New_York",
    "schedule": {"frequency": "daily", "time": "02:00"},
    "retention": {
        "daily": {"count": 30},
        "weekly": {"count": 12, "days": ["sunday"]},
        "monthly": {"count": 12, "weeks": ["first"], "days": ["sunday"]},
        "yearly": None,
    },
    "instant_restore_days": 2,
}


class StoryFailed(Exception):
    """The API declined, or a job did not end well; the message is for the person who watches."""


class Caller:
    """A caller of the API: sends what is asked, follows jobs, shows what it sees."""

    def __init__(self, client: httpx.Client, screen: Screen, check: Callable[[], None]) -> None:
        self._client = client
        self._screen = screen
        self._check = check
        self._reference = f"demo-{datetime.now(UTC):%Y%m%d-%H%M%S}"

    def get(self, path: str) -> Json:
        return self._read(self._send("GET", path))

    def run(self, path: str, body: Mapping[str, object]) -> Json:
        """POST a write, follow its job to the end, and return the job. Raises StoryFailed if it does not end well."""
        body = {**body, "reference": self._reference}
        answer = self._send("POST", path, json=body, headers={"Idempotency-Key": str(uuid.uuid4())})
        job = self._read(answer)
        deadline = time.monotonic() + LONGEST_WAIT_SECONDS
        while True:
            self._screen.progress(describe(job))
            if job["state"] in ENDED_WELL:
                return job
            if job["state"] in ENDED_BADLY:
                raise StoryFailed(
                    f"The job {job['id']} is {describe(job)}.\n  {describe_problem(job.get('error') or {})}"
                )
            if time.monotonic() > deadline:
                raise StoryFailed(f"The job {job['id']} is still {describe(job)} after {LONGEST_WAIT_SECONDS} s.")
            self._check()
            time.sleep(min(float(answer.headers.get("Retry-After", LOOK_SECONDS)), LOOK_SECONDS))
            answer = self._send("GET", f"/v1/jobs/{job['id']}")
            job = self._read(answer)

    def _send(self, method: str, path: str, **parts: object) -> httpx.Response:
        try:
            return self._client.request(method, path, **parts)  # type: ignore[arg-type]
        except httpx.TransportError as error:
            self._check()
            raise StoryFailed(f"{method} {path}: the API does not answer ({error or type(error).__name__}).") from error

    def _read(self, answer: httpx.Response) -> Json:
        try:
            content = answer.json()
        except ValueError:
            content = {"title": "The answer is not JSON", "detail": answer.text[:500]}
        if answer.is_success and isinstance(content, dict):
            return content
        request = f"{answer.request.method} {answer.request.url.path}: {answer.status_code}"
        raise StoryFailed(f"{request}\n  {describe_problem(content)}")


def tell(api: str, token: str, screen: Screen, check: Callable[[], None]) -> list[Json]:
    """Walk through the story; returns what was restored: `[{"kind": ..., "id": ARM id}, ...]`.

    `check` is called again and again; it raises when the stack behind the API is gone. Raises StoryFailed.
    """
    # trust_env=False: a proxy of the machine must not come between us and the API next door.
    with httpx.Client(
        base_url=api, headers={"Authorization": f"Bearer {token}"}, timeout=30, trust_env=False
    ) as client:
        caller = Caller(client, screen, check)
        item = _protect(caller, screen)
        _back_up(caller, screen, item)
        return _restore(caller, screen, item)


def _protect(caller: Caller, screen: Screen) -> str:
    with screen.step("Create the vault vault-demo in rg-demo (westus, geo-redundant)"):
        vault = _made(caller.run("/v1/vaults", VAULT))
    with screen.step(
        "Create the policy: daily 02:00 Eastern; keep 30 daily, 12 weekly (Sunday), 12 monthly (first Sunday)"
    ):
        policy = _made(caller.run(f"/v1/vaults/{vault}/policies", POLICY))
    with screen.step("Protect vm-web-01 with it"):
        body = {"vm_id": VM_ID, "vault_id": vault, "policy_id": policy, "disks": None}
        return _made(caller.run("/v1/protected-items", body))


def _back_up(caller: Caller, screen: Screen, item: str) -> None:
    with screen.step("Back it up now, and keep that backup for 30 days"):
        until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
        caller.run(f"/v1/protected-items/{item}/backups", {"retain_until": until.isoformat().replace("+00:00", "Z")})
    with screen.step("List its recovery points"):
        points = caller.get(f"/v1/protected-items/{item}/recovery-points")["items"]
        if not points:
            raise StoryFailed("There is no recovery point after a backup that succeeded.")
        for point in points:
            tiers = ", ".join(str(tier["tier"]) for tier in point["tiers"])
            screen.say(f"   {point['time']}  {str(point['consistency']).replace('_', ' ')} consistent  ({tiers})")


def _restore(caller: Caller, screen: Screen, item: str) -> list[Json]:
    with screen.step("Restore the latest point as disks into rg-restored"):
        target = {
            "mode": "disks",
            "resource_group_id": TARGET_GROUP,
            "staging_storage_account_id": STORAGE_ID,
            "luns": None,
            "zone": None,
        }
        body = {"protected_item_id": item, "recovery_point": {"latest": True}, "target": target}
        job = caller.run("/v1/restores", body)
    restored: list[Json] = (job.get("result") or {}).get("resources") or []
    if not restored:
        raise StoryFailed(f"The restore {job['resource']} succeeded, but names nothing that it restored.")
    return restored


def _made(job: Json) -> str:
    """The id of what a job made: the last part of its `resource`, such as `/v1/vaults/{id}`."""
    return str(job["resource"]).rsplit("/", 1)[1]
