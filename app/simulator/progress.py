"""Time: the one clock, Azure's ways of writing an instant, and how jobs move on as a pure function of their age.

An instant is an int: 100-nanosecond ticks since 1970 UTC, because Azure writes seven decimals.
Durations are the recorded ones, in seconds ("nominal"); the clock shortens them by its scale.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

TICKS = 10_000_000
DAY = 86_400
NEVER_ENDED = "0001-01-01T00:00:00"  # Azure's "no end yet": without Z in operations, and in task fields of 2024
NEVER_BACKED_UP = "2001-01-01T00:00:00Z"
AZURE_FILTER_TIME = "%Y-%m-%d %I:%M:%S %p"


class Clock:
    """The only source of time. `scale` shortens durations; only `advance` moves the clock itself."""

    def __init__(self, scale: float = 1.0, wall_ns: Callable[[], int] = time.time_ns) -> None:
        if scale <= 0:
            raise ValueError("the time scale must be positive")
        self.scale = scale
        self._wall_ns = wall_ns
        self._offset = 0

    def now(self) -> int:
        return self._wall_ns() // 100 + self._offset

    def advance(self, seconds: float) -> None:
        self._offset += int(seconds * TICKS)

    @property
    def offset(self) -> int:
        """How far it is ahead of the wall clock."""
        return self._offset

    def resume(self, offset: int) -> None:
        """Go on from where another clock was."""
        self._offset = offset

    def restart(self) -> None:
        """Back to the wall clock: what a reset of the world does."""
        self._offset = 0

    def after(self, since: int, nominal_seconds: float) -> int:
        """The instant at which something that takes `nominal_seconds` is over."""
        return since + int(nominal_seconds * TICKS / self.scale)

    def age(self, since: int) -> float:
        """How many nominal seconds of its life something begun at `since` has behind it."""
        return (self.now() - since) * self.scale / TICKS

    def retry_after(self, nominal_seconds: int = 60) -> str:
        """Azure's Retry-After (60 on every 202), divided by the scale; whole seconds, at least 1."""
        return str(max(1, round(nominal_seconds / self.scale)))


def moment(instant: int) -> datetime:
    return datetime.fromtimestamp(instant // TICKS, UTC)


def instant_of(at: datetime) -> int:
    return int(at.timestamp()) * TICKS


@lru_cache(maxsize=50_000)  # a list of a thousand jobs writes the same thousand stamps every time
def stamp(instant: int) -> str:
    """RFC 3339 with up to seven decimals, trailing zeros dropped (docs/azure.md, Formats)."""
    fraction = f"{instant % TICKS:07d}".rstrip("0")
    whole = moment(instant).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{whole}.{fraction}Z" if fraction else f"{whole}Z"


def micros(instant: int) -> str:
    """RFC 3339 with exactly six decimals: for the truth endpoint, which is not Azure."""
    return f"{moment(instant):%Y-%m-%dT%H:%M:%S}.{instant % TICKS // 10:06d}Z"


def us_date(instant: int) -> str:
    """`M/D/YYYY h:mm:ss AM`, as property bags have it."""
    at = moment(instant)
    return f"{at.month}/{at.day}/{at.year} {(at.hour + 11) % 12 + 1}:{at:%M:%S} {at:%p}"


def http_date(instant: int) -> str:
    at = moment(instant)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[at.weekday()]
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{day}, {at.day:02d} {months[at.month - 1]} {at.year} {at:%H:%M:%S} GMT"


def iso_duration(ticks: int) -> str:
    """`PT1H11M17.5693204S`; `PT0S` for nothing."""
    seconds, fraction = divmod(max(ticks, 0), TICKS)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    decimals = f".{fraction:07d}".rstrip("0") if fraction else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or decimals or not (days or clock):
        clock += f"{seconds}{decimals}S"
    return "P" + (f"{days}D" if days else "") + (f"T{clock}" if clock else "")


def span_text(ticks: int) -> str:
    """`13.23:59:43.3699681`: .NET's time span, for deferredDeleteTimeRemaining."""
    seconds, fraction = divmod(max(ticks, 0), TICKS)
    days, seconds = divmod(seconds, DAY)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    return f"{days}.{hours:02d}:{minutes:02d}:{seconds:02d}.{fraction:07d}"


def parse_filter_time(text: str) -> int:
    """An instant from `2026-01-31 04:57:49 PM` (UTC). Raises ValueError."""
    return int(datetime.strptime(text, AZURE_FILTER_TIME).replace(tzinfo=UTC).timestamp()) * TICKS


def parse_rfc3339(text: str) -> int:
    """An instant from `2026-12-22T00:00:00.000Z` or with an offset. Raises ValueError."""
    at = datetime.fromisoformat(text)
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()) * TICKS


@dataclass(frozen=True, slots=True)
class Task:
    """One line of a job's task list: NotStarted before `begins`, Completed from `ends` (nominal seconds)."""

    name: str
    begins: float
    ends: float


@dataclass(frozen=True, slots=True)
class Life:
    """How a kind of job lives: how long, through which tasks, and whether Azure reports a percentage."""

    seconds: float
    tasks: tuple[Task, ...] = ()
    percent: bool = False
    transfer: float | None = None  # the part that the percentage measures; None = all. After it: 99 %


