"""A real Datasette in this process, asked over its own client."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from altsync.config import Config
from altsync.web.context import Setup
from altsync.web.serve import application

ROOT = "root"


class Browser:
    """Asks as one actor (None: nobody) and keeps cookies, as a browser does; POSTs
    carry the page's CSRF token, and say that they come from a page of the server.

    As where somebody else started Datasette and takes care of who may see what;
    `Serving` is the whole thing."""

    def __init__(
        self, config: Config, actor: str | None = ROOT, setup: Setup | None = None
    ) -> None:
        self.setup = setup or Setup(config, owner="maria")
        self.datasette: Any = application(config, self.setup)
        self.cookies: dict[str, str] = {}
        self.actor(actor)

    def actor(self, name: str | None) -> Browser:
        """Ask as somebody else from now on."""
        self.cookies.pop("ds_actor", None)
        if name is not None:
            self.cookies["ds_actor"] = self.datasette.sign({"a": {"id": name}}, "actor")
        return self

    def request(
        self,
        method: str,
        path: str,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        body: str | None = None,
    ) -> Any:
        """The answer, without following redirects."""

        if method == "POST":
            headers = {"sec-fetch-site": "same-origin", **(headers or {})}

        async def ask() -> Any:
            await self.datasette.invoke_startup()
            return await self.datasette.client.request(
                method,
                path,
                data=data,
                content=body,
                cookies=self.cookies,
                headers=dict(headers or {}),
                follow_redirects=False,
            )

        answer = asyncio.run(ask())
        self.cookies.update(answer.cookies)
        return answer

    def get(self, path: str, **headers: str) -> Any:
        """GET."""
        return self.request("GET", path, headers=headers)

    def post(
        self,
        path: str,
        data: Mapping[str, Any] | None = None,
        *,
        page: str = "/-/altsync/review",
    ) -> Any:
        """POST a form that was served by `page`."""
        found = re.search(r'name="csrftoken" value="([^"]*)"', self.get(page).text)
        token = unescape(found.group(1)) if found else ""
        return self.request("POST", path, data={"csrftoken": token, **(data or {})})
