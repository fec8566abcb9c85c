"""Twenty invoices of a month, each by hand: the formula stands beside its figure. Imports nothing of app.

Prices, EUR, West Europe (docs/azure.md, Sizes and prices): instance 8.775779, LRS 0.019658, ZRS 0.024572, GRS 0.039315,
RA-GRS 0.049934, archive LRS 0.002106; snapshots as quoted for East US 2: 0.12 standard, 0.05 enhanced.
"""

from dataclasses import dataclass

PRICES = {
    "instance": "8.775779",
    "vault_storage_lrs": "0.019658",
    "vault_storage_zrs": "0.024572",
    "vault_storage_grs": "0.039315",
    "vault_storage_ra_grs": "0.049934",
    "archive_lrs": "0.002106",
    "snapshots_standard": "0.12",
    "snapshots_enhanced": "0.05",
}
_DAILY = {"frequency": "daily", "time": "02:00"}
POLICIES = {
    "daily_7": {"schedule": _DAILY, "retention": {"daily": {"count": 7}}},
    "daily_30": {"schedule": _DAILY, "retention": {"daily": {"count": 30}}},
    "daily_30_instant_5": {"schedule": _DAILY, "retention": {"daily": {"count": 30}}, "instant_restore_days": 5},
    "daily_180": {"schedule": _DAILY, "retention": {"daily": {"count": 180}}},
    "weekly_12": {
        "schedule": {"frequency": "weekly", "time": "02:00", "days": ["sunday"]},
        "retention": {"weekly": {"count": 12, "days": ["sunday"]}},
    },
    "layers": {
        "schedule": _DAILY,
        "retention": {
            "daily": {"count": 30},
            "weekly": {"count": 12, "days": ["sunday"]},
            "monthly": {"count": 12, "weeks": ["first"], "days": ["sunday"]},
        },
    },
    "enhanced_30_instant_7": {
        "schedule": _DAILY,
        "retention": {"daily": {"count": 30}},
        "instant_restore_days": 7,
        "enhanced": True,
    },
    "hourly": {
        "schedule": {"frequency": "hourly", "every_hours": 4, "start": "08:00", "window_hours": 12},
        "retention": {"daily": {"count": 30}},
        "instant_restore_days": 2,
    },
}


@dataclass(frozen=True, slots=True)
class Invoice:
    """One VM: GB used, churn and compression in per cent, policy, redundancy; and what each line comes to."""

    name: str
    used_gb: int
    churn: int
    compression: int
    policy: str
    redundancy: str
    archive_after_days: int | None
    instance: str
    vault: str
    snapshots: str
    total: str
    archive: str | None = None


