"""The web application below `/study-index` of Airflow's API server.

It only reads; what changes anything is a DAG run that it starts.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode, urlsplit

from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_dag
from fastapi import Depends, FastAPI, Form, HTTPException, Request, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, Field
from starlette.responses import Response

from pipeline.errors import StudyIndexError
from pipeline.ui import actions, pages, protection
from pipeline.ui.error_page import error_page
from pipeline.ui.frame import HEADERS
from pipeline.ui.visit import Visit

app = FastAPI(title="study-index", docs_url=None, redoc_url=None, openapi_url=None)

HELP = {
    401: "Sign in to Airflow, then load this page again.",
    403: "An administrator of Airflow gives the rights: to see a catalogue, read access to its DAG; to act, the right "
    "to start runs of it.",
}


def visited(request: Request, user: GetUserDep, session: SessionDep) -> Visit:
    """Who asks; nobody gets a page without being signed in."""
    return Visit(request, user, session)


@app.get("/index", response_class=HTMLResponse)
def index(visit: Annotated[Visit, Depends(visited)]) -> Response:
    """The index page."""
    return pages.index(visit)


@app.get("/run/{dag_id}/{run_id}", response_class=HTMLResponse, dependencies=[Depends(requires_access_dag("GET"))])
def run(visit: Annotated[Visit, Depends(visited)], dag_id: str, run_id: str) -> Response:
    """The page of one DAG run."""
    return pages.run(visit, dag_id, run_id)


class Pressed(BaseModel):
    """What a form sends; `why` is the person's reason, `generation` the number of what it is about."""

    token: str = ""
    why: str = Field("", max_length=1000)
    generation: int | None = Field(None, ge=1)


@app.post("/act/{dag_id}/{action}", dependencies=[Depends(requires_access_dag("GET"))])
def act(
    visit: Annotated[Visit, Depends(visited)], dag_id: str, action: str, pressed: Annotated[Pressed, Form()]
) -> Response:
    """Start the DAG run that does what a button says, and go back to the page."""
    protection.check(visit.request, visit.user, pressed.token)
    why = pressed.why.strip() or None
    started = actions.start(visit.session, visit.user, dag_id, action, why=why, generation=pressed.generation)
    said = urlencode(
        {"started": started.dag_id, "run": started.run_id or "", "to": action, "on": int(started.turned_on)}
    )
    return RedirectResponse(f"{_page_before(visit.request)}?{said}", status.HTTP_303_SEE_OTHER, HEADERS)


def _page_before(request: Request) -> str:
    """The page of ours that a form was on; the index page where that is not known."""
    root = request.scope["root_path"]
    before = urlsplit(request.headers.get("referer", "")).path
    return before if before.startswith(f"{root}/run/") else f"{root}/index"


@app.exception_handler(HTTPException)
def refused(request: Request, error: HTTPException) -> Response:
    """A page for what a person may not do, or what does not exist."""
    del request
    page = error_page(error.status_code, str(error.detail), help_text=HELP.get(error.status_code, ""))
    return HTMLResponse(page, error.status_code, HEADERS)


@app.exception_handler(RequestValidationError)
def unreadable(request: Request, error: RequestValidationError) -> Response:
    """A page for a request that is not as our forms send them."""
    del request
    page = error_page(400, f"The request cannot be read ({error.errors()[0]['msg']}): nothing was done.")
    return HTMLResponse(page, 400, HEADERS)


@app.exception_handler(StudyIndexError)
def unavailable(request: Request, error: StudyIndexError) -> Response:
    """A page for what study-index cannot read at this moment; its messages state what to do."""
    del request
    help_text = "Nothing was changed. Load the page again when this is mended; `study-index doctor` checks it all."
    return HTMLResponse(error_page(503, str(error), help_text=help_text), 503, HEADERS)
