"""The host name of a service: in a container its own, here one that its environment states.

Airflow notes it with each job and task, so that it is known which worker did what.
"""

from __future__ import annotations

import os


def hostname() -> str:
    """For Airflow's setting `hostname_callable`."""
    return os.environ["HOSTNAME"]
