"""Whether a POST comes from a page of ours: a token that is bound to the signed-in user, and the request's own origin.

Airflow's cookie is sent with requests of other sites in some cases, and without any login (simple auth where everybody
is an administrator) every request is allowed. So neither says that a person pressed a button on our page.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from urllib.parse import urlsplit

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.configuration import conf
from fastapi import HTTPException, Request, status

LIFETIME = 12 * 3600
"""Seconds for which a token is good: a page that is left open for a working day can still be used."""


def token_for(user: BaseUser, issued: int | None = None) -> str:
    """The token that forms on a page for this user carry; `issued` is a Unix time (default: now)."""
    begun = int(time.time()) if issued is None else issued
    return f"{begun}.{_signature(user, begun)}"


def check(request: Request, user: BaseUser, token: str) -> None:
    """Refuse a request that does not come from a page that was made for this user.

    Raises:
        HTTPException: 403, with the reason in words for a person.
    """
    if not _is_same_origin(request):
        raise HTTPException(status.HTTP_403_FORBIDDEN, "The request comes from another site: nothing was done.")
    begun, _, given = token.partition(".")
    if not (begun.isascii() and begun.isdigit() and len(begun) < 12) or not hmac.compare_digest(
        given.encode(), _signature(user, int(begun)).encode()
    ):
        raise HTTPException(
            status.HTTP_403_FORBIDDEN,
            "The request has no valid token: nothing was done. Open the page again, and use its buttons.",
        )
    if not 0 <= time.time() - int(begun) <= LIFETIME:
        raise HTTPException(
            status.HTTP_403_FORBIDDEN, "The page was open for too long: nothing was done. Load it again, then repeat."
        )


def _signature(user: BaseUser, begun: int) -> str:
    key = conf.get_mandatory_value("api", "secret_key").encode()
    return hmac.new(key, f"study-index\0{user.get_id()}\0{begun}".encode(), hashlib.sha256).hexdigest()


def _is_same_origin(request: Request) -> bool:
    """Whether a browser says that a page of this very site sent the request; a request that does not say so is not."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return site is not None
    own = {request.headers.get("host"), urlsplit(conf.get("api", "base_url", fallback="")).netloc} - {None, ""}
    return urlsplit(origin).netloc in own
