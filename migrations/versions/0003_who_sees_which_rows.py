"""Who sees which rows: Postgres roles, row-level security, and the tenants of what is there already

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    "jobs", "job_labels", "attempts", "job_events", "cancellations", "vault_watches", "vaults", "policies",
    "policy_revisions", "protected_items", "restores", "approvals",
)
"""Every row of these belongs to one tenant, and its column `tenant` says to which."""
SHARED: tuple[str, ...] = ("azure_budgets", "prunings")
"""What belongs to nobody: how much may be asked of Azure, and when what is old is cleared away."""

MINE = "(SELECT nullif(current_setting('holdfast.tenant', true), ''))"
"""Asked once for each statement, not for each row. Unset reads as '' after the first transaction that set it."""
PLATFORM = "(SELECT current_setting('holdfast.platform', true) = 'on')"

# Roles belong to the cluster: another database of it may be making them at this moment, and no lock reaches across
# databases. Whoever comes second finds them there, or learns it from the unique index.
ROLE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        CREATE ROLE {role} NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""
# A superuser is a member of everything. Another owner makes himself one, so that one login can serve small set-ups, and
# because he gives functions to the worker. Since Postgres 16 whoever makes a role is a member of it that may not
# become it: there it is that right which is asked for, and taken without inheriting, because the worker's policy counts
# for whoever inherits its role: the owner would see every row without saying so.
MEMBER = """
DO $$ BEGIN
    IF current_setting('server_version_num')::int < 160000 THEN
        IF NOT pg_has_role(current_user, '{role}', 'MEMBER') THEN
            GRANT {role} TO CURRENT_USER;
        END IF;
    ELSIF NOT pg_has_role(current_user, '{role}', 'SET') THEN
        EXECUTE 'GRANT {role} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE';
    END IF;
