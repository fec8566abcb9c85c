# One image for the API, the worker, the migration step and the simulator: `docker run holdfast serve|worker|migrate|simulator`.
# The base is an argument, for a mirror or a hardened image: docker build --build-arg BASE_IMAGE=... It needs Python 3.11
# or later, pip and useradd. Renovate (renovate.json) pins the default to its digest, and keeps that up to date.
ARG BASE_IMAGE=python:3.11-slim
FROM ${BASE_IMAGE}

# A user of its own, without a home to write into: the service keeps nothing outside Postgres.
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin holdfast
WORKDIR /srv/holdfast

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

# Dependencies first: this layer changes only when the lock does. The lock for production has no embedded Postgres.
COPY requirements.lock ./
RUN pip install --disable-pip-version-check --require-hashes -r requirements.lock --no-cache-dir

COPY pyproject.toml README.md LICENSE ./
COPY app ./app
COPY migrations ./migrations
RUN pip install --disable-pip-version-check --no-deps --no-build-isolation --no-cache-dir . \
    && rm -rf /srv/holdfast/*

USER 10001:10001
EXPOSE 8000
# In a container the API must be reachable from outside of it.
ENV HOLDFAST_HOST=0.0.0.0

# For the API; compose switches it off for the others. /healthz asks nothing of the database.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ.get('HOLDFAST_PORT', '8000') + '/healthz', timeout=2)"]

STOPSIGNAL SIGTERM
ENTRYPOINT ["holdfast"]
CMD ["serve"]
