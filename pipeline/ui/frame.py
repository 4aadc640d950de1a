"""How pages are sent: with headers that forbid whatever they do not need, and with a way out of Airflow's frame.

Airflow shows a page in a sandbox: a link in it cannot lead the whole window elsewhere. A link with `target="_top"` is
therefore pressed again by a few lines of script in Airflow's own document, which is of the same origin. The script also
takes over whether Airflow is shown dark or light.
"""

from __future__ import annotations

import secrets

from fastapi.responses import HTMLResponse

SCRIPT = """
(() => {
  const outside = window.parent;
  if (outside === window) return;
  const theme = () => {
    const dark = outside.document.documentElement.classList.contains("dark");
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  };
  theme();
  new MutationObserver(theme).observe(outside.document.documentElement, { attributeFilter: ["class"] });
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


def framed(page: str) -> HTMLResponse:
    """A page with the script, and with headers under which no other script runs."""
    nonce = secrets.token_urlsafe(16)
    before, end, after = page.rpartition("</body>")
    if not end:
        before, after = page, ""
    policy = f"{HEADERS['Content-Security-Policy']}; script-src 'nonce-{nonce}'"
    content = f'{before}<script nonce="{nonce}">{SCRIPT}</script>{end}{after}'
    return HTMLResponse(content, headers={**HEADERS, "Content-Security-Policy": policy})
