"""The table AzureBudget: one row for each limit that Azure counts."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.budgets.rules import GUESSED_RATE, GUESSED_TOKENS
from app.core.db.database import NOW, TZ, Base


class AzureBudget(Base):
    """Shared by every replica, and by every tenant of a subscription, because Azure counts them together.

    Holds no tenant's data. Written by `rows.py` only, deleted by `jobs/loops/prune.py` when it was
    not used for long; all times are the database's.
    """

    __tablename__ = "azure_budgets"

    subscription_id: Mapped[str] = mapped_column(Text, primary_key=True)
    principal: Mapped[str] = mapped_column(Text, primary_key=True)
    request_class: Mapped[str] = mapped_column(Text, primary_key=True)

    tokens: Mapped[float] = mapped_column(DOUBLE_PRECISION, server_default=str(GUESSED_TOKENS))
    """How many requests may be given out, as of `filled_at`; since then `rate` has come in every second."""
    filled_at: Mapped[datetime] = mapped_column(TZ, server_default=NOW)
    rate: Mapped[float] = mapped_column(DOUBLE_PRECISION, server_default=str(GUESSED_RATE))
    """Requests a second that can be kept up."""
    blocked_until: Mapped[datetime | None] = mapped_column(TZ)
    """No request of this class before this time (Retry-After)."""

    granted: Mapped[int] = mapped_column(Integer, server_default="0")
    """What the last lease got: it is read back by the very statement that gave it."""
    lent: Mapped[int] = mapped_column(Integer, server_default="0")
    """Given out to replicas and not accounted for yet: may be on its way, and in no `remaining` that was heard."""
    lent_until: Mapped[datetime | None] = mapped_column(TZ)
    """When the last lease ends. Tokens still lent at that time were lost with their replica."""
    spent: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """Requests that were answered, ever."""

    remaining: Mapped[int | None] = mapped_column(Integer)
    """What Azure said is left, last."""
    fullest: Mapped[int] = mapped_column(Integer, server_default="0")
    """The most that Azure ever said is left."""
    most_a_second: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    """What a refusal taught; None = Azure never refused after many requests."""
    history: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    """[[seconds since 1970, spent, remaining], ...] of the last hour, a minute apart: what `rate` is learnt from."""
