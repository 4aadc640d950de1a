"""The web application below `/study-index` of Airflow's API server."""

from __future__ import annotations

from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_dag
from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse

app = FastAPI(title="study-index", docs_url=None, redoc_url=None, openapi_url=None)


@app.get("/index", response_class=HTMLResponse)
def index(user: GetUserDep) -> str:
    """The index page."""
    del user
    return "<!doctype html><title>Study index</title><h1>Study index</h1>"


@app.get("/run/{dag_id}/{run_id}", response_class=HTMLResponse, dependencies=[Depends(requires_access_dag("GET"))])
def run(dag_id: str, run_id: str) -> str:
    """The page of one DAG run."""
    del dag_id, run_id
    return "<!doctype html><title>Run report</title><h1>Run report</h1>"
