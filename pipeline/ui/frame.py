"""How pages are sent: with headers that forbid whatever they do not need, and with a way out of Airflow's frame.

Airflow shows a page in a sandbox: a link in it cannot lead the whole window elsewhere. A link with `target="_top"` is
therefore pressed again by a few lines of script in Airflow's own document, which is of the same origin. The script also
takes over whether Airflow is shown dark or light, and loads a page again that waits for news; not while somebody has
opened a form in it, whose text would be lost.
"""

from __future__ import annotations

import re
import secrets

from fastapi.responses import HTMLResponse

SCRIPT = """
(() => {
  const seconds = Number(document.currentScript.dataset.refresh);
  const renew = () => {
    if (document.querySelector("details[open] form")) setTimeout(renew, 1000);
    else location.reload();
  };
  if (seconds) setTimeout(renew, seconds * 1000);
  const outside = window.parent;
  if (outside === window) return;
  const root = document.documentElement;
  const schemes = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
    .filter((rule) => rule.media && /prefers-color-scheme: *dark/.test(rule.media.mediaText));
  const follow = () => {
    const dark = outside.document.documentElement.classList.contains("dark");
    root.style.colorScheme = dark ? "dark" : "light";
    for (const rule of schemes) rule.media.mediaText = dark ? "all" : "not all";
  };
  follow();
  new MutationObserver(follow).observe(outside.document.documentElement, { attributeFilter: ["class"] });
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[target="_top"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const twin = outside.document.createElement("a");
    twin.href = link.href;
    twin.click();
  });
})();
"""

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'self'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""Of every answer: nothing is loaded from anywhere, and no other site can show the page in a frame."""


_OWN_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
"""The policy in a page, which is for a page in a file; here the header has one."""


def framed(page: str, *, refresh: int | None = None) -> HTMLResponse:
    """A page with the script, and with headers under which no other script runs.

    With `refresh`, it is loaded again after so many seconds, unless a form is open.
    """
    nonce = secrets.token_urlsafe(16)
    before, end, after = _OWN_POLICY.sub("", page, count=1).rpartition("</body>")
    headers = {
        **HEADERS,
        "Content-Security-Policy": f"{HEADERS['Content-Security-Policy']}; script-src 'nonce-{nonce}'",
    }
    script = f'<script nonce="{nonce}" data-refresh="{refresh or 0}">{SCRIPT}</script>'
    return HTMLResponse(f"{before}{script}{end}{after}", headers=headers)
