"""The end of the demo: a restore that is proven, its evidence verified without Holdfast, and nothing left in Azure.

The isolated network of the test is made, and what is left is looked up, through the simulator's control surface: in
Azure the caller does both. All else is the public API.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx

from app.dev.chapters import GROUP, STORAGE_ID, TARGET_GROUP
from app.dev.console import Json, Screen
from app.dev.story import Caller, StoryFailed

EVIDENCE, KEYS, PAGE = "evidence.json", "evidence-keys.json", "restore-tests.html"
VERIFIER: Final = Path(__file__).parents[2] / "docs" / "verify_evidence.py"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet-tests"
SECURITY_GROUP = f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/nsg-tests"
TEST: Json = {
    "name": "web, each quarter",
    "selector": {"names": ["vm-web-01"]},
    "schedule": {"cron": "30 2 1 */3 *", "time_zone": "Europe/Berlin", "window_minutes": 240},
    "target": {
        "resource_group_id": TARGET_GROUP,
        "subnet_id": f"{NETWORK}/subnets/default",
        "staging_storage_account_id": STORAGE_ID,
    },
    "levels": ["restored", "boots", "answers"],
    "script": {"shell": "sh", "text": "curl -fsS http://localhost/health", "timeout_seconds": 120},
}
SHUT: Json = {
    "name": "no-internet",
    "priority": 4000,
    "direction": "Outbound",
    "access": "Deny",
    "destinationAddressPrefix": "Internet",
}
VERIFY_SECONDS = 30


class Azure:
    """The simulator's control surface."""

    def __init__(self, url: str) -> None:
        self._url = url

    def call(self, action: str, body: Mapping[str, object] | None = None) -> Json:
        """Raises StoryFailed."""
        method, url = "GET" if body is None else "POST", f"{self._url}/_simulator/{action}"
        answer = httpx.request(method, url, json=body, timeout=30, trust_env=False)
        if answer.is_error:
            raise StoryFailed(f"The simulator answers {answer.status_code}: {answer.text[:500]}")
        found: Json = answer.json()
        return found


class Proof:
    """A restore test of the demo: `test` runs it, `show` says what came of it."""

    def __init__(self, simulator: str, screen: Screen) -> None:
        self._azure = Azure(simulator)
        self._screen = screen
        self._run: Json = {}

    def test(self, caller: Caller) -> None:
        """Have a restore tested, to the end of its run. Raises StoryFailed."""
        with self._screen.step(
            "Define a restore test: each quarter, into a network of its own, and a script must answer"
        ):
            _isolated_network(self._azure)
            test = caller.ask("/v1/restore-tests", TEST)
            self._screen.say(f"   next by itself: {test['next_due_at']}; definition {test['hash'][:16]}...")
        self._run = _tested(caller, self._azure, self._screen, str(test["id"]))

    def show(self, api: str, token: str, check: Callable[[], None], folder: Path) -> Path:
        """Verify its evidence, and look whether anything is left. Returns the page of the quarter.

        Raises StoryFailed.
        """
        # trust_env=False: a proxy of the machine must not come between us and the API next door.
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=api, headers=headers, timeout=30, trust_env=False) as client:
            caller = Caller(client, self._screen, check)
            with self._screen.step("Print the report of the quarter, for an auditor"):
                page = _page(client, folder)
            _verify(caller, self._screen, self._run, folder)
            _look_for_leftovers(self._azure, self._screen, self._run)
            return page


def _isolated_network(azure: Azure) -> None:
    """Without peerings and gateways, and with a security group that lets nothing out: else a test is refused."""
    azure.call("seed", {"security_groups": [{"name": "nsg-tests", "resource_group": "rg-demo", "rules": [SHUT]}]})
    subnet = {"name": "default", "security_group_id": SECURITY_GROUP}
    azure.call("seed", {"networks": [{"name": "vnet-tests", "subnets": [subnet]}]})


