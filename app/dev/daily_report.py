"""The end of the demo: the report of the day, and its page as a browser gets it, without a token."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx

from app.dev.console import Json, Screen
from app.dev.story import Caller, StoryFailed

FILE = "daily-report.html"
OUTCOMES = ("done", "done_with_warnings", "failed", "missed", "running", "unknown")


def show_report(api: str, token: str, screen: Screen, check: Callable[[], None], folder: Path) -> Path:
    """Print today's report, and keep its page in the folder: the file. Raises StoryFailed."""
    # trust_env=False: a proxy of the machine must not come between us and the API next door.
    with httpx.Client(
        base_url=api, headers={"Authorization": f"Bearer {token}"}, timeout=30, trust_env=False
    ) as client:
        caller = Caller(client, screen, check)
        today = datetime.now(UTC).date().isoformat()
        with screen.step(f"Ask what became of the backups of today, {today}"):
            _say(caller.get(f"/v1/reports/daily?date={today}&time_zone=UTC"), screen)
        with screen.step("Make a link for a browser, and open it without a token"):
            link = caller.ask("/v1/reports/daily/link", {"date": today, "time_zone": "UTC"})
            screen.say(f"   {link['url']}")
            screen.say(f"   good until {link['expires_at']}, while this stack runs")
            return _keep(str(link["url"]), folder / FILE)


def _say(report: Json, screen: Screen) -> None:
    totals = report["totals"]
    made = ", ".join(f"{totals[name]} {name.replace('_', ' ')}" for name in OUTCOMES if totals[name])
    screen.say(f"   {totals['items']} item; {totals['expected']} backups were due; of all that ran: {made or 'none'}")
    weak = [f"{spot['count']} {name.replace('_', ' ')}" for name, spot in report["weak"].items() if spot["count"]]
    screen.say(f"   weak: {', '.join(weak) or 'nothing'}")


def _keep(url: str, path: Path) -> Path:
    answer = httpx.get(url, timeout=30, trust_env=False)
    if answer.status_code != httpx.codes.OK:
        raise StoryFailed(f"The link answers {answer.status_code}.")
    path.write_text(answer.text, encoding="utf-8")
    return path
