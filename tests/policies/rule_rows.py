"""Policies and what is wrong with each."""

from tests.policies.bodies import DAILY, HOURLY, LEFT_OUT, WEEKLY, Body, changed

MONTHLY = {"count": 12, "weeks": ["first"], "days": ["sunday"]}
YEARLY = {"count": 7, "months": ["january"], "weeks": ["first"], "days": ["sunday"]}

# (what is wrong, the body, the pointer, a word of the remedy)
ROWS: list[tuple[str, Body, str, str]] = [
    # --- names
    ("a name that begins with a digit", changed(DAILY, name="1st"), "#/name", "name"),
    ("a name with a space", changed(DAILY, name="my policy"), "#/name", "name"),
    ("a name with an underscore", changed(DAILY, name="my_policy"), "#/name", "name"),
    ("a name of two letters", changed(DAILY, name="ab"), "#/name", "name"),
    ("a name that ends with a hyphen", changed(DAILY, name="prod-"), "#/name", "name"),
    ("no name", changed(DAILY, name=LEFT_OUT), "#/name", "Add"),
    ("a name of 151 letters", changed(DAILY, name="a" * 151), "#/name", "Correct"),
    # --- time zones
    ("a zone that does not exist", changed(DAILY, time_zone="Mars/Olympus"), "#/time_zone", "IANA"),
    ("a zone's slip of the pen", changed(DAILY, time_zone="Europe/Berln"), "#/time_zone", "Europe/Berlin"),
    ("a zone in another letter case", changed(DAILY, time_zone="europe/berlin"), "#/time_zone", "Europe/Berlin"),
    ("Azure's name of a zone", changed(DAILY, time_zone="Eastern Standard Time"), "#/time_zone", "America/New_York"),
    ("an offset for a zone", changed(DAILY, time_zone="+02:00"), "#/time_zone", "IANA"),
    ("a path for a zone", changed(DAILY, time_zone="../etc/passwd"), "#/time_zone", "IANA"),
    ("a zone that Azure does not have", changed(DAILY, time_zone="Antarctica/Troll"), "#/time_zone", "IANA"),
    ("no zone", changed(DAILY, time_zone=LEFT_OUT), "#/time_zone", "Add"),
    # --- schedules
    ("no schedule", changed(DAILY, schedule=LEFT_OUT), "#/schedule", "Add"),
    ("a frequency of its own", changed(DAILY, schedule__frequency="fortnightly"), "#/schedule", "Correct"),
    ("a quarter past", changed(DAILY, schedule__time="02:15"), "#/schedule/time", "02:00 or 02:30"),
    ("a minute before the hour", changed(WEEKLY, schedule__time="22:59"), "#/schedule/time", "22:30"),
    ("an hour that is none", changed(DAILY, schedule__time="24:00"), "#/schedule/time", "Correct"),
    ("a time with seconds", changed(DAILY, schedule__time="02:00:00"), "#/schedule/time", "Correct"),
    ("a time without its zero", changed(DAILY, schedule__time="2:00"), "#/schedule/time", "Correct"),
    ("a daily schedule with days", changed(DAILY, schedule__days=["monday"]), "#/schedule/days", "Remove"),
    ("a weekly schedule without days", changed(WEEKLY, schedule__days=LEFT_OUT), "#/schedule/days", "Add"),
    ("a weekly schedule on no day", changed(WEEKLY, schedule__days=[]), "#/schedule/days", "Correct"),
    ("a day twice", changed(WEEKLY, schedule__days=["sunday", "sunday", "saturday"]), "#/schedule/days", "once"),
    ("a day that is none", changed(WEEKLY, schedule__days=["someday"]), "#/schedule/days/0", "Correct"),
    ("a window's start off the half hour", changed(HOURLY, schedule__start="08:10"), "#/schedule/start", "08:30"),
    ("every hour", changed(HOURLY, schedule__every_hours=1), "#/schedule/every_hours", "4, 6, 8 or 12"),
    ("every five hours", changed(HOURLY, schedule__every_hours=5), "#/schedule/every_hours", "4, 6, 8 or 12"),
    ("every 24 hours", changed(HOURLY, schedule__every_hours=24), "#/schedule/every_hours", "4, 6, 8 or 12"),
    ("no hours between", changed(HOURLY, schedule__every_hours=0), "#/schedule/every_hours", "4, 6, 8 or 12"),
    ("a window that is no multiple", changed(HOURLY, schedule__window_hours=10), "#/schedule/window_hours", "8, 12"),
    ("a window of a day less an hour", changed(HOURLY, schedule__window_hours=23), "#/schedule/window_hours", "24"),
    ("a window longer than a day", changed(HOURLY, schedule__window_hours=28), "#/schedule/window_hours", "24"),
    ("a window of nothing", changed(HOURLY, schedule__window_hours=0), "#/schedule/window_hours", "4"),
    ("a window before it began", changed(HOURLY, schedule__window_hours=-12), "#/schedule/window_hours", "4"),
    (
        "a window shorter than the interval",
        changed(HOURLY, schedule__every_hours=12, schedule__window_hours=8), "#/schedule/window_hours", "12, 24",
    ),
    ("an hourly schedule with a time", changed(HOURLY, schedule__time="02:00"), "#/schedule/time", "Remove"),
    ("hourly, but not enhanced", changed(HOURLY, enhanced=False), "#/enhanced", "Leave enhanced out"),
    # --- which rules there must be
    ("no retention", changed(DAILY, retention=LEFT_OUT), "#/retention", "Add"),
    ("nothing kept", changed(DAILY, retention={}), "#/retention/daily", "30"),
    ("a daily schedule kept weekly only", changed(DAILY, retention__daily=None), "#/retention/daily", "30"),
    ("an hourly one kept monthly only", changed(HOURLY, retention={"monthly": MONTHLY}), "#/retention/daily", "30"),
    ("a weekly schedule kept daily", changed(WEEKLY, retention__daily={"count": 30}), "#/retention/daily", "Leave"),
    ("a weekly schedule without its rule", changed(WEEKLY, retention__weekly=None), "#/retention/weekly", "weeks"),
    ("a rule of its own", changed(DAILY, retention__hourly={"count": 5}), "#/retention/hourly", "Remove"),
    # --- how long
    ("six days", changed(DAILY, retention__daily__count=6), "#/retention/daily/count", "7 to 9999"),
    ("no day", changed(DAILY, retention__daily__count=0), "#/retention/daily/count", "7 to 9999"),
    ("a negative number of days", changed(DAILY, retention__daily__count=-30), "#/retention/daily/count", "7 to 9999"),
    ("ten thousand days", changed(DAILY, retention__daily__count=10_000), "#/retention/daily/count", "7 to 9999"),
    ("half a day", changed(DAILY, retention__daily__count=7.5), "#/retention/daily/count", "Correct"),
    ("days in words", changed(DAILY, retention__daily__count="many"), "#/retention/daily/count", "Correct"),
    ("no week", changed(DAILY, retention__weekly__count=0), "#/retention/weekly/count", "1 to 5163"),
    ("a century of weeks", changed(DAILY, retention__weekly__count=5164), "#/retention/weekly/count", "1 to 5163"),
    ("a century of months", changed(DAILY, retention__monthly__count=1189), "#/retention/monthly/count", "1 to 1188"),
    ("a century", changed(DAILY, retention__yearly__count=100), "#/retention/yearly/count", "1 to 99"),
    ("no year", changed(DAILY, retention__yearly__count=0), "#/retention/yearly/count", "1 to 99"),
    ("no count", changed(DAILY, retention__daily={}), "#/retention/daily/count", "Add"),
    ("more points than a VM has", changed(HOURLY, retention__daily__count=9990), "#/retention/daily/count", "9978"),
    # --- weekly
    ("weekly without its day", changed(DAILY, retention__weekly={"count": 4}), "#/retention/weekly/days", "Add"),
    ("weekly on no day", changed(DAILY, retention__weekly__days=[]), "#/retention/weekly/days", "Correct"),
    ("weekly twice a day", changed(DAILY, retention__weekly__days=["sunday"] * 2), "#/retention/weekly/days", "once"),
    (
        "weekly on a day that never runs",
        changed(WEEKLY, retention__weekly__days=["monday"]), "#/retention/weekly/days", "saturday, sunday",
    ),
    (
        "weekly on some of the days that run",
        changed(WEEKLY, retention__weekly__days=["sunday"]), "#/retention/weekly/days", "saturday, sunday",
    ),
    # --- monthly
    ("a month without a day", changed(DAILY, retention__monthly={"count": 3}), "#/retention/monthly", "dates"),
    (
        "a month in both forms",
        changed(DAILY, retention__monthly=MONTHLY | {"dates": [1]}), "#/retention/monthly", "dates",
    ),
    ("weeks without days", changed(DAILY, retention__monthly__days=[]), "#/retention/monthly/days", "sunday"),
    ("days without weeks", changed(DAILY, retention__monthly__weeks=[]), "#/retention/monthly/weeks", "first"),
    ("a fifth week", changed(DAILY, retention__monthly__weeks=["fifth"]), "#/retention/monthly/weeks/0", "Correct"),
    ("a week twice", changed(DAILY, retention__monthly__weeks=["last"] * 2), "#/retention/monthly/weeks", "once"),
    (
        "a date that February lacks",
        changed(DAILY, retention__monthly={"count": 3, "dates": [1, 29]}), "#/retention/monthly/dates/1", "last",
    ),
    (
        "the zeroth of a month",
        changed(DAILY, retention__monthly={"count": 3, "dates": [0]}), "#/retention/monthly/dates/0", "1 to 28",
    ),
    (
        "a date twice",
        changed(DAILY, retention__monthly={"count": 3, "dates": [1, 1]}), "#/retention/monthly/dates", "once",
    ),
    (
        "a date in words",
        changed(DAILY, retention__monthly={"count": 3, "dates": ["first"]}), "#/retention/monthly/dates/0", "Correct",
    ),
    (
        "dates with a weekly schedule",
        changed(WEEKLY, retention__monthly={"count": 3, "dates": [1]}), "#/retention/monthly/dates", "weeks and days",
    ),
    (
        "a month's weekday that never runs",
        changed(WEEKLY, retention__monthly=MONTHLY | {"days": ["monday"]}), "#/retention/monthly/days", "saturday",
    ),
    # --- yearly
    (
        "a year without a month",
        changed(DAILY, retention__yearly={"count": 7, "dates": [1]}), "#/retention/yearly/months", "Add",
    ),
    ("a year of no month", changed(DAILY, retention__yearly__months=[]), "#/retention/yearly/months", "Correct"),
    ("a month twice", changed(DAILY, retention__yearly__months=["may"] * 2), "#/retention/yearly/months", "once"),
    ("no such month", changed(DAILY, retention__yearly__months=["smarch"]), "#/retention/yearly/months/0", "Corr"),
    ("a year without a day", changed(DAILY, retention__yearly__dates=[]), "#/retention/yearly", "dates"),
    (
        "a year in both forms",
        changed(DAILY, retention__yearly=YEARLY | {"dates": ["last"]}), "#/retention/yearly", "dates",
    ),
    (
        "a year's weekday that never runs",
        changed(WEEKLY, retention__yearly=YEARLY | {"days": ["friday"]}), "#/retention/yearly/days", "sunday",
    ),
    (
        "a year's date with a weekly schedule",
        changed(WEEKLY, retention__yearly={"count": 7, "months": ["may"], "dates": [1]}),
        "#/retention/yearly/dates", "weeks and days",
    ),
    # --- instant restore
    ("no snapshot", changed(DAILY, instant_restore_days=0), "#/instant_restore_days", "1 to 5"),
    ("six days of snapshots", changed(DAILY, instant_restore_days=6), "#/instant_restore_days", "enhanced"),
    ("a month and a day", changed(HOURLY, instant_restore_days=31), "#/instant_restore_days", "1 to 30"),
    ("31, enhanced", changed(DAILY, instant_restore_days=31, enhanced=True), "#/instant_restore_days", "1 to 30"),
    ("a week's backups, two days", changed(WEEKLY, instant_restore_days=2), "#/instant_restore_days", "5"),
    ("a week's backups, six days", changed(WEEKLY, instant_restore_days=6), "#/instant_restore_days", "5"),
    # --- fields
    ("Azure's own words", changed(DAILY, schedulePolicy={}), "#/schedulePolicy", "Remove"),
    ("a schedule as text", changed(DAILY, schedule="daily at two"), "#/schedule", "Correct"),
    ("days as text", changed(WEEKLY, schedule__days="sunday"), "#/schedule/days", "Correct"),
]  # fmt: skip
