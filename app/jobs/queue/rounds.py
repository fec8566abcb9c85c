"""Chooses the due jobs of a claim in rounds: one of each tenant in a round, the tenants in turn.

A claim continues where the previous one ended: `after` is the tenant that got the last place. From there it goes
through the tenants in the order of their ids, and starts again with the first. So a tenant with a due job gets a place
at the latest when every other tenant has had one, however much the others have queued, and however old that is. (Oldest
first over all tenants has no such bound: if as many tenants as a claim has places have an old backlog, all others
wait.)

No step reads a whole backlog of jobs that can be sent: each tenant costs one index look-up, and of each tenant at most
as many jobs are read as there are places. Jobs that wait in a series are the exception: they keep their `due_at`, so
each claim, and `queued_due_in`, reads all of them that are due (docs/reliability.md, Turns between tenants). Only
claimed rows are locked.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    func,
    inspect,
    literal,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.selectable import LateralFromClause

from app.core.db.leases import is_free
from app.jobs.lifecycle import State
from app.jobs.models import Job

IS_QUEUED: ColumnElement[bool] = Job.state == literal_column(f"'{State.QUEUED}'")
"""Word for word as the indexes have it: a plan for any value of a parameter could not use them."""
_ONCE = select(func.clock_timestamp()).scalar_subquery()
"""The database's clock, read once: no index can be asked about a call that is made for each row."""
_ONE: ColumnElement[int] = literal_column("1")

Locked = Sequence[tuple[ColumnElement[bool], Sequence[Any]]]
"""Lists of jobs: a condition, and the tables that it joins, whose rows are locked with the job's.

If one of these rows has changed, Postgres evaluates the condition again; the locks keep it true until the commit.
"""


def in_rounds(
    counted: Sequence[ColumnElement[bool]], locked: Locked, *, after: ColumnElement[str], limit: ColumnElement[int]
) -> CTE:
    """Up to `limit` due jobs, locked: `id`, and the `round` that each was taken in.

    `counted` are the same lists of jobs as `locked`, without tables beside the jobs. A tenant's jobs of an earlier list
    come before those of a later one.
    """
    first = _first_round(locked, after, limit)
    left = limit - select(func.count()).select_from(first).scalar_subquery()
    shares = _shares(first, counted, after, left)
    one = _one_after_another(
        [_due_of(shares, rows, shares.c.places, others) for rows, others in locked], shares.c.places
    )
    rest = _materialized(select(shares.c.tenant, one.c.id).select_from(shares.join(one, true())), "rest")
    later = 1 + func.row_number().over(partition_by=rest.c.tenant)
    all_ = union_all(select(first.c.id, literal(1).label("round")), select(rest.c.id, later)).subquery()
    return _materialized(select(all_), "due")


def in_turn(tenant: ColumnElement[str], after: ColumnElement[str]) -> tuple[ColumnElement[Any], ...]:
    """The order of the tenants in one round."""
    return (tenant <= after), tenant


def _first_round(locked: Locked, after: ColumnElement[str], limit: ColumnElement[int]) -> CTE:
    """The first job of each tenant.

    The limit ends the search for tenants, too: Postgres searches for the next one only if there is still a place.
    """
    laps = (_tenants("this_lap", above=after), _tenants("next_lap", up_to=after))
    turns = union_all(*(select(lap) for lap in laps)).subquery("turns")
    one = _one_after_another([_due_of(turns, rows, _ONE, others) for rows, others in locked], _ONE)
    found = select(turns.c.tenant, one.c.id).select_from(turns.join(one, true())).where(turns.c.due_at <= _ONCE)
    return _materialized(found.limit(limit), "first")


def _tenants(name: str, *, above: ColumnElement[str] | None = None, up_to: ColumnElement[str] | None = None) -> CTE:
    """The tenants with queued jobs, in order, each with the due time of its first job.

    Recursive: each step reads the first index entry after the previous tenant.
    """

    def following(tenant: ColumnElement[str] | None) -> Select[Any]:
        bounds = [Job.tenant > tenant] if tenant is not None else []
        bounds += [Job.tenant <= up_to] if up_to is not None else []
        columns: tuple[Any, ...] = (Job.tenant, Job.due_at)
        return select(*columns).where(IS_QUEUED, *bounds).order_by(*columns).limit(_ONE)

    found = select(following(above).subquery()).cte(name, recursive=True)
    behind = following(found.c.tenant).lateral()
    return found.union_all(select(behind).select_from(found.join(behind, true())))


def _shares(
    first: CTE, counted: Sequence[ColumnElement[bool]], after: ColumnElement[str], left: ColumnElement[int]
) -> CTE:
    """How the places that the first round left are given out in further rounds.

    `tenant`, the `id` of the job that it has from the first, and how many `places` it gets. Nothing is locked here: to
    lock as many of each as one tenant might get would keep them from other claims.
    """
    more = _one_after_another([_due_of(first, rows, left) for rows in counted], left)
    numbered = (
        select(first, func.row_number().over(partition_by=first.c.tenant).label("round"))
        .select_from(first.join(more, true()))
        .subquery()
    )
    given = select(numbered).order_by(numbered.c.round, *in_turn(numbered.c.tenant, after)).limit(left).subquery()
    each = (given.c.tenant, given.c.id)
    return select(*each, func.count().label("places")).group_by(*each).cte("shares")


def _due_of(
    tenants: FromClause, rows: ColumnElement[bool], limit: ColumnElement[int], lock_with: Sequence[Any] | None = None
) -> Select[Any]:
    """The first due jobs of one of the tenants, except the named job.

    Locked if `lock_with` is given, together with the rows of its tables (maybe none).
    """
    others = [Job.id != tenants.c.id] if "id" in tenants.c else []
    source: Any = inspect(Job).local_table
    for other in lock_with or ():
        source = source.join(other, true())
    found = (
        select(Job.id)
        .select_from(source)
        .correlate(tenants)
        .where(Job.tenant == tenants.c.tenant, rows, *others, Job.due_at <= _ONCE, is_free(Job))
        .order_by(Job.due_at)
        .limit(limit)
    )
    return found if lock_with is None else found.with_for_update(skip_locked=True, of=[Job, *lock_with])


def _one_after_another(lists: Sequence[Select[Any]], limit: ColumnElement[int]) -> LateralFromClause:
    """The next list is begun only when those before it were too short."""
    joined = union_all(*(select(one.lateral().c.id) for one in lists)).lateral()
    return select(joined.c.id).limit(limit).lateral()


def _materialized(found: Select[Any], name: str) -> CTE:
    return found.cte(name).prefix_with("MATERIALIZED", dialect="postgresql")
