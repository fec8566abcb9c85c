"""What an operator is alarmed by, counted over all tenants: what waits for people, what no worker takes, what is open

Revision ID: 0006
Revises: 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# As 0003 and 0005 have it, with two more states and an age; replicas of before it read the columns that they know, by
# name. Each part is asked for with the words of a partial index, so that jobs which have ended are never looked at:
# ix_jobs_due, ix_jobs_unapproved, uq_jobs_one_of_a_series.
IN_FLIGHT = """
CREATE FUNCTION public.holdfast_jobs_in_flight()
RETURNS TABLE (kind text, state text, jobs bigint, oldest_seconds double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT kind, state, count(*), extract(epoch FROM now() - min(created_at))::double precision
    FROM (
        SELECT kind, state, created_at FROM jobs WHERE state IN ('queued', 'submitting', 'running', 'cancelling')
        UNION ALL
        SELECT kind, state, created_at FROM jobs WHERE state = 'awaiting_approval' AND approval_id IS NOT NULL
        UNION ALL
        SELECT kind, state, created_at FROM jobs WHERE state = 'needs_attention'
    ) AS job
    GROUP BY kind, state
$$
"""
ATTEMPTS = """
CREATE FUNCTION public.holdfast_attempts_open() RETURNS TABLE (attempts bigint, oldest_seconds double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count(*), coalesce(extract(epoch FROM now() - min(opened_at)), 0)::double precision
    FROM attempts WHERE state = 'open'
$$
"""
# A row is overdue when it is due, nobody holds it, and the loop that its state belongs to could claim it
# (jobs/queue/claims.py). A queued job that waits for another one of its series is not: it waits for its turn, not for a
# worker. Every loop has a row here, whether something is due or not. now(), not the clock: only a time that stands
# still is the end of a range of an index.
FREE = "due_at <= now() AND (lease_until IS NULL OR lease_until <= now())"
WORK = f"""
CREATE FUNCTION public.holdfast_work_due() RETURNS TABLE (loop text, due bigint, overdue_seconds double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT loop, count(since), coalesce(extract(epoch FROM now() - min(since)), 0)::double precision
    FROM unnest(ARRAY['submitting', 'resolving', 'operations', 'observing', 'cancelling', 'pruning']) AS known (loop)
    LEFT JOIN (
        SELECT 'submitting' AS loop, greatest(due_at, lease_until) AS since FROM jobs AS mine
        WHERE state = 'queued' AND cancel IS NULL AND {FREE}
            AND NOT EXISTS (
                SELECT FROM jobs AS other
                WHERE other.series = mine.series AND other.id <> mine.id
                    AND other.state IN ('submitting', 'running', 'cancelling', 'needs_attention'))
            AND NOT EXISTS (
                SELECT FROM jobs AS other
                WHERE other.series = mine.series AND other.id < mine.id AND other.state = 'queued')
        UNION ALL
        SELECT 'resolving', greatest(due_at, lease_until) FROM jobs WHERE state = 'submitting' AND {FREE}
        UNION ALL
        SELECT 'operations', greatest(due_at, lease_until) FROM jobs
        WHERE state IN ('running', 'cancelling') AND azure_job_id IS NULL AND {FREE}
        UNION ALL
        SELECT 'observing', greatest(due_at, lease_until) FROM vault_watches WHERE {FREE}
        UNION ALL
        SELECT 'cancelling', greatest(due_at, lease_until) FROM cancellations WHERE {FREE}
        UNION ALL
        SELECT 'pruning', greatest(due_at, lease_until) FROM prunings WHERE {FREE}
    ) AS free USING (loop)
    GROUP BY loop
$$
"""
# What the first of the three replaces.
BEFORE = """
CREATE FUNCTION public.holdfast_jobs_in_flight() RETURNS TABLE (kind text, state text, jobs bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT kind, state, count(*) FROM jobs
    WHERE state IN ('queued', 'submitting', 'running', 'cancelling') GROUP BY kind, state
$$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _replace(["holdfast_jobs_in_flight()"], [IN_FLIGHT, ATTEMPTS, WORK])


def _replace(gone: list[str], made: list[str]) -> None:
    """As the worker, whose functions these are: they look across tenants, and the API's role may call them.

    Whoever migrates may become the worker, and need not inherit its rights (0003).
    """
    op.execute("GRANT CREATE ON SCHEMA public TO holdfast_worker")
    op.execute("SET LOCAL ROLE holdfast_worker")
    for function in gone:
        op.execute(f"DROP FUNCTION public.{function}")
    for definition in made:
        op.execute(definition)
        function = definition.split("FUNCTION public.")[1].split(")")[0] + ")"
        op.execute(f"REVOKE ALL ON FUNCTION public.{function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION public.{function} TO holdfast_api")
    op.execute("RESET ROLE")
    op.execute("REVOKE CREATE ON SCHEMA public FROM holdfast_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _replace(["holdfast_jobs_in_flight()", "holdfast_attempts_open()", "holdfast_work_due()"], [BEFORE])
