"""Sends messages over HTTP, signed; follows no redirect and does not wait for ever."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Mapping
from http.client import HTTPException, HTTPResponse
from urllib.request import HTTPErrorProcessor, Request, build_opener

from reskontra.engine.errors import Problem, ReskontraError
from reskontra.engine.preferences.webhooks import Subscription
from reskontra.engine.services.webhooks import ANSWER, Answer, Message

WAITS = 10.0
"""Seconds without a sign of the receiver after which it is given up."""
_LONGEST = ANSWER * 4
"""Bytes that are read of an answer."""


class _AsItCame(HTTPErrorProcessor):
    """Every answer is an answer: a redirect leads nowhere, a refusal has a text."""

    def http_response(self, request: Request, response: HTTPResponse) -> HTTPResponse:  # noqa: ARG002
        """The answer itself."""
        return response

    https_response = http_response


def secrets_of(
    subscriptions: Collection[Subscription], environment: Mapping[str, str]
) -> dict[str, bytes]:
    """The key of each subscription, by its id; raises ``ReskontraError`` RK970 for all that the
    environment does not hold.
    """
    keys = {each.id: environment.get(each.secret_env, "").encode() for each in subscriptions}
    missing = tuple(
        Problem(
            "RK970",
            f"webhook '{each.id}': the environment has no {each.secret_env}",
            help=f"set {each.secret_env} to the key that the receiver checks signatures with",
        )
        for each in subscriptions
        if not keys[each.id]
    )
    if missing:
        raise ReskontraError(missing)
    return keys


def send(message: Message, secret: bytes, waits: float = WAITS) -> Answer:
    """Post a message, and what came back."""
    body = message.body().encode()
    signature = hmac.new(secret, body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "Reskontra-Message": message.id,
        "Reskontra-Signature": f"sha256={signature}",
    }
    request = Request(message.subscription.url, body, headers, method="POST")  # noqa: S310
    try:
        with build_opener(_AsItCame).open(request, timeout=waits) as response:
            return Answer(response.status, _text(response.read1(_LONGEST)))
    except (OSError, HTTPException, ValueError) as error:
        return Answer(0, str(getattr(error, "reason", error)))


def _text(content: bytes) -> str:
    """Text that every database takes."""
    return content.decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
