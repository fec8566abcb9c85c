"""One frozen Settings, read from environment variables (prefix HOLDFAST_) and checked once at start.

A missing or wrong setting stops the process with one line that names it: `SettingsError`, whose text is that line.
"""

import re
import ssl
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.core.networks import Network, allowed_networks
from app.core.secret_box import check_keys
from app.core.time_zones import is_zone

PREFIX = "HOLDFAST_"
AZURE_ARM_HOSTS = frozenset({"management.azure.com", "management.usgovcloudapi.net", "management.chinacloudapi.cn"})
"""The ARM hosts of Azure's own clouds. Any other ARM_URL needs `SIMULATOR=true`: real credentials never go there."""

PUBLIC_PRICES = "https://prices.azure.com"
"""The host of Azure's public price list (docs/azure.md, Sizes and prices)."""

MAIL_SCHEMES = frozenset({"smtp", "smtp+starttls", "smtps"})

SHORTEST_SETTLE = 120.0
"""Towards an Azure cloud: the send deadline (10 s), the longest wait for an answer (60 s), and Azure's own lists."""

Need = Literal["database_url", "oidc_issuers"]


class SettingsError(Exception):
    """A setting is missing or wrong; the message is one line that names it."""


def _split(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _address(text: str) -> SplitResult | None:
    """The parts of an http or https URL with a host; None for anything else."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} and parts.hostname else None


def _host(arm_url: str) -> str:
    return (urlsplit(arm_url).hostname or "").rstrip(".")


def _is_azure(arm_url: str) -> bool:
    """Whether it is the host of an Azure cloud itself."""
    return _host(arm_url) in AZURE_ARM_HOSTS


class Settings(BaseSettings):
    """The settings of README, Settings. Durations are in seconds."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    database_url: SecretStr | None = None
    data_dir: Path = Path(".holdfast")
    simulator: bool = False
    """Simulator mode, and nothing else says so: ARM_URL is a simulator, no real credential is ever read or sent."""
    arm_url: str = "https://management.azure.com"
    prices_url: str | None = None
    """Origin of the price list; unset = Azure's public one, or in simulator mode the simulator's."""
    oidc_issuers: Annotated[tuple[str, ...], NoDecode] = ()
    oidc_audience: str = Field(default="api://holdfast", min_length=1)
    poll_seconds: float = Field(default=30, gt=0, le=3600)
    estate_seconds: float = Field(default=900, ge=0, le=86400)
    """Interval at which the estate is read from Azure Resource Graph, in seconds. 0 = it is not read."""
    settle_restore_seconds: float = Field(default=900, ge=0, le=86400)
    settle_backup_seconds: float = Field(default=300, ge=0, le=86400)
    retention_events_days: float = Field(default=90, ge=1, le=36_500)
    """Retention of events and of the history of ended jobs, in days. The jobs themselves are kept."""
    retention_attempts_days: float = Field(default=30, ge=7, le=36_500)
    """Retention of closed attempts, in days. At least 7, so that an orphan can still be recognised."""
    retention_reports_days: float = Field(default=400, ge=31, le=36_500)
    """Retention of written reports, in days."""
    report_time_zone: str = "UTC"
    """IANA name: the days of the reports of tenants that have no time zone of their own."""
    smtp_url: SecretStr | None = None
    """The mail server of alerts: smtp://, smtp+starttls:// or smtps://, with user:password where it wants a login.
    Unset = no mail is sent."""
    mail_from: str | None = None
    """The address that mails of alerts come from."""
    report_link_minutes: float = Field(default=15, ge=1, le=1440)
    """Minutes that a link to a report is good for."""
    public_url: str | None = None
    """Address at which Azure reaches this API, such as https://backup.example; unset = Azure cannot call it."""
    streams_per_principal: int = Field(default=50, ge=1, le=100_000)
    """Streams of events that one principal may have open at one process."""
    streams_per_tenant: int = Field(default=500, ge=1, le=100_000)
    """Streams of events that one tenant may have open at one process."""
    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8000, ge=0, le=65535)
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    rate_per_minute: int = Field(default=12_000, ge=1, le=100_000_000)
    """Rate limit: requests per minute of one principal, in each process."""
    requests_at_once: int = Field(default=100, ge=1, le=100_000)
    """Concurrent requests of one principal, in each process; requests that wait for a job do not count."""
    bad_tokens_per_minute: int = Field(default=3_000, ge=1, le=100_000_000)
    """Rate limit: requests without a valid token per minute from one address, in each process."""
    live_reads_per_minute: int = Field(default=600, ge=0, le=1_000_000)
    """Rate limit: live reads of Azure per minute of one tenant without a quota of its own, in each process."""
    approval_hours: float = Field(default=4, gt=0, le=168)
    """Hours that a request waits for an approval; an approval is valid for the same time."""
    hint: bool = True
    """Whether Azure Resource Graph is asked which vaults to list first, where Azure allows few reads of jobs."""
    public_docs: bool | None = None
    """Whether /docs and /openapi.json are shown without a token; unset = in simulator mode only."""
    swagger_client_id: str = Field(default="", max_length=200, pattern=r"^[\x21-\x7e]*$")
    """Client id of the application that the Authorize button of /docs uses; not a secret."""

    secrets_keys: Annotated[SecretStr | None, NoDecode] = None
    """Keys that encrypt secrets at rest, split by commas: the first encrypts, every one decrypts."""
    evidence_keys: Annotated[SecretStr | None, NoDecode] = None
    """Ed25519 keys of evidence, split by commas: the first signs, the public keys of all are shown."""
    webhook_allowed_networks: Annotated[tuple[str, ...], NoDecode] = ()
    """Private networks that webhooks may call, such as 10.20.0.0/16."""
    webhook_ca_file: Path | None = None
    """Certificates (PEM) of authorities that receivers of webhooks may use, beside the system's."""
    retention_deliveries_days: float = Field(default=30, ge=1, le=36_500)
    """Retention of deliveries of webhooks that have ended, in days."""

    _split_issuers = field_validator("oidc_issuers", mode="before")(_split)
    _split_origins = field_validator("cors_origins", mode="before")(_split)
    _split_networks = field_validator("webhook_allowed_networks", mode="before")(_split)

    @field_validator("secrets_keys")
    @classmethod
    def _are_keys(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            check_keys(_split(value.get_secret_value()))
        return value

    @field_validator("evidence_keys")
    @classmethod
    def _are_signing_keys(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            check_keys(_split(value.get_secret_value()), "docs/evidence.md")
        return value

    @field_validator("webhook_allowed_networks")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        allowed_networks(value)
        return value

    @field_validator("webhook_ca_file")
    @classmethod
    def _is_pem(cls, value: Path | None) -> Path | None:
        if value is not None:
            try:
                ssl.create_default_context(cafile=str(value))
            except (OSError, ssl.SSLError):
                raise ValueError("it is not a readable file of certificates in PEM") from None
        return value

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        try:
            parts = urlsplit(value.get_secret_value())
            _ = parts.port
        except ValueError:
            # Python's own words would quote a part of the URL, and that part may be the password.
            raise ValueError("its host or port cannot be read; special characters are %-escaped") from None
        if parts.scheme not in {"postgresql", "postgres"}:
            raise ValueError("it must start with postgresql://")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _is_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        try:
            parts = urlsplit(value.get_secret_value())
            _ = parts.port
        except ValueError:
            # Python's own words would quote a part of the URL, and that part may be the password.
            raise ValueError("its host or port cannot be read; special characters are %-escaped") from None
        if parts.scheme not in MAIL_SCHEMES or not parts.hostname or parts.path.strip("/"):
            raise ValueError("it must be like smtps://user:password@host:465, smtp+starttls://host or smtp://host")
        if bool(parts.username) != bool(parts.password):
            raise ValueError("a login is a user and a password")
        return value

    @field_validator("mail_from")
    @classmethod
    def _is_one_address(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}", value):
            raise ValueError("it must be one bare address such as holdfast@example.com")
        return value

    @field_validator("arm_url")
    @classmethod
    def _is_origin(cls, value: str) -> str:
        parts = _address(value)
        if parts is None or parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError("it must be an origin such as https://management.azure.com")
        if _is_azure(value) and parts.scheme != "https":
            raise ValueError("an Azure cloud accepts https only")
        return value.rstrip("/")

    @field_validator("prices_url")
    @classmethod
    def _is_bare_origin(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = _address(value)
        if parts is None or parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError(f"it must be an origin such as {PUBLIC_PRICES}")
        return value.rstrip("/")

    @field_validator("public_url")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = _address(value)
        if parts is None or parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError("it must be an address such as https://backup.example, with a path at most")
        return value.rstrip("/")

    @field_validator("report_time_zone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        if not is_zone(value):
            raise ValueError("it must be an IANA time zone such as Europe/Berlin")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _are_exact(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for number, origin in enumerate(value, start=1):
            parts = _address(origin)
            if parts is None or f"{parts.scheme}://{parts.netloc}" != origin or "*" in origin or "@" in origin:
                # Not quoted: it may contain a password.
                raise ValueError(f"number {number} is not an exact origin such as https://portal.example")
        return value

    @property
    def webhook_networks(self) -> tuple[Network, ...]:
        """Private networks that webhooks may call."""
        return allowed_networks(self.webhook_allowed_networks)

    @property
    def keys_of_secrets(self) -> tuple[str, ...]:
        """In clear; the first encrypts. Empty where none is set."""
        return tuple(_split(self.secrets_keys.get_secret_value())) if self.secrets_keys else ()

    @property
    def keys_of_evidence(self) -> tuple[str, ...]:
        """In clear; the first signs. Empty where none is set."""
        return tuple(_split(self.evidence_keys.get_secret_value())) if self.evidence_keys else ()

    @property
    def prices_origin(self) -> str:
        """Where the price list is. No token is ever sent there."""
        return self.prices_url or (self.arm_url if self.simulator else PUBLIC_PRICES)

    @property
    def shows_docs(self) -> bool:
        """Whether the docs page is readable without a token."""
        return self.simulator if self.public_docs is None else self.public_docs

    @property
    def database_dsn(self) -> str:
        """The database URL in clear. Raises SettingsError when it is unset."""
        if self.database_url is None:
            raise SettingsError(_missing("database_url"))
        return self.database_url.get_secret_value()


def _missing(name: str) -> str:
    return f"{PREFIX}{name.upper()} is not set; it is required (see README, Settings)."


def _check_mode(settings: Settings) -> None:
    """SIMULATOR and ARM_URL must say the same: neither is ever guessed from the other."""
    host = _host(settings.arm_url)
    if not settings.simulator and host not in AZURE_ARM_HOSTS:
        raise SettingsError(
            f"{PREFIX}ARM_URL is wrong: {host} is not the host of an Azure cloud. "
            f"If it is a simulator, set {PREFIX}SIMULATOR=true."
        )
    # A region's own address (westeurope.management.azure.com) is Azure, too.
    if settings.simulator and any(f".{host}".endswith(f".{azure}") for azure in AZURE_ARM_HOSTS):
        raise SettingsError(
            f"{PREFIX}SIMULATOR is wrong: {host}, which {PREFIX}ARM_URL names, is Azure itself. "
            f"Set {PREFIX}ARM_URL to the simulator, or leave {PREFIX}SIMULATOR out."
        )


def _check_public_url(settings: Settings) -> None:
    """It carries secret addresses."""
    if settings.public_url is not None and not settings.simulator and urlsplit(settings.public_url).scheme != "https":
        raise SettingsError(f"{PREFIX}PUBLIC_URL is wrong: it must be https (http only in simulator mode).")


def load_settings(*needs: Need) -> Settings:
    """Read the environment. Raises SettingsError with one line that names the first missing or wrong setting."""
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "?"
        reason = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{PREFIX}{name.upper()} is wrong: {reason}.") from None
    for need in needs:
        if not getattr(settings, need):
            raise SettingsError(_missing(need))
    _check_mode(settings)
    if settings.smtp_url is not None and settings.mail_from is None:
        raise SettingsError(f"{PREFIX}MAIL_FROM is not set; {PREFIX}SMTP_URL needs it (see README, Settings).")
    for name in ("settle_restore_seconds", "settle_backup_seconds"):
        if not settings.simulator and getattr(settings, name) < SHORTEST_SETTLE:
            raise SettingsError(
                f"{PREFIX}{name.upper()} is wrong: below {SHORTEST_SETTLE:.0f} a request that is still on its way "
                "would be believed lost and sent again (docs/reliability.md, What is not promised)."
            )
    _check_public_url(settings)
    for number, issuer in enumerate(settings.oidc_issuers, start=1):
        parts = _address(issuer)
        if parts is None or (parts.scheme != "https" and not settings.simulator):
            raise SettingsError(
                f"{PREFIX}OIDC_ISSUERS is wrong: number {number} is not an https URL (http only in simulator mode)."
            )
        # It is shown to callers, written to logs, and is the first part of a caller's key.
        if {"@", "?", "#", "|"} & set(issuer):
            raise SettingsError(
                f"{PREFIX}OIDC_ISSUERS is wrong: number {number} holds one of @ ? # |, which no issuer has."
            )
    return settings
