"""A reader at one server over one kept connection: signs in with the form, then asks for pages."""

from __future__ import annotations

import re
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode


class Browser:
    """One person's browser."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port)
        self._cookies = SimpleCookie()

    def sign_in(self, username: str, password: str) -> None:
        """Signed in through the form, as a person would."""
        page = self._ask("GET", "/sign-in")
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token, "the sign-in page has no CSRF token"
        form = {"csrf_token": token[1], "username": username, "password": password}
        self._ask("POST", "/sign-in", urlencode(form), expected=302)

    def get(self, path: str) -> str:
        """The page, whole."""
        return self._ask("GET", path)

    def _ask(self, method: str, path: str, body: str | None = None, expected: int = 200) -> str:
        headers = {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = self._answer(method, path, body, headers)
        text = answer.read().decode()
        assert answer.status == expected, f"{method} {path}: {answer.status}\n{text[:500]}"
        for value in answer.headers.get_all("Set-Cookie", []):
            self._cookies.load(value)
        return text

    def _answer(self, *request: Any) -> HTTPResponse:
        self._connection.request(*request)
        try:
            return self._connection.getresponse()
        except RemoteDisconnected:  # the server hangs up on who has said nothing for a while
            self._connection.request(*request)
            return self._connection.getresponse()

    def close(self) -> None:
        self._connection.close()
