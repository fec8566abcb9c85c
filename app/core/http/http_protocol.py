"""Read and write timeouts of one HTTP connection.

uvicorn itself waits for a request's head for ever. Its keep-alive time-out counts only after an answer, and the first
byte calls it off: a client that sends a byte now and then, or nothing at all, keeps a socket, a parser and all that
came so far, and a few thousand of them keep every file descriptor that the process has. How long a body may take is
said in app/core/http/conventions.py; an application learns of a request only when its head is complete, so heads are
dealt with here.
"""

import asyncio
from uuid import uuid4

import structlog
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from app.core.http.conventions import SECURITY_HEADERS
from app.core.http.problems import ProblemResponse, head_too_large, head_too_slow, malformed_request

log = structlog.get_logger()

HEAD_SECONDS = 20.0
"""From the moment the caller may send (connected, or answered) until the head of a request is complete."""
HEAD_LIMIT = 64 * 1024
"""Bytes; plus at most one more read, because the parser has no limit of its own."""
LINGER_SECONDS = 2.0
"""How long what a refused caller still sends is thrown away: a connection closed over unread bytes is reset, and the
reset takes the answer with it before the caller has read it."""
UNREAD_SECONDS = 60.0
"""Maximum seconds that an answer waits for a caller who does not read it."""


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's protocol, whose waits end. For `uvicorn.Config(http=...)`."""

    _speaking: asyncio.TimerHandle | None = None
    """Set while the caller may begin or go on with a head, and no request of theirs is being worked on."""
    _taking: asyncio.TimerHandle | None = None
    """Set while the caller does not read the answer."""
    _head: int | None = None
    """How many bytes of a head have come; None = no head has begun."""
    _is_refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start_head_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._has_spoken()
        self._has_taken()
        super().connection_lost(exc)

    # --- heads -------------------------------------------------------------------------------------------------------
    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        super().data_received(data)
        if self._head is not None:
            self._head += len(data)
            if self._head > HEAD_LIMIT:
                self._refuse(head_too_large(HEAD_LIMIT))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head = 0

    def on_headers_complete(self) -> None:
        self._head = None
        self._has_spoken()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        # As uvicorn sees it: it counts the idle seconds only when no other request of the caller is in hand. The rest
        # of a body that was not read counts as silence, too.
        if self.timeout_keep_alive_task is not None or self.transport.is_closing():
            self._start_head_timer()

    def _start_head_timer(self) -> None:
        self._has_spoken()
        self._speaking = self.loop.call_later(HEAD_SECONDS, self._was_too_slow)

    def _has_spoken(self) -> None:
        if self._speaking is not None:
            self._speaking.cancel()
            self._speaking = None

    def _was_too_slow(self) -> None:
        self._speaking = None
        if self.transport.get_write_buffer_size():
            self._let_take()  # the caller has not even read the previous answer
        elif self._head is None:
            self.transport.close()
        else:
            self._refuse(head_too_slow())

    def send_400_response(self, msg: str) -> None:
        del msg  # uvicorn's own words, in plain text
        self._refuse(malformed_request())

    def _refuse(self, answer: ProblemResponse) -> None:
        """Answer here, because the application never sees a request without a head; in the same form as there."""
        self._is_refused, self._head = True, None
        self._has_spoken()
        request_id = str(uuid4())
        headers = [*answer.raw_headers, *SECURITY_HEADERS, (b"x-request-id", request_id.encode())]
        lines = [b"%s: %s\r\n" % header for header in headers]
        self.transport.write(b"".join([STATUS_LINE[answer.status_code], *lines, b"\r\n", bytes(answer.body)]))
        is_idle = self.cycle is None or self.cycle.response_complete
        if is_idle and self.transport.can_write_eof():
            self.transport.write_eof()
            self._speaking = self.loop.call_later(LINGER_SECONDS, self.transport.close)
        else:
            self.transport.close()
        log.info("request.head_refused", request_id=request_id, status=answer.status_code)

    # --- answers -----------------------------------------------------------------------------------------------------
    def pause_writing(self) -> None:
        super().pause_writing()
        self._let_take()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._has_taken()
        if self.cycle.response_complete and not self.pipeline:
            self._start_head_timer()

    def _let_take(self) -> None:
        self._has_taken()
        left = self.transport.get_write_buffer_size()
        self._taking = self.loop.call_later(UNREAD_SECONDS, self._check_write_progress, left)

    def _has_taken(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    def _check_write_progress(self, before: int) -> None:
        """Something is enough: a long answer over a slow line is no reason to hang up."""
        self._taking = None
        left = self.transport.get_write_buffer_size()
        if left >= before:
            self.transport.abort()  # closing it would wait until the caller reads it
        elif left:
            self._let_take()
        else:
            self._start_head_timer()
