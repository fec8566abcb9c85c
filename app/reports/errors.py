"""What can go wrong with a report."""

from app.core.errors import NotFound, ServiceError, Unprocessable


class ReportNotFound(NotFound):
    """There is no such report."""

    code = "report_not_found"


class ReportNotDue(Unprocessable):
    """The day, or the quarter, of the report has not begun."""

    code = "report_not_due"


class TimeZoneNotKnown(Unprocessable):
    """There is no such time zone."""

    code = "time_zone_not_known"


class FormNotOffered(ServiceError):
    """A report is JSON, CSV or HTML."""

    status = 406
    code = "form_not_offered"