# Medians of the recordings (docs/azure.md, Restores). A backup: six recordings of a 127 GB VM.
ENABLE, RECONFIGURE = Life(35), Life(15)
DELETE_DATA, SOFT_DELETE = Life(108), Life(12)
BACKUP = Life(4500, (Task("Take Snapshot", 0.5, 480), Task("Transfer data to vault", 650, 4500)))
RESTORE_MANAGED = Life(200, (Task("Transfer data from vault", 0, 200),), percent=True)
RESTORE_VM = Life(  # not observed: disks as above, and two minutes for the machine
    320,
    (Task("Transfer data from vault", 0, 200), Task("Create the restored virtual machine", 200, 320)),
    percent=True,
    transfer=200,
)
REPLACE_DISKS = Life(  # one record of 2026: 99 % after minutes, and still at 20 minutes; its end was not seen
    1500,
    (Task("Transfer data from vault", 0, 200), Task("Update the virtual machine", 200, 1500)),
    percent=True,
    transfer=200,
)
RESTORE_UNMANAGED = Life(2540, (Task("Transfer data from vault", 0, 2540),), percent=True)
RECOVERY_POINT_AFTER = 4.0
OPERATION_OF_A_TRIGGER = 2.0
REFRESH = 13.0
MOUNT, UNMOUNT = 46.0, 11.0  # recorded once, in 2020
MOUNT_LIFETIME = 12 * 3600  # on the clock itself: the expiry is a date
VALIDATION = 10.0  # not observed
VAULT_CREATION = 60.0
PRIMARY_COPY_AFTER = 5_216_906  # ticks: how much later the vault's copy of a cross-region job began (2023 record)
YOUNG_VAULT = 28.0  # so long the storage configuration misunderstands what is asked of it (2021 record)

# Share of a restore's life -> the percentage shown from there on (recorded: 42-minute restore of 2020-05-06).
PERCENTAGES = ((0.97, 99.0), (0.89, 96.0), (0.77, 93.0), (0.53, 91.0), (0.42, 77.0), (0.3, 50.0), (0.0, 1.0))
LAST_ESTIMATE = 120.0
# A cancel shows as Cancelling after 2-4 s [recorded]. A job's end as Cancelled was not observed: one minute is a guess.
CANCELLING_AFTER, CANCELLED_AFTER = 3.0, 60.0


@dataclass(slots=True)
class Job:
    """An Azure job: who started what, when. Everything that changes with time is computed by `look`."""

    id: str
    operation: str
    life: Life
    started: int
    activity_id: str
    container_name: str
    friendly_name: str
    bag: dict[str, str]
    internal_bag: dict[str, str] | None = None
    cancellable: bool = False
    final_bag: dict[str, str] = field(default_factory=dict)
    size_gib: float = 127.0
    cancel_asked: int | None = None
    failure: dict[str, Any] | None = None  # one entry of errorDetails: the job ends as Failed
    warnings: tuple[dict[str, Any], ...] = ()  # entries of errorDetails of a job that completes all the same
    lists_tell: bool = True  # False: list entries lack errorDetails
    message: str = ""  # dynamicErrorMessage of its end
    running_as: str = "InProgress"  # a test may plant statuses that were never seen
    completed_as: str = "Completed"
    user_triggered: bool = True  # False: started by a policy's schedule
    region: str | None = None  # where a cross-region restore runs; its vault has a copy of the job


@dataclass(frozen=True, slots=True)
class Look:
    """A job at one moment. `ended` is None until the status is terminal; `percent` None where Azure gives none."""

    status: str
    ended: int | None
    tasks: tuple[tuple[str, str, int | None, int | None], ...] = ()  # name, status, began, ended
    percent: float | None = None
    remaining: int | None = None


def status_of(job: Job, clock: Clock, now: int) -> tuple[str, int | None]:
    """(status, end) of a job: the cheap part of `look`, for lists of thousands."""
    end = clock.after(job.started, job.life.seconds)
    # A cancel that comes in the last moments finds nothing left to stop: accepted, and yet the job completes [guess].
    if job.cancel_asked is not None and clock.after(job.cancel_asked, CANCELLING_AFTER) < end:
        gone = clock.after(job.cancel_asked, CANCELLED_AFTER)
        if now >= gone:
            return "Cancelled", gone
        if now >= clock.after(job.cancel_asked, CANCELLING_AFTER):
            return "Cancelling", None
        return job.running_as, None
    if now < end:
        return job.running_as, None
    return (job.completed_as if job.failure is None else "Failed"), end


def has_completed(job: Job, status: str) -> bool:
    """Whether the work was done, under any name."""
    return status == job.completed_as


def look(job: Job, clock: Clock, now: int) -> Look:
    """Everything a GET of one job shows about its progress."""
    status, ended = status_of(job, clock, now)
    tasks = tuple(_task_look(task, job, clock, now, status) for task in job.life.tasks)
    if not job.life.percent:
        return Look(status, ended, tasks)
    if has_completed(job, status):
        return Look(status, ended, tasks, 100.0, 0)
    # The percentage of a restore that failed or was cancelled was not observed: the last one it had.
    measured = job.life.transfer or job.life.seconds
    share = (min(now, ended or now) - job.started) * clock.scale / TICKS / measured
    percent = next(shown for begins, shown in PERCENTAGES if share >= begins or begins == 0.0)
    if percent == 1.0:
        return Look(status, ended, tasks, percent)  # no estimate was ever shown beside 1 %
    if share >= 1.0:
        return Look(status, ended, tasks, percent, clock.after(0, LAST_ESTIMATE))  # and so it stayed (2026 record)
    return Look(status, ended, tasks, percent, max(clock.after(job.started, measured) - now, 0))


def _task_look(task: Task, job: Job, clock: Clock, now: int, status: str) -> tuple[str, str, int | None, int | None]:
    begins, ends = clock.after(job.started, task.begins), clock.after(job.started, task.ends)
    began = begins if now >= begins else None
    if status in {"Cancelling", "Cancelled"}:
        return task.name, status, began, None
    if now >= ends:
        failed = status == "Failed" and task == job.life.tasks[-1]
        return task.name, "Failed" if failed else "Completed", began, ends
    return task.name, "InProgress" if began is not None else "NotStarted", began, None
