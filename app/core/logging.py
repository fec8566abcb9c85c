"""Structured logs: one JSON object a line, with the request id, job id and attempt id of the moment.

`structlog.contextvars.bind_contextvars(...)` carries the ids; nothing here ever sees a token or a body.
"""

import logging
import sys
from typing import Literal

import structlog


def configure_logging(process: Literal["api", "worker"], level: int = logging.INFO) -> None:
    """Send every log line of this process to stderr as JSON. Called once, at start."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    # Libraries log through the standard module; their warnings matter, their chatter (URLs, headers) does not.
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
