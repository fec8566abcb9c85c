"""Daily reports, the links to them, and the time zone of a tenant

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

MINE = "tenant = (SELECT nullif(current_setting('holdfast.tenant', true), ''))"
RIGHTS = {
    # What was written is neither changed nor deleted by a caller; the worker deletes what is old.
    "daily_reports": {"holdfast_api": "SELECT", "holdfast_worker": "SELECT, INSERT, DELETE"},
    "report_links": {"holdfast_api": "SELECT, INSERT", "holdfast_worker": "SELECT, INSERT, DELETE"},
    "report_schedules": {"holdfast_api": "SELECT", "holdfast_worker": "SELECT, INSERT, UPDATE, DELETE"},
}
NOW = sa.text("clock_timestamp()")

# Grants stop our roles; this stops the owner of the tables, or a superuser, from doing it by mistake.
STAYS = """
CREATE FUNCTION holdfast_report_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'a report stays as it was written: a change is another revision'
        USING ERRCODE = 'insufficient_privilege';
END $$
"""
# A browser that opens a link names no tenant: the row says which one. It is found by the digest of a secret only, while
# the link is good and its tenant is there.
LINK = """
CREATE FUNCTION holdfast_report_link(token_digest text)
RETURNS TABLE (tenant text, day date, time_zone text, revision integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT link.tenant, link.day, link.time_zone, link.revision FROM report_links AS link
    WHERE link.digest = token_digest AND link.expires_at > clock_timestamp()
        AND EXISTS (SELECT FROM tenants WHERE tenants.id = link.tenant)
$$
"""
FUNCTION = "holdfast_report_link(text)"


def tz() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("tenants", sa.Column("time_zone", sa.Text()))
    op.create_table(
        "daily_reports",
        sa.Column("id", postgresql.UUID(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("written_at", tz(), server_default=NOW, nullable=False),
        sa.Column("totals", postgresql.JSONB(), nullable=False),
        sa.Column("head", postgresql.JSONB(), nullable=False),
        sa.Column("items", postgresql.JSONB(), nullable=False),
        sa.Column("nights", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_daily_reports"),
    )
    op.create_index(
        "uq_daily_reports_revision", "daily_reports", ["tenant", "time_zone", "day", "revision"], unique=True
    )
    op.create_index("ix_daily_reports_tenant_id", "daily_reports", ["tenant", "id"])
    op.create_index("ix_daily_reports_day", "daily_reports", ["day"])
    op.create_table(
        "report_links",
        sa.Column("id", postgresql.UUID(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer()),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", tz(), server_default=NOW, nullable=False),
        sa.Column("expires_at", tz(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_report_links"),
        sa.UniqueConstraint("digest", name="uq_report_links_digest"),
    )
    op.create_index("ix_report_links_expires_at", "report_links", ["expires_at"])
    op.create_table(
        "report_schedules",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("checked_at", tz()),
        sa.Column("due_at", tz(), server_default=NOW, nullable=False),
        sa.Column("lease_until", tz()),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("tenant", name="pk_report_schedules"),
    )
    for table, rights in RIGHTS.items():
        _wall(table, rights)
    op.execute(STAYS)
    op.execute(
        "CREATE TRIGGER stays BEFORE UPDATE ON daily_reports FOR EACH ROW EXECUTE FUNCTION holdfast_report_stays()"
    )
    _look_across()


def _wall(table: str, rights: dict[str, str]) -> None:
    for role, words in rights.items():
        op.execute(f"GRANT {words} ON {table} TO {role}")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_tenant ON {table} TO holdfast_api USING ({MINE}) WITH CHECK ({MINE})")
    op.execute(f"CREATE POLICY of_all ON {table} TO holdfast_worker USING (true) WITH CHECK (true)")


def _look_across() -> None:
    op.execute(LINK)
    op.execute("GRANT CREATE ON SCHEMA public TO holdfast_worker")
    op.execute(f"REVOKE ALL ON FUNCTION {FUNCTION} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {FUNCTION} TO holdfast_api, holdfast_worker")
    op.execute(f"ALTER FUNCTION {FUNCTION} OWNER TO holdfast_worker")
    op.execute("REVOKE CREATE ON SCHEMA public FROM holdfast_worker")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"DROP FUNCTION {FUNCTION}")
    for table in RIGHTS:
        op.drop_table(table)
    op.execute("DROP FUNCTION holdfast_report_stays()")
    op.drop_column("tenants", "time_zone")
