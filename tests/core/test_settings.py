"""Each setting: what is wrong is one line that names it, and never repeats a secret."""

import pytest

from app.core.settings import SettingsError, load_settings

GOOD = {"DATABASE_URL": "postgresql://holdfast@db/holdfast", "OIDC_ISSUERS": "https://issuer.example/v2.0"}

WRONG = [
    ("DATABASE_URL", ""),
    ("DATABASE_URL", "mysql://h/d"),
    ("DATABASE_URL", "h/d"),
    ("DATABASE_URL", "postgresql://["),
    ("DATABASE_URL", "postgresql://u:s3cret/x@h/d"),
    ("DATABASE_URL", "postgresql://u:s3cret@h:port/d"),
    ("ARM_URL", ""),
    ("ARM_URL", "management.azure.com"),
    ("ARM_URL", "https://management.azure.com/path"),
    ("ARM_URL", "http://management.azure.com"),
    ("ARM_URL", "ftp://x"),
    ("ARM_URL", "https://u:s3cret@x"),
    ("ARM_URL", "http://127.0.0.1:8010"),
    ("ARM_URL", "https://management.azure.com.example"),
    ("ARM_URL", "https://westeurope.management.azure.com"),
    ("ARM_URL", "http://management.azure.com."),
    ("SIMULATOR", "true"),
    ("SIMULATOR", "perhaps"),
    ("SIMULATOR", ""),
    ("ARM_URL", "https://x?y=z"),
    ("ARM_URL", "https://["),
    ("ARM_URL", "https://x:port"),
    ("PRICES_URL", ""),
    ("PRICES_URL", "prices.azure.com"),
    ("PRICES_URL", "https://prices.azure.com/api/retail/prices"),
    ("PRICES_URL", "https://u:s3cret@prices.example"),
    ("PRICES_URL", "https://["),
    ("SECRETS_KEYS", "s3cret"),
    ("SECRETS_KEYS", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,s3cret"),
    ("EVIDENCE_KEYS", "s3cret"),
    ("EVIDENCE_KEYS", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,s3cret"),
    ("WEBHOOK_ALLOWED_NETWORKS", "10.0.0.1/8"),
    ("WEBHOOK_ALLOWED_NETWORKS", "169.254.0.0/16"),
    ("WEBHOOK_CA_FILE", "/nowhere/at/all.pem"),
    ("RETENTION_DELIVERIES_DAYS", "0"),
    ("OIDC_ISSUERS", ""),
    ("OIDC_ISSUERS", " , "),
    ("OIDC_ISSUERS", "http://issuer.example"),
    ("OIDC_ISSUERS", "issuer.example"),
    ("OIDC_ISSUERS", "https://["),
    ("OIDC_ISSUERS", "https://a.example,nonsense"),
    ("OIDC_ISSUERS", "https://u:s3cret@issuer.example"),
    ("OIDC_ISSUERS", "https://issuer.example?key=s3cret"),
    ("OIDC_ISSUERS", "ftp://u:s3cret@issuer.example"),
    ("OIDC_ISSUERS", "https://issuer.example/a|b"),
    ("CORS_ORIGINS", "https://u:s3cret@portal.example"),
    ("OIDC_AUDIENCE", ""),
    ("POLL_SECONDS", "0"),
    ("POLL_SECONDS", "-1"),
    ("POLL_SECONDS", "soon"),
    ("POLL_SECONDS", "nan"),
    ("POLL_SECONDS", "inf"),
    ("POLL_SECONDS", "3601"),
    ("SETTLE_RESTORE_SECONDS", "-1"),
    ("SETTLE_RESTORE_SECONDS", "inf"),
    ("SETTLE_BACKUP_SECONDS", "nan"),
    ("SETTLE_BACKUP_SECONDS", "119"),
    ("SETTLE_RESTORE_SECONDS", "0"),
    ("SETTLE_BACKUP_SECONDS", "x"),
    ("HOST", ""),
    ("PORT", "http"),
    ("PORT", "-1"),
    ("PORT", "65536"),
    ("PORT", "80.5"),
    ("CORS_ORIGINS", "*"),
    ("CORS_ORIGINS", "https://*.example"),
    ("CORS_ORIGINS", "https://portal.example/"),
    ("CORS_ORIGINS", "portal.example"),
    ("CORS_ORIGINS", "https://portal.example?x"),
    ("CORS_ORIGINS", "https://good.example,https://u@bad.example"),
    ("CORS_ORIGINS", "https://portal.example\nx"),
]


def put(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"HOLDFAST_{name}", value)


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_setting_is_one_line_that_names_it(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    put(monkeypatch, GOOD | {name: value})
    with pytest.raises(SettingsError) as refused:
        load_settings("database_url", "oidc_issuers")
    line = str(refused.value)
    assert line.startswith(f"HOLDFAST_{name} is ")
    assert "\n" not in line
    assert "s3cret" not in line


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_setting_is_one_line_that_names_it(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    put(monkeypatch, {other: value for other, value in GOOD.items() if other != name})
    with pytest.raises(SettingsError, match=f"^HOLDFAST_{name} is not set; [^\n]+$"):
        load_settings("database_url", "oidc_issuers")


def test_good_settings_are_taken_and_the_rest_has_the_defaults_of_the_readme(monkeypatch: pytest.MonkeyPatch) -> None:
    put(
        monkeypatch, GOOD | {"CORS_ORIGINS": "https://a.example, http://localhost:3000", "SETTLE_BACKUP_SECONDS": "240"}
    )
    settings = load_settings("database_url", "oidc_issuers")
    assert settings.cors_origins == ("https://a.example", "http://localhost:3000")
    assert (settings.settle_restore_seconds, settings.settle_backup_seconds) == (900, 240)
    assert (settings.host, settings.port, settings.poll_seconds) == ("127.0.0.1", 8000, 30)
    assert (settings.oidc_audience, settings.simulator) == ("api://holdfast", False)
    assert "s3cret" not in repr(settings.model_copy(update={}))


@pytest.mark.parametrize(
    "host",
    [
        "management.azure.com",
        "MANAGEMENT.azure.com.",
        "management.usgovcloudapi.net",
        "management.chinacloudapi.cn",
        "westeurope.management.azure.com",
    ],
)
def test_simulator_mode_with_an_address_of_azures_own_is_refused(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    put(monkeypatch, GOOD | {"SIMULATOR": "true", "ARM_URL": f"https://{host}"})
    with pytest.raises(SettingsError, match=r"^HOLDFAST_SIMULATOR is wrong: [^\n]+ is Azure itself[^\n]+$"):
        load_settings()


def test_another_host_without_simulator_mode_is_refused_with_the_setting_to_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(monkeypatch, GOOD | {"ARM_URL": "http://simulator:8010"})
    with pytest.raises(SettingsError, match=r"^HOLDFAST_ARM_URL is wrong: simulator [^\n]+HOLDFAST_SIMULATOR=true\.$"):
        load_settings()


def test_a_simulated_azure_may_settle_as_fast_as_it_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, GOOD | {"SIMULATOR": "true", "ARM_URL": "http://127.0.0.1:8010", "SETTLE_BACKUP_SECONDS": "0"})
    assert load_settings().settle_backup_seconds == 0


def test_an_issuer_without_tls_is_for_a_simulator_only(monkeypatch: pytest.MonkeyPatch) -> None:
    put(
        monkeypatch,
        GOOD
        | {"SIMULATOR": "true", "ARM_URL": "http://127.0.0.1:8010", "OIDC_ISSUERS": "http://127.0.0.1:8010/t/v2.0"},
    )
    settings = load_settings("database_url", "oidc_issuers")
    assert settings.simulator
    assert settings.oidc_issuers == ("http://127.0.0.1:8010/t/v2.0",)


def test_the_password_of_the_database_is_not_in_what_settings_show(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, {"DATABASE_URL": "postgresql://u:s3cret@h/d"})
    settings = load_settings("database_url")
    assert "s3cret" not in f"{settings!r} {settings}"
    assert "s3cret" in settings.database_dsn
