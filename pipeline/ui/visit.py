"""Who asks for a page."""

from __future__ import annotations

from typing import NamedTuple

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from fastapi import Request
from sqlalchemy.orm import Session


class Visit(NamedTuple):
    """A request of a signed-in user, with a session of Airflow's database."""

    request: Request
    user: BaseUser
    session: Session
