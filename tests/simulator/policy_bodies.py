"""Policy bodies as Azure takes them."""

import copy
from typing import Any

from tests.simulator.story import VAULT

PRODUCTION: dict[str, Any] = {
    "backupManagementType": "AzureIaasVM",
    "policyType": "V1",
    "timeZone": "Eastern Standard Time",
    "instantRpRetentionRangeInDays": 2,
    "schedulePolicy": {
        "schedulePolicyType": "SimpleSchedulePolicy",
        "scheduleRunFrequency": "Daily",
        "scheduleRunTimes": ["2026-11-22T02:00:00.000Z"],
    },
    "retentionPolicy": {
        "retentionPolicyType": "LongTermRetentionPolicy",
        "dailySchedule": {
            "retentionTimes": ["2026-11-22T02:00:00.000Z"],
            "retentionDuration": {"count": 30, "durationType": "Days"},
        },
        "weeklySchedule": {
            "daysOfTheWeek": ["Sunday"],
            "retentionTimes": ["2026-11-22T02:00:00.000Z"],
            "retentionDuration": {"count": 12, "durationType": "Weeks"},
        },
        "monthlySchedule": {
            "retentionScheduleFormatType": "Weekly",
            "retentionScheduleWeekly": {"daysOfTheWeek": ["Sunday"], "weeksOfTheMonth": ["First"]},
            "retentionTimes": ["2026-11-22T02:00:00.000Z"],
            "retentionDuration": {"count": 12, "durationType": "Months"},
        },
    },
}

PATH = f"{VAULT}/backupPolicies/production"


def production(**changes: Any) -> dict[str, Any]:
    return {"properties": copy.deepcopy(PRODUCTION) | changes}
