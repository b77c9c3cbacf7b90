"""Webhooks against a receiver that really listens: taken, refused, silent, elsewhere."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.acceptance.company import Company

from reskontra.adapters import webhooks
from reskontra.adapters.storage.opening import open_books
from reskontra.adapters.wiring import login_name
from reskontra.engine.preferences.webhooks import Subscription
from reskontra.engine.services.webhooks import again

KEY = b"not to be guessed"


@dataclass
class Receiver:
    """What came, and what is answered."""

    status: int = 200
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    silent: threading.Event = field(default_factory=threading.Event)
    url: str = ""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server on this computer."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.came.append((dict(self.headers), body))
            if found.status == 0:
                found.silent.wait(5)
                return
            self.send_response(found.status)
            self.send_header("Location", found.url)
            self.end_headers()
            self.wfile.write(b"as you say")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.url = f"http://127.0.0.1:{server.server_port}/hook"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield found
        found.silent.set()
        server.shutdown()


@pytest.fixture
def told(filled: Company, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Company:
    """A subscription, and a change of a customer that is due."""
    (filled.folder / "webhooks.yaml").write_text(
        f"webhooks:\n  - id: crm\n    url: {receiver.url}\n    secret_env: CRM_KEY\n"
        '    since: "2020-01-01"\n    events: [customer.changed]\n'
    )
    monkeypatch.setenv("CRM_KEY", KEY.decode())
    filled.cli("customers", "edit", "1001", "--set", "webhooks=true")
    filled.cli("customers", "edit", "1002", "--set", "name=Silent AB")
    return filled


def test_a_message_is_signed_and_told_once(told: Company, receiver: Receiver) -> None:
    due = told.cli("webhooks", "send", "--dry-run").out
    assert not receiver.came
    told.cli("webhooks", "send")
    assert "0 sent" in told.cli("webhooks", "send").out
    ((headers, body),) = receiver.came
    signature = hmac.new(KEY, body, hashlib.sha256).hexdigest()
    assert headers["Reskontra-Signature"] == f"sha256={signature}"
    message = json.loads(body)
    assert (message["customer"], message["event"]) == ("1001", "customer.changed")
    assert headers["Reskontra-Message"] == message["message"] == due.split()[0]
    told.check()

    told.cli("webhooks", "resend", message["message"])
    assert receiver.came[1][1] == body
    (listed, _) = told.cli("webhooks", "list", "--customer", "1001", "--format", "json").json()
    assert (listed["done"], listed["status"], listed["source"]) == (True, 200, "customer:1001")
    assert told.cli("webhooks", "show", "7.7", expect=65).codes == ["RK971"]


def test_who_only_reads_lists_and_sends_nothing(told: Company, receiver: Receiver) -> None:
    (told.path / "users.yaml").write_text(
        f"users:\n  - {{login: {login_name()}, roles: [auditor]}}\n"
    )
    told.cli("webhooks", "list")
    assert told.cli("webhooks", "send", "--dry-run", expect=64).codes == ["RK701"]
    assert not receiver.came


def test_what_is_not_taken_is_kept_and_tried_again(
    told: Company, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CRM_KEY")
    assert told.cli("webhooks", "send", expect=65).codes == ["RK970"]
    monkeypatch.setenv("CRM_KEY", KEY.decode())

    receiver.status = 500
    name = told.cli("webhooks", "send", expect=1).out.split()[0]
    assert "0 sent, 0 failed" in told.cli("webhooks", "send").out, "not before a minute"
    receiver.status = 302
    told.cli("webhooks", "resend", name, expect=1)
    assert len(receiver.came) == 2, "a redirect is not followed"
    shown = told.cli("webhooks", "show", name, "--format", "json").json()
    assert [(row["done"], row["status"]) for row in shown] == [(False, 500), (False, 302)]
    assert shown[0]["answer"] == "as you say"

    receiver.status = 0
    crm = Subscription("crm", (), receiver.url, "CRM_KEY", "2020-01-01")
    with open_books(told.url, "nordljus").read() as reader:
        (message,) = again(reader, name, [crm])
    answer = webhooks.send(message, KEY, waits=0.2)
    assert (answer.status, answer.done) == (0, False)
    assert "timed out" in answer.text
    (told.folder / "webhooks.yaml").unlink()
    assert told.cli("webhooks", "resend", name, expect=65).codes == ["RK971"]


def test_a_sender_killed_before_it_could_keep_the_answer_sends_again(
    told: Company, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr("reskontra.engine.services.webhooks.record", killed)
        told.cli("webhooks", "send", expect=130)
    told.cli("webhooks", "send")
    (first, again_) = receiver.came
    assert first[1] == again_[1]
    assert first[0]["Reskontra-Message"] == again_[0]["Reskontra-Message"]