def _tested(caller: Caller, azure: Azure, screen: Screen, test_id: str) -> Json:
    with screen.step("Test now: restore vm-web-01, have it boot and answer, and delete it again"):
        azure.call("truth/inventory", {})
        job = caller.run(f"/v1/restore-tests/{test_id}/runs", {})
        run: Json
        (run,) = caller.get(f"/v1/restore-test-runs?job={job['id']}")["items"]
        if run["outcome"] != "proven":
            raise StoryFailed(f"The run {run['id']} is {run['outcome']}: {run['detail']}")
        for level in run["levels"]:
            screen.say(f"   {level['level']}: {level['outcome']}. {level['detail']}")
        took = ", ".join(f"{name.partition('_')[0]} {seconds:g} s" for name, seconds in run["measured"].items())
        screen.say(f"   measured by Azure's clock: {took}")
        return run


def _look_for_leftovers(azure: Azure, screen: Screen, run: Json) -> None:
    with screen.step("Look in the simulated Azure for what the test has left"):
        inventory = azure.call("truth/inventory")
        left = [*inventory["appeared"], *inventory["gone"]]
        if left or run["left"]:
            raise StoryFailed(f"The test left or took away: {', '.join(map(str, left or run['left']))}")
        screen.say(f"   nothing: {len(inventory['now'])} resources, the same as before the test")


def _verify(caller: Caller, screen: Screen, run: Json, folder: Path) -> None:
    evidence, keys, changed = folder / EVIDENCE, folder / KEYS, folder / "changed.json"
    with screen.step("Save its evidence and the public keys, and verify it offline"):
        envelope = caller.get(f"/v1/restore-test-runs/{run['id']}/evidence")
        evidence.write_text(json.dumps(envelope), encoding="utf-8")
        keys.write_text(json.dumps(caller.get("/v1/evidence/keys")), encoding="utf-8")
        holdfast = ["-m", "app.cli", "evidence", "verify"]
        _say_verdict(screen, "holdfast evidence verify", [*holdfast, str(evidence), "--keys", str(keys)], good=True)
        if VERIFIER.is_file():  # an installed package has no docs
            _say_verdict(screen, "docs/verify_evidence.py", [str(VERIFIER), str(evidence), str(keys)], good=True)
        changed.write_text(
            json.dumps(envelope | {"payload": _one_letter_changed(envelope["payload"])}), encoding="utf-8"
        )
        _say_verdict(screen, "with one letter changed", [*holdfast, str(changed), "--keys", str(keys)], good=False)
        changed.unlink()


def _one_letter_changed(payload: str) -> str:
    middle = len(payload) // 2
    return payload[:middle] + ("A" if payload[middle] != "A" else "B") + payload[middle + 1 :]


def _say_verdict(screen: Screen, what: str, arguments: list[str], *, good: bool) -> None:
    done = subprocess.run(  # noqa: S603 - our own programs, no shell
        [sys.executable, *arguments], capture_output=True, text=True, timeout=VERIFY_SECONDS, check=False
    )
    said = (done.stdout if done.returncode == 0 else done.stderr or done.stdout).strip()
    if (done.returncode == 0) != good:
        raise StoryFailed(f"{what}: exit code {done.returncode}: {said[:500]}")
    first = said.splitlines()[0] if said else ""
    screen.say(f"   {what}: {first if len(first) > 1 else 'authentic'}")


def _page(client: httpx.Client, folder: Path) -> Path:
    now = datetime.now(UTC)
    quarter, form = f"{now.year}-Q{(now.month + 2) // 3}", {"Accept": "text/html"}
    answer = client.get(f"/v1/reports/restore-tests?quarter={quarter}&time_zone=UTC", headers=form)
    if answer.is_error:
        raise StoryFailed(f"The report of {quarter} answers {answer.status_code}: {answer.text[:500]}")
    path = folder / PAGE
    path.write_text(answer.text, encoding="utf-8")
    return path
