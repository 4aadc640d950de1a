# The image of study-index: Airflow's official image with the versions of requirements-production.lock, and the wheel.
#   docker compose build
# A tag can be moved; to be sure of the bytes, give its digest: --build-arg AIRFLOW_IMAGE=apache/airflow@sha256:…
ARG AIRFLOW_IMAGE=apache/airflow:slim-3.3.2-python3.11

# The wheel, built as `make wheel` builds it.
FROM ${AIRFLOW_IMAGE} AS wheel
WORKDIR /tmp/source
COPY --chown=50000:0 requirements-wheel.lock ./
RUN pip install --no-cache-dir --require-hashes --no-deps -r requirements-wheel.lock
COPY --chown=50000:0 pyproject.toml README.md LICENSE NOTICE study-index.toml ./
COPY --chown=50000:0 pipeline pipeline
COPY --chown=50000:0 mappings mappings
COPY --chown=50000:0 devnode devnode
COPY --chown=50000:0 dags dags
RUN python -m build --no-isolation --outdir dist .

# What runs.
FROM ${AIRFLOW_IMAGE}
ARG VERSION=0.2.0
LABEL org.opencontainers.image.title="study-index" \
      org.opencontainers.image.description="Study catalogues in, one faceted Elasticsearch index out" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.authors="study-index" \
      org.opencontainers.image.vendor="study-index"

# Airflow's image has a virtual environment for all users at /home/airflow/.local. The lock file replaces each package
# of it that has another version there; `pip check` finds what then no longer fits together.
COPY --chown=50000:0 requirements-production.lock /tmp/build/
COPY --from=wheel --chown=50000:0 /tmp/source/dist/*.whl /tmp/build/
RUN pip install --no-cache-dir --require-hashes --no-deps -r /tmp/build/requirements-production.lock \
    && pip install --no-cache-dir --no-deps --no-index /tmp/build/study_index-*.whl \
    && pip check

# The working folder is root's, as nothing writes there. What is made at run time has folders of its own; a new volume
# takes over their owner.
USER 0:0
COPY study-index.toml /opt/study-index/
COPY dags /opt/study-index/dags
RUN mkdir -p /opt/study-index/catalogues /var/lib/study-index/staging /secrets/keys /secrets/reader \
    && chmod -R a+rX /opt/study-index \
    && chown -R 50000:0 /var/lib/study-index /secrets/keys /secrets/reader \
    && chmod -R g=u /var/lib/study-index \
    && chmod 700 /secrets/keys /secrets/reader
USER 50000:0

WORKDIR /opt/study-index
ENV STUDY_INDEX_FOLDER=/opt/study-index \
    STUDY_INDEX_HOME=/var/lib/study-index \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/study-index/dags
