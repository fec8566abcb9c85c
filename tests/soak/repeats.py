"""Why an event was accepted more than once: for each time but one, what was lost. Pure.

A receiver's log has every request; a delivery's own log has the attempts whose outcome was written. A request that no
attempt stands for was lost with its sender: that is explained if the sender was killed right after. An attempt
without an answer is one that the receiver cut off, or answered too late.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from math import inf

CLOCKS_APART = 0.05
"""Seconds by which the sender's idea of when it sent may be late: it is reckoned from the database's clock."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a receiver wrote of one request."""

    id: str
    at: float
    """Unix time."""
    sender: int
    """The process."""
    said: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a delivery's log has of one."""

    at: float
    status: int | None


@dataclass(slots=True)
class Lost:
    """The requests that were accepted and were not the last of their event."""

    by_kill: Counter[int] = field(default_factory=Counter)
    """Of each killed process, those that were under way or not written yet."""
    answers: int = 0
    """The answer did not come back: cut off, or late."""
    unexplained: list[Request] = field(default_factory=list)
    known_of: list[str] = field(default_factory=list)
    """Of each of those: what there is to find its cause by."""


def explain(
    requests: Sequence[Request], attempts: Mapping[str, Sequence[Attempt]], killed: Mapping[int, float], within: float
) -> Lost:
    """`attempts`: by event. `killed`: processes and when. `within`: seconds in which an outcome is written."""
    of_event: dict[str, list[Request]] = defaultdict(list)
    for one in sorted(requests, key=lambda each: each.at):
        of_event[one.id].append(one)
    found = Lost()
    for event, sent in of_event.items():
        accepted = [number for number, one in enumerate(sent) if one.said == "accepted"]
        written = _matched(sent, attempts.get(event, ()))
        # One of them is why the delivery ended: that which was written as answered, or else the last one.
        ended = next((number for number in accepted if (written[number] or _NONE).status is not None), None)
        for number in accepted:
            if number == (accepted[-1] if ended is None else ended):
                continue
            if not _is_explained(found, sent[number], written[number], killed, within):
                found.unexplained.append(sent[number])
                found.known_of.append(_known_of(sent, number, attempts.get(event, ()), killed))
    return found


_NONE = Attempt(0.0, None)


def _matched(sent: Sequence[Request], attempts: Sequence[Attempt]) -> list[Attempt | None]:
    """For each request the attempt that stands for it: the first request at its time or later that has none yet."""
    found: list[Attempt | None] = [None] * len(sent)
    by_time = sorted(attempts, key=lambda each: each.at)
    for attempt, following in zip_longest(by_time, by_time[1:]):
        end = inf if following is None else following.at
        for number, request in enumerate(sent):
            if found[number] is None and attempt.at - CLOCKS_APART <= request.at < end:
                found[number] = attempt
                break
    return found


def _is_explained(
    found: Lost, request: Request, attempt: Attempt | None, killed: Mapping[int, float], within: float
) -> bool:
    died = killed.get(request.sender)
    if attempt is not None:
        found.answers += 1
        return True
    if died is not None and request.at - CLOCKS_APART <= died <= request.at + within:
        found.by_kill[request.sender] += 1
        return True
    return False


def _known_of(sent: Sequence[Request], number: int, attempts: Sequence[Attempt], killed: Mapping[int, float]) -> str:
    one = sent[number]
    died = killed.get(one.sender)
    after = f"died {died - one.at:.1f} s later" if died is not None else "was not killed"
    following = f"; the next request came {sent[number + 1].at - one.at:.1f} s later" if sent[number + 1 :] else ""
    return f"{one.id}: its sender {after}{following}; {len(sent)} requests, {len(attempts)} attempts in the log"
