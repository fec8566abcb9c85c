"""The simulator as a process: signals, and connections that are really cut."""

import signal
import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

import httpx
import pytest

from tests.simulator.process import ROOT, running_simulator

SUBSCRIPTIONS = "/subscriptions?api-version=2022-12-01"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_with_exit_code_0_even_with_a_connection_open(number: signal.Signals) -> None:
    with running_simulator() as (url, process), httpx.Client(base_url=url) as client:
        client.get(SUBSCRIPTIONS)
        begun = time.monotonic()
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
        assert time.monotonic() - begun < 10
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_drop_after_cuts_the_connection_without_a_byte_and_the_next_one_works() -> None:
    with running_simulator() as (url, process):
        fault = {"match": {"path": "/subscriptions$"}, "effect": "drop_after"}
        assert httpx.post(f"{url}/_simulator/faults", json=fault).status_code == 200
        address = (urlsplit(url).hostname or "", urlsplit(url).port or 0)
        with socket.create_connection(address, timeout=5) as wire:
            wire.sendall(f"GET {SUBSCRIPTIONS} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            try:
                received = wire.recv(1)
            except ConnectionResetError:
                received = b""
        assert received == b""
        assert httpx.get(url + SUBSCRIPTIONS).status_code == 401
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""  # the server did not complain about an application that never answered


def test_it_serves_on_an_inherited_socket() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = [sys.executable, "-m", "app.simulator", "--fd", str(listener.fileno())]
        process = subprocess.Popen(
            command, cwd=ROOT, pass_fds=[listener.fileno()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            assert process.stdout is not None
            url = process.stdout.readline().split()[-1]
            assert urlsplit(url).port == listener.getsockname()[1]
            assert httpx.get(url + SUBSCRIPTIONS).status_code == 401
        finally:
            process.kill()
            process.communicate()


def test_half_a_tls_identity_is_refused() -> None:
    command = [sys.executable, "-m", "app.simulator", "--port", "0", "--tls-cert", __file__]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert "go together" in done.stderr
