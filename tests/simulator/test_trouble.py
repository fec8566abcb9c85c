"""Lists that lag, pages that are small, shuffled and repeat themselves, limits, second backups, lost jobs, chances."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from app.simulator.asgi import create_app
from app.simulator.progress import Clock
from tests.simulator.story import SUB, VAULT, Story

JOBS = f"{VAULT}/backupJobs"
BACKUP = {"match": {"method": "POST", "path": "/backup$"}}
BODY = {"properties": {"objectType": "IaasVMBackupRequest"}}


async def names(story: Story, path: str = JOBS) -> list[str]:
    """Every entry of every page, as it comes."""
    found: list[str] = []
    link, api = path, "2026-10-01"
    while link:
        body = (await story.send("GET", link, api=api)).json()
        found += [entry["name"] for entry in body["value"]]
        link, api = body.get("nextLink", ""), None  # type: ignore[assignment]
    return found


@pytest.fixture
async def item(story: Story) -> str:
    await story.make_vault()
    return await story.protect()


async def test_a_job_shows_by_its_id_before_it_shows_in_lists(story: Story, item: str) -> None:
    await story.advance(60)
    await story.control("options", job_list_lag_seconds=30)
    before = await names(story)
    await story.back_up(item)
    (trigger,) = (await story.client.get("/_simulator/truth")).json()["triggers"]
    assert (await story.get(f"{JOBS}/{trigger['job_id']}"))["name"] == trigger["job_id"]
    await story.advance(28)
    assert await names(story) == before
    await story.advance(3)
    assert await names(story) == [trigger["job_id"], *before]


async def test_small_shuffled_repeating_pages_still_hold_every_entry(story: Story, item: str) -> None:
    for _ in range(11):
        await story.back_up(item)
    plain = await names(story)
    assert len(plain) == 12
    await story.control("options", page_size=5)
    assert await names(story) == plain
    await story.control("options", shuffle_pages=True)
    shuffled = await names(story)
    assert shuffled != plain
    assert sorted(shuffled) == sorted(plain)
    await story.control("options", shuffle_pages=False, duplicate_entries=True)
    repeated = await names(story)
    assert list(dict.fromkeys(repeated)) == plain
    assert len(repeated) == 12 + 3 + 2  # one of its own on each of three pages, and two carried over
    assert await names(story, f"{item}/recoveryPoints") == []


async def test_entries_made_while_a_list_is_paged_do_not_hide_others(story: Story, item: str) -> None:
    for _ in range(4):
        await story.back_up(item)
    plain = await names(story)
    await story.control("options", page_size=2)
    first = (await story.send("GET", JOBS)).json()
    await story.back_up(item)
    rest = await story.send("GET", first["nextLink"], api=None)
    seen = [entry["name"] for entry in first["value"] + rest.json()["value"]]
    assert seen == plain[:4]


@pytest.mark.parametrize(("how", "status"), [("accept", 202), ("refuse", 409), ("fail", 202)])
async def test_a_second_backup_meets_what_the_options_say(story: Story, item: str, how: str, status: int) -> None:
    await story.control("options", second_backup=how)
    await story.back_up(item)
    second = await story.send("POST", f"{item}/backup", BODY)
    assert second.status_code == status
    await story.advance(4501)
    failed = (await story.get(JOBS, filter="status eq 'Failed'"))["value"]
    codes = [job["properties"]["errorDetails"][0]["errorTitle"] for job in failed]
    assert codes == (["UserErrorBackupOperationInProgress"] if how == "fail" else [])
    if how == "refuse":
        assert second.json()["error"]["code"] == "UserErrorBackupOperationInProgress"
    assert (await story.send("POST", f"{item}/backup", BODY)).status_code == 202  # the first is over


async def test_a_job_can_vanish_at_once_later_or_by_name(story: Story, item: str) -> None:
    await story.control("faults", **BACKUP, effect="vanish_job", seconds=100)
    await story.back_up(item)
    job = (await names(story))[0]
    await story.advance(99)
    assert (await names(story))[0] == job
    await story.advance(1)
    assert job not in await names(story)
    assert (await story.send("GET", f"{JOBS}/{job}")).status_code == 404
    await story.back_up(item)
    other = (await names(story))[0]
    await story.control("vanish", job_ids=[other])
    assert other not in await names(story)
    await story.advance(4500)
    assert len((await story.get(f"{item}/recoveryPoints"))["value"]) == 2  # only the jobs were lost


async def test_a_job_can_have_statuses_nobody_has_seen(story: Story, item: str) -> None:
    await story.control(
        "faults", **BACKUP, effect="rename_job", running_as="Pausing", completed_as="CompletedWithWarnings"
    )
    await story.back_up(item)
    assert (await story.newest_job())["properties"]["status"] == "Pausing"
    assert (await story.get(JOBS, filter="status eq 'InProgress'"))["value"] == []
    await story.advance(4500)
    job = (await story.newest_job())["properties"]
    assert (job["status"], "Backup Size" in job["extendedInfo"]["propertyBag"]) == ("CompletedWithWarnings", True)
    assert len((await story.get(f"{item}/recoveryPoints"))["value"]) == 1


async def test_drop_before_cuts_the_connection_and_nothing_happened(story: Story, item: str) -> None:
    await story.control("faults", **BACKUP, effect="drop_before")
    with pytest.raises(httpx.TransportError):
        await story.send("POST", f"{item}/backup", BODY)
    truth = (await story.client.get("/_simulator/truth")).json()
    assert (truth["triggers"], truth["requests"]["trigger"]) == ([], 1)


async def test_every_write_is_told_as_it_came_answered_or_not(story: Story, item: str) -> None:
    await story.control("faults", **BACKUP, effect="status_before", status=503)
    await story.send("POST", f"{item}/backup", BODY, request_id="one")
    await story.send("POST", f"{item}/backup", BODY, request_id="two")
    writes = (await story.client.get("/_simulator/truth")).json()["writes"]
    assert [(write["method"], write["client_request_id"]) for write in writes[-2:]] == [
        ("POST", "one"),
        ("POST", "two"),
    ]
    assert [write["path"] for write in writes[:1]] == [VAULT]


# -- Retry-After in all its forms ---------------------------------------------------------------------------------
@pytest.mark.parametrize(("wanted", "header"), [(None, None), ("1", "1"), ("86400", "86400"), ("0.5", "0.5")])
async def test_a_429_has_any_retry_after_or_none(story: Story, wanted: str | None, header: str | None) -> None:
    await story.control("faults", effect="status_before", status=429, retry_after=wanted)
    answer = await story.send("GET", SUB)
    assert (answer.status_code, answer.headers.get("retry-after")) == (429, header)


async def test_a_retry_after_can_be_a_date_of_the_simulated_clock(story: Story) -> None:
    await story.advance(7 * 86_400)
    await story.control("faults", effect="status_before", status=503, retry_after={"date_in": 90})
    answer = await story.send("GET", SUB)
    until = parsedate_to_datetime(answer.headers["retry-after"]) - parsedate_to_datetime(answer.headers["date"])
    assert 89 <= until.total_seconds() <= 91


async def test_a_chance_hits_about_that_often_and_the_same_way_every_time(story: Story) -> None:
    async def pattern() -> list[int]:
        await story.control("reset")
        await story.control("faults", effect="status_before", status=503, probability=0.3, times=None)
        return [(await story.send("GET", SUB)).status_code for _ in range(100)]

    first = await pattern()
    assert 15 <= first.count(503) <= 45
    assert await pattern() == first


async def test_an_answer_can_be_something_that_is_not_json(story: Story) -> None:
    await story.control("faults", effect="status_after", status=502, body="<html>Bad gateway</html>")
    answer = await story.send("GET", SUB)
    assert (answer.status_code, answer.text) == (502, "<html>Bad gateway</html>")


# -- limits -------------------------------------------------------------------------------------------------------
class Hand:
    """A wall clock that moves only by hand: limits are about time."""

    def __init__(self) -> None:
        self.now = int(datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()) * 10**9

    def __call__(self) -> int:
        return self.now


@pytest.fixture
async def timed(signing_key: Any) -> Any:
    hand = Hand()
    story = Story(create_app(clock=Clock(60.0, hand), signing_key=signing_key))
    async with story.client:
        yield story, hand


async def statuses(story: Story, path: str, count: int) -> list[int]:
    return [(await story.send("GET", path)).status_code for _ in range(count)]


async def test_a_bucket_empties_refills_and_says_how_long_to_wait(timed: Any) -> None:
    story, hand = timed
    rule = {"classes": ["other_read"], "count": 5, "refill_per_second": 1 / 60}
    await story.control("limits", limits=[rule])
    assert await statuses(story, SUB, 6) == [200] * 5 + [429]
    refused = await story.send("GET", SUB)
    assert refused.headers["retry-after"] == "1"  # a nominal minute, sixty times shorter
    hand.now += 10**9
    left = await story.send("GET", SUB)
    assert (left.status_code, left.headers["x-ms-ratelimit-remaining-subscription-reads"]) == (200, "0")
    assert await statuses(story, SUB, 1) == [429]
    truth = (await story.client.get("/_simulator/truth")).json()
    assert truth["throttled"] == {"other_read": 3}
    assert truth["requests"]["other_read"] == 9
    await story.control("limits")
    assert await statuses(story, SUB, 20) == [200] * 20


WINDOW = {"action": "Microsoft.RecoveryServices/vaults/backupJobs/read", "count": 3, "seconds": 3600}
MISSING = f"{JOBS}/11111111-1111-1111-1111-111111111111"
LEFT = "x-ms-ratelimit-remaining-subscription-resource-requests"


async def test_an_action_counts_lists_and_single_reads_of_every_caller_together(timed: Any) -> None:
    story, hand = timed
    await story.make_vault()
    await story.control("limits", limits=[WINDOW])
    assert [(await story.send("GET", path)).headers[LEFT] for path in (JOBS, MISSING)] == ["2", "1"]
    other = story.simulator.identity.token("https://x", "somebody-else", "https://management.azure.com")
    answer = await story.client.get(f"{JOBS}?api-version=2025-02-01", headers={"Authorization": f"Bearer {other}"})
    assert (answer.status_code, answer.headers[LEFT]) == (200, "0")
    hand.now += 36 * 10**9  # of the 60 that a nominal hour lasts here
    refused = await story.send("GET", JOBS)
    assert refused.status_code == 429
    assert refused.json()["error"] == {
        "code": "ResourceRequestsThrottled",
        "message": "Number of requests for action 'Microsoft.RecoveryServices/vaults/backupJobs/read' exceeded the "
        "limit of '3' for time interval '01:00:00'. Please try again after '24' seconds.",
    }
    assert refused.headers["x-ms-failure-cause"] == "gateway"
    assert "retry-after" not in refused.headers, "the recording had it removed"
    assert await statuses(story, SUB, 1) == [200], "another action is not hit"
    hand.now += 24 * 10**9
    assert await statuses(story, MISSING, 4) == [404, 404, 404, 429], "a fixed window: all of it is back at once"


async def test_a_bucket_of_an_action_refills_and_says_so_in_its_version(timed: Any) -> None:
    story, hand = timed
    await story.make_vault()
    bucket = {"action": WINDOW["action"], "count": 2, "refill_per_second": 1 / 60, "retry_after": True}
    await story.control("limits", limits=[bucket])
    first = await story.send("GET", JOBS)
    assert (first.headers[LEFT], first.headers["x-ms-throttling-version"]) == ("1", "v1")
    assert await statuses(story, JOBS, 2) == [200, 429]
    assert (await story.send("GET", JOBS)).headers["retry-after"] == "1"
    hand.now += 10**9
    assert await statuses(story, JOBS, 2) == [200, 429]


async def test_counters_of_several_instances_jump(timed: Any) -> None:
    story, _ = timed
    await story.make_vault()
    await story.control("limits", limits=[WINDOW | {"instances": 2}])
    assert [(await story.send("GET", JOBS)).headers[LEFT] for _ in range(6)] == ["2", "2", "1", "1", "0", "0"]


@pytest.mark.parametrize(
    ("preset", "count"),
    [
        ("arm_reads", 250),
        ("job_reads_2023", 150),
        ("job_reads_2024", 450),
        ("job_reads_2024_bucket", 450),
        ("job_reads_2025", 250),
        ("get_job_2023", 150),
        ("list_jobs_2025", 450),
    ],
)
async def test_named_limits_have_the_figures_that_were_seen(timed: Any, preset: str, count: int) -> None:
    story, _ = timed
    await story.make_vault()
    await story.control("limits", presets=[preset])
    assert (await statuses(story, JOBS, count + 1)).count(200) == count


async def test_a_limit_of_classes_counts_each_caller_alone(timed: Any) -> None:
    story, _ = timed
    await story.control("limits", limits=[{"classes": ["other_read"], "count": 1, "sliding_seconds": 3600}])
    assert await statuses(story, SUB, 2) == [200, 429]
    other = story.simulator.identity.token("https://x", "somebody-else", "https://management.azure.com")
    answer = await story.client.get(f"{SUB}?api-version=2022-12-01", headers={"Authorization": f"Bearer {other}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("limits", {"presets": ["everything"]}),
        ("limits", {"limits": [{"classes": ["list_jobs"], "count": 0, "seconds": 1}]}),
        ("limits", {"limits": [{"classes": ["sweets"], "count": 1, "seconds": 1}]}),
        ("limits", {"limits": [{"classes": ["write"], "count": 1}]}),
        ("limits", {"limits": [{"classes": ["write"], "count": 1, "seconds": 0}]}),
        ("limits", {"limits": [{"classes": ["write"], "action": "a", "count": 1, "seconds": 1}]}),
        ("limits", {"limits": [{"action": "a", "count": 1, "seconds": 1, "refill_per_second": 1}]}),
        ("limits", {"limits": [{"action": "a", "count": 1, "seconds": 1, "instances": 0}]}),
        ("limits", {"limits": [{"action": "a", "count": 1, "seconds": 1, "retry_after": "no"}]}),
        ("options", {"page_size": 0}),
        ("options", {"speed": 1}),
        ("options", {"second_backup": "perhaps"}),
        ("options", {"shuffle_pages": "yes"}),
        ("options", {"validation_errors": [{}]}),
        ("faults", {"effect": "delay", "probability": 0}),
        ("faults", {"effect": "delay", "retry_after": {"in": 3}}),
        ("seed", {"cats": []}),
        ("seed", {"locks": [{"scope": SUB, "level": "Tight"}]}),
        ("seed", {"health": [{"vm_id": "nobody"}]}),
        ("seed", {"protected": [{"vault_id": VAULT}]}),
        ("remove", {"ids": ["/subscriptions/x"]}),
        ("remove", {}),
        ("vanish", {"job_ids": ["x"]}),
        ("advance", {"seconds": 1, "run_policies": "yes"}),
    ],
)
async def test_what_makes_no_sense_is_refused_with_a_reason(story: Story, action: str, body: dict[str, Any]) -> None:
    answer = await story.client.post(f"/_simulator/{action}", json=body)
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)