END $$
"""
# What is asked over all tenants and shows nobody's row runs as the worker, whoever calls: counts for the metrics, how
# long the queue is before a job (a subscription may serve several tenants), and which vaults (whose ids the caller
# knows from Azure) somebody manages here.
ACROSS = """
CREATE FUNCTION holdfast_jobs_in_flight() RETURNS TABLE (kind text, state text, jobs bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT kind, state, count(*) FROM jobs
    WHERE state IN ('queued', 'submitting', 'running', 'cancelling') GROUP BY kind, state
$$;
CREATE FUNCTION holdfast_orphans() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT count(*) FROM attempts WHERE state = 'orphaned'
$$;
CREATE FUNCTION holdfast_queue_before(job uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT (
        SELECT count(*) FROM (
            SELECT FROM jobs AS other JOIN vault_watches AS place ON place.vault_id = other.vault_id
            WHERE other.state = 'queued' AND other.cancel IS NULL AND other.due_at <= mine.due_at
                AND (other.due_at, other.id) < (mine.due_at, mine.id) AND place.subscription_id = here.subscription_id
            LIMIT 1000
        ) AS before
    )
    FROM jobs AS mine JOIN vault_watches AS here ON here.vault_id = mine.vault_id
    WHERE mine.id = job AND mine.state = 'queued'
$$;
CREATE FUNCTION holdfast_vaults_managed(keys text[]) RETURNS TABLE (arm_key text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT vaults.arm_key FROM vaults WHERE vaults.arm_key = ANY (keys)
$$;
CREATE FUNCTION holdfast_tenant_holds(whose text) RETURNS TABLE (vaults bigint, jobs bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT (SELECT count(*) FROM vaults WHERE vaults.tenant = whose),
        (SELECT count(*) FROM jobs WHERE jobs.tenant = whose AND state IN
            ('awaiting_approval', 'queued', 'submitting', 'running', 'cancelling', 'needs_attention'))
    WHERE current_setting('holdfast.platform', true) = 'on'
$$;
"""
FUNCTIONS = (
    "holdfast_jobs_in_flight()",
    "holdfast_orphans()",
    "holdfast_queue_before(uuid)",
    "holdfast_vaults_managed(text[])",
    "holdfast_tenant_holds(text)",
)

# Whether a job needs a second person is said when it is asked, and by nobody afterwards. The trigger looks at updates
# that name the column only, and no statement of ours does.
APPROVAL_STAYS = """
CREATE FUNCTION holdfast_approval_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the approval of a job never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER approval_stays BEFORE UPDATE OF approval_id ON jobs FOR EACH ROW
    WHEN (OLD.approval_id IS DISTINCT FROM NEW.approval_id) EXECUTE FUNCTION holdfast_approval_stays();
"""

# Until now the directory of a token was its tenant. It stays one, with what it has: its vaults' subscriptions, and its
# directory's app roles.
TENANTS = """
INSERT INTO tenants (id, name, grants)
SELECT one.tenant, one.tenant, coalesce(
    (SELECT jsonb_agg(jsonb_build_object('subscription_id', of.subscription_id, 'resource_group', NULL))
     FROM (SELECT DISTINCT subscription_id FROM vaults WHERE vaults.tenant = one.tenant) AS of), '[]')
FROM (SELECT DISTINCT tenant FROM jobs WHERE tenant <> '') AS one;
INSERT INTO members (id, tenant, kind, issuer, directory, roles)
SELECT gen_random_uuid(), tenant, 'directory', issuer, tenant,
    '["reader", "operator", "restorer", "approver", "admin"]'
FROM (SELECT DISTINCT tenant, split_part(caller, '|', 1) AS issuer FROM jobs
      WHERE caller LIKE '%|%' AND split_part(caller, '|', 2) = tenant) AS seen;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("UPDATE attempts SET tenant = jobs.tenant FROM jobs WHERE jobs.id = attempts.job_id")
    op.execute("UPDATE cancellations SET tenant = jobs.tenant FROM jobs WHERE jobs.id = cancellations.job_id")
    op.execute(
        "INSERT INTO job_labels (tenant, name, value, job_id) "
        "SELECT tenant, one.key, one.value, id FROM jobs, jsonb_each_text(labels) AS one"
    )
    op.execute(TENANTS)
    op.execute(APPROVAL_STAYS)
    for role in ("holdfast_api", "holdfast_worker"):
        op.execute(ROLE.format(role=role))
        op.execute(MEMBER.format(role=role))
        op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    _look_across()
    for table in TABLES:
        _wall(table, f"tenant = {MINE}")
    _wall("members", f"tenant = {MINE} OR {PLATFORM}")
    _wall("tenants", f"id = {MINE} OR {PLATFORM}")
    for table in SHARED:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO holdfast_api, holdfast_worker")
    op.execute("GRANT SELECT ON alembic_version TO holdfast_api, holdfast_worker")


def _look_across() -> None:
    op.execute(ACROSS)
    op.execute("GRANT CREATE ON SCHEMA public TO holdfast_worker")
    for function in FUNCTIONS:
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO holdfast_api, holdfast_worker")
        op.execute(f"ALTER FUNCTION {function} OWNER TO holdfast_worker")
    op.execute("REVOKE CREATE ON SCHEMA public FROM holdfast_worker")


def _wall(table: str, mine: str) -> None:
    """The API's role sees and writes what is `mine`; a worker everything; the owner, without a role, nothing."""
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO holdfast_api, holdfast_worker")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_tenant ON {table} TO holdfast_api USING ({mine}) WITH CHECK ({mine})")
    op.execute(f"CREATE POLICY of_all ON {table} TO holdfast_worker USING (true) WITH CHECK (true)")


def downgrade() -> None:
    """The roles stay: they belong to the cluster, and another database may use them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER approval_stays ON jobs")
    op.execute("DROP FUNCTION holdfast_approval_stays()")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    for table in (*TABLES, "members", "tenants"):
        op.execute(f"DROP POLICY of_tenant ON {table}")
        op.execute(f"DROP POLICY of_all ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for table in (*TABLES, "members", "tenants", *SHARED, "alembic_version"):
        op.execute(f"REVOKE ALL ON {table} FROM holdfast_api, holdfast_worker")