INVOICES = (
    Invoice(
        "the guide's VM, locally redundant",
        100,
        2,
        0,
        "daily_30",
        "local",
        None,
        instance="8.7758",  # 1 x 8.775779
        vault="3.1060",  # 100 x (1 + 29 x 0.02) x 0.019658
        snapshots="0.2400",  # 100 x 1 x 0.02 x 0.12
        total="12.12",
    ),
    Invoice(
        "the same, zone-redundant",
        100,
        2,
        0,
        "daily_30",
        "zone",
        None,
        instance="8.7758",  # 1 x 8.775779
        vault="3.8824",  # 100 x (1 + 29 x 0.02) x 0.024572
        snapshots="0.2400",  # 100 x 1 x 0.02 x 0.12
        total="12.90",
    ),
    Invoice(
        "the same, geo-redundant",
        100,
        2,
        0,
        "daily_30",
        "geo",
        None,
        instance="8.7758",  # 1 x 8.775779
        vault="6.2118",  # 100 x (1 + 29 x 0.02) x 0.039315
        snapshots="0.2400",  # 100 x 1 x 0.02 x 0.12
        total="15.23",
    ),
    Invoice(
        "the same, with cross-region restore",
        100,
        2,
        0,
        "daily_30",
        "geo_and_cross_region",
        None,
        instance="8.7758",  # 1 x 8.775779
        vault="7.8896",  # 100 x (1 + 29 x 0.02) x 0.049934
        snapshots="0.2400",  # 100 x 1 x 0.02 x 0.12
        total="16.91",
    ),
    Invoice(
        "50 GB is still half an instance",
        50,
        1,
        0,
        "daily_30",
        "local",
        None,
        instance="4.3879",  # 0.5 x 8.775779
        vault="1.2679",  # 50 x (1 + 29 x 0.01) x 0.019658
        snapshots="0.0600",  # 50 x 1 x 0.01 x 0.12
        total="5.72",
    ),
    Invoice(
        "51 GB is a whole one",
        51,
        1,
        0,
        "daily_30",
        "local",
        None,
        instance="8.7758",  # 1 x 8.775779
        vault="1.2933",  # 51 x (1 + 29 x 0.01) x 0.019658
        snapshots="0.0612",  # 51 x 1 x 0.01 x 0.12
        total="10.13",
    ),
    Invoice(
        "500 GB is one instance",
        500,
        2,
        0,
        "daily_30",
        "geo",
        None,
        instance="8.7758",  # 1 x 8.775779
        vault="31.0589",  # 500 x (1 + 29 x 0.02) x 0.039315
        snapshots="1.2000",  # 500 x 1 x 0.02 x 0.12
        total="41.03",
    ),
    Invoice(
        "501 GB are two",
        501,
        2,
        0,
        "daily_30",
        "geo",
        None,
        instance="17.5516",  # 2 x 8.775779
        vault="31.1210",  # 501 x (1 + 29 x 0.02) x 0.039315
        snapshots="1.2024",  # 501 x 1 x 0.02 x 0.12
        total="49.87",
    ),
    Invoice(
        "2000 GB are four",
        2000,
        1,
        0,
        "daily_30",
        "local",
        None,
        instance="35.1031",  # 4 x 8.775779
        vault="50.7176",  # 2000 x (1 + 29 x 0.01) x 0.019658
        snapshots="2.4000",  # 2000 x 1 x 0.01 x 0.12
        total="88.22",
    ),
    Invoice(
        "compression saves a third",
        300,
        2,
        30,
        "daily_30",
        "geo",
        None,
        instance="8.7758",  # 1 x 8.775779
        vault="13.0447",  # 300 x 0.7 x (1 + 29 x 0.02) x 0.039315
        snapshots="0.7200",  # 300 x 1 x 0.02 x 0.12
        total="22.54",
    ),
    Invoice(
        "nothing changes",
        200,
        0,
        0,
        "daily_30",
        "local",
        None,
        instance="8.7758",  # 1 x 8.775779
        vault="3.9316",  # 200 x 0.019658
        snapshots="0.0000",  # 0 x 0.12
        total="12.71",
    ),
    Invoice(
        "everything changes each day",
        10,
        100,
        0,
        "daily_30",
        "local",
        None,
        instance="4.3879",  # 0.5 x 8.775779
        vault="5.8974",  # 10 x 30 x 0.019658
        snapshots="1.2000",  # 10 x 1 x 0.12
        total="11.49",
    ),
    Invoice(
        "seven daily points, the fewest there may be",
        100,
        2,
        0,
        "daily_7",
        "local",
        None,
        instance="8.7758",  # 1 x 8.775779
        vault="2.2017",  # 100 x (1 + 6 x 0.02) x 0.019658
        snapshots="0.2400",  # 100 x 1 x 0.02 x 0.12
        total="11.22",
    ),
    Invoice(
        "half a year of daily points",
        100,
        2,
        0,
        "daily_180",
        "geo",
        None,
        instance="8.7758",  # 1 x 8.775779
        vault="18.0063",  # 100 x (1 + 179 x 0.02) x 0.039315
        snapshots="0.2400",  # 100 x 1 x 0.02 x 0.12
        total="27.02",
    ),
    Invoice(
        "five days of instant restore",
        400,
        3,
        0,
        "daily_30_instant_5",
        "zone",
        None,
        instance="8.7758",  # 1 x 8.775779
        vault="18.3799",  # 400 x (1 + 29 x 0.03) x 0.024572
        snapshots="5.7600",  # 400 x 4 x 0.03 x 0.12
        total="32.92",
    ),
    Invoice(
        "weekly: seven days of change in each point",
        100,
        1,
        0,
        "weekly_12",
        "local",
        None,
        instance="8.7758",  # 1 x 8.775779
        vault="3.4795",  # 100 x (1 + 11 x 7 x 0.01) x 0.019658
        snapshots="0.0000",  # 0 x 0.12
        total="12.26",
    ),
    Invoice(
        "daily 30, weekly 12, monthly 12: 46.95 points",
        250,
        1,
        0,
        "layers",
        "geo_and_cross_region",
        None,
        instance="8.7758",  # 1 x 8.775779
        vault="18.2197",  # 250 x (1 + 45.95 x 0.01) x 0.049934
        snapshots="0.3000",  # 250 x 1 x 0.01 x 0.12
        total="27.30",
    ),
    Invoice(
        "enhanced: the snapshots' first copy is charged",
        100,
        2,
        0,
        "enhanced_30_instant_7",
        "local",
        None,
        instance="8.7758",  # 1 x 8.775779
        vault="3.1060",  # 100 x (1 + 29 x 0.02) x 0.019658
        snapshots="5.6000",  # 100 x (1 + 6 x 0.02) x 0.05
        total="17.48",
    ),
    Invoice(
        "every 4 hours for 12: 4 snapshots a day, one copied",
        100,
        2,
        0,
        "hourly",
        "geo",
        None,
        instance="8.7758",  # 1 x 8.775779
        vault="6.2118",  # 100 x (1 + 29 x 0.02) x 0.039315
        snapshots="5.1750",  # 100 x (1 + 7 x 0.02 / 4) x 0.05
        total="20.16",
    ),
    Invoice(
        "half a year, archived after 90 days",
        100,
        1,
        0,
        "daily_180",
        "local",
        90,
        instance="8.7758",  # 1 x 8.775779
        vault="3.7154",  # 100 x (1 + 89 x 0.01) x 0.019658
        snapshots="0.1200",  # 100 x 1 x 0.01 x 0.12
        archive="18.9540",  # 90 x 100 x 0.002106
        total="31.57",
    ),
)
