"""A server of its own on this machine, kept waiting by its clients. Nothing here depends on how fast it is."""

from __future__ import annotations

import os
import signal
import socket
import time

import pytest

from bench.load import Connection
from bench.slow_clients import slow_head, unfinished_post, unread_download
from config.serving import channel
from config.serving.lanes import FairQueue
from tests.config.serving.application import LARGE
from tests.config.serving.conftest import PATIENCE, end, wait_until


def answer_of(client: socket.socket) -> bytes:
    client.settimeout(PATIENCE)
    got = b""
    while more := client.recv(65_536):
        got += more
    return got


def ends_with(client: socket.socket, end: bytes) -> bool:
    """Whether what comes ends with `end`, in as many pieces as it may come."""
    client.settimeout(PATIENCE)
    got = b""
    while not got.endswith(end):
        more = client.recv(65_536)
        if not more:
            return False
        got += more
    return True


def test_bodies_that_do_not_arrive_stop_nothing_and_are_refused(small_site):
    clients = [unfinished_post(small_site.port, "/body") for _ in range(40)]
    assert small_site.get("/")[0] == 200
    assert small_site.get("/healthz", port=small_site.health_port)[0] == 200
    for client in clients:
        answer = answer_of(client)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"Retry-After: 5" in answer and answer.endswith(b"<h1>late</h1>")


def test_a_program_is_refused_in_problem_details(hasty_site):
    client = unfinished_post(hasty_site.port, "/api/v1/nodes")
    answer = answer_of(client)
    assert b"application/problem+json" in answer and b'"status": 408' in answer


def test_a_head_that_does_not_end_is_refused(hasty_site):
    clients = [slow_head(hasty_site.port) for _ in range(40)]
    assert hasty_site.get("/")[0] == 200
    assert all(answer_of(client).startswith(b"HTTP/1.1 408 ") for client in clients)


@pytest.mark.parametrize("path", ["/large", "/pieces", "/file"])
def test_answers_that_nobody_reads_keep_no_thread_and_are_ended(hasty_site, path):
    clients = [unread_download(hasty_site.port, path) for _ in range(12)]
    for _ in range(20):
        assert hasty_site.get("/")[0] == 200
    for client in clients[:2]:
        client.settimeout(PATIENCE)
        # Whoever reads on afterwards finds the connection gone before the end of the answer.
        wait_until(lambda client=client: has_ended(client), "an unread answer to be ended")


def has_ended(client: socket.socket) -> bool:
    """Whether the server has ended the connection, asked without reading any of the answer."""
    state = client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
    return state != 1  # TCP_ESTABLISHED


def test_an_answer_that_is_read_slowly_comes_whole(small_site):
    client = unread_download(small_site.port, "/file")
    assert small_site.get("/")[0] == 200
    client.settimeout(PATIENCE)
    got = 0
    while got < LARGE:
        more = client.recv(65_536)
        assert more
        got += len(more)


def test_a_large_body_arrives_and_one_that_is_too_large_is_refused(small_site):
    client = unfinished_post(small_site.port, "/body", promised=5_000_000, sent=b"a" * 5_000_000)
    assert ends_with(client, b"5000000")
    client = unfinished_post(small_site.port, "/body", promised=30 * 1024 * 1024, sent=b"")
    answer = answer_of(client)
    assert answer.startswith(b"HTTP/1.1 413 ") and answer.endswith(b"<h1>too large</h1>")


def test_a_body_that_flows_slowly_may_take_longer_than_one_that_stands_still(small_site):
    """64 KB buy a second."""
    size = 40 * 65_536
    client = unfinished_post(small_site.port, "/body", promised=size, sent=b"")
    began = time.monotonic()
    for _ in range(40):
        client.sendall(b"a" * 65_536)
        time.sleep(0.3)
    assert time.monotonic() - began > channel.BODY_SECONDS
    assert ends_with(client, str(size).encode())


def test_a_body_that_trickles_is_refused(hasty_site):
    client = unfinished_post(hasty_site.port, "/body", promised=1_000, sent=b"")
    client.settimeout(0.1)
    answer = b""
    while not answer:
        try:
            client.sendall(b"a")
            answer = client.recv(4096)
        except TimeoutError:
            continue
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_addresses_take_turns():
    queue = FairQueue()
    for number in range(100):
        queue.put("greedy", f"greedy {number}")
    queue.put("modest", "modest 0")
    queue.put("other", "other 0")
    assert [queue.get()[1] for _ in range(4)] == ["greedy 0", "modest 0", "other 0", "greedy 1"]
    assert queue.size == 98 and queue.waiting("greedy") == 98 and queue.waiting("modest") == 0


def test_an_answer_to_head_has_no_body_and_the_connection_goes_on(small_site):
    with socket.create_connection(("127.0.0.1", small_site.port), timeout=PATIENCE) as client:
        for _ in range(2):
            client.sendall(b"HEAD /large HTTP/1.1\r\nHost: a\r\n\r\n")
            head = client.recv(65_536)
            assert head.endswith(b"\r\n\r\n") and f"Content-Length: {LARGE}".encode() in head


def test_what_is_costly_leaves_threads_for_the_rest_and_waits_in_a_short_line(small_site):
    """Two processes with one costly thread each and room for four that wait: of thirty, most are refused at once."""
    clients = []
    for number in range(30):
        client = socket.create_connection(("127.0.0.1", small_site.port), timeout=PATIENCE)
        client.sendall(f"GET /sleep?5 HTTP/1.1\r\nHost: a\r\nX-Who: {number % 2}\r\n\r\n".encode())
        clients.append(client)
    for _ in range(20):
        assert small_site.get("/")[0] == 200
    statuses = [client.recv(4096)[9:12] for client in clients]
    assert set(statuses) <= {b"200", b"503", b"429"}
    assert b"200" in statuses and len(set(statuses)) > 1


def test_what_is_kept_is_given_whatever_waits_in_its_lane(small_site):
    """All that the lane of "/sleep" has is taken, and more is refused; what was answered before needs none of it."""
    clients = []
    for number in range(30):
        client = socket.create_connection(("127.0.0.1", small_site.port), timeout=PATIENCE)
        client.sendall(f"GET /sleep?5 HTTP/1.1\r\nHost: a\r\nX-Who: {number % 2}\r\n\r\n".encode())
        clients.append(client)
    for _ in range(20):
        status, head, body = small_site.get("/sleep?kept")
        assert (status, body) == (200, b"again") and b"x-kept: yes" in head and b"date: " in head
    statuses = {client.recv(4096)[9:12] for client in clients}
    assert len(statuses) > 1


@pytest.mark.parametrize("query", ["kept", "unmeasured"])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_what_is_kept_ends_with_the_connection_where_that_is_asked(small_site, query, version):
    with socket.create_connection(("127.0.0.1", small_site.port), timeout=PATIENCE) as client:
        client.sendall(f"GET /?{query} HTTP/{version}\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while more := client.recv(65_536):
            answer += more
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b" 200 OK\r\n" in head and b"Content-Length: 5" in head and b"Connection: close" in head
    assert body == b"again"


def test_what_is_kept_has_no_body_for_head_nor_where_nothing_has_changed(small_site):
    with socket.create_connection(("127.0.0.1", small_site.port), timeout=PATIENCE) as client:
        for method, query, status in (("HEAD", "kept", b"200"), ("GET", "unchanged", b"304"), ("GET", "kept", b"200")):
            client.sendall(f"{method} /?{query} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            head = client.recv(65_536)
            assert head[9:12] == status and head.partition(b"\r\n\r\n")[2] == b"again" * (
                method == "GET" and status == b"200"
            )


@pytest.mark.parametrize("status", ["204+No+Content", "304+Not+Modified"])
def test_a_connection_stays_open_after_an_answer_without_a_body(small_site, status):
    """waitress 3.0.2 says "Connection: close" with each (task.py, `build_response_header`)."""
    with socket.create_connection(("127.0.0.1", small_site.port), timeout=PATIENCE) as client:
        for path, code, end in ((f"/nothing?{status}", status[:3], b"\r\n\r\n"), ("/", "200", b"hello")):
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            answer = b""
            while not answer.endswith(end):
                more = client.recv(65_536)
                assert more, "the connection was ended"
                answer += more
            assert answer[9:12] == code.encode() and b"connection: close" not in answer.lower()
        client.sendall(f"GET /nothing?{status} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while more := client.recv(65_536):
            answer += more
        assert answer[9:12] == status[:3].encode() and b"Connection: close" in answer


def test_where_what_is_kept_cannot_be_reached_it_is_worked_out(small_site):
    status, _, body = small_site.get("/?broken")
    assert (status, body) == (200, b"hello")


def test_a_process_that_is_killed_is_started_again(small_site):
    before = small_site.children()
    victim = int(small_site.get("/pid")[2])
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: victim not in small_site.children() and len(small_site.children()) == 3, "a new process")
    assert len(before & small_site.children()) == 2
    assert small_site.get("/")[0] == 200
    wait_until(lambda: b'"answering": 2' in small_site.get("/healthz", port=small_site.health_port)[2], "its pulse")


def test_health_is_ill_when_no_process_answers(hasty_site):
    stopped: set[int] = set()
    wait_until(lambda: stopped.add(int(hasty_site.get("/pid")[2])) or len(stopped) == 2, "both to be heard")
    assert len(stopped) == 2
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    # Those that stand still are noticed (after 30 s; here 3), and killed and started again (after 60 s; here 6).
    wait_until(lambda: hasty_site.get("/healthz", port=hasty_site.health_port)[0] == 503, "503")
    wait_until(lambda: hasty_site.get("/healthz", port=hasty_site.health_port)[0] == 200, "new processes")


def test_what_was_asked_before_it_is_last_sent_stop_is_answered(small_site):
    connection = Connection("127.0.0.1", small_site.port)
    connection.socket.sendall(b"GET /sleep?2 HTTP/1.1\r\nHost: a\r\n\r\n")
    assert small_site.get("/")[0] == 200
    wait_until(lambda: small_site.get("/healthz")[0] == 200, "the request to be taken")
    status = end(small_site)
    assert ends_with(connection.socket, b"slept")
    assert status == 0


def test_processes_do_not_outlive_their_supervisor(small_site):
    children = small_site.children()
    assert children and all(os.path.exists(f"/proc/{pid}") for pid in children)
    small_site.supervisor.kill()
    small_site.supervisor.wait(PATIENCE)
    wait_until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in children), "the processes to end")
