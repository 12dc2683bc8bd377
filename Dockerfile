# One image for everything that runs: worker, migrations, command line. The code runs in place in /app.
FROM python:3.11-slim

# Zone data comes from the pinned tzdata package, never from the image's own files.
ENV PYTHONTZPATH="" \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PATH="/venv/bin:$PATH"

RUN groupadd --system --gid 10001 dayzero \
    && useradd --system --uid 10001 --gid dayzero --home-dir /data --shell /usr/sbin/nologin dayzero \
    && install --directory --owner dayzero --group dayzero /data

WORKDIR /app

COPY requirements-runtime.lock ./
RUN python -m venv /venv \
    && pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement requirements-runtime.lock

COPY domain ./domain
COPY protocols ./protocols
COPY sites ./sites
COPY store ./store
COPY activities ./activities
COPY replay ./replay
COPY workflows ./workflows
COPY console ./console
COPY worker.py settings.py pyproject.toml LICENSE ./
RUN python -m compileall -q domain protocols sites store activities replay workflows console worker.py settings.py

# Which code this is: workers of one build form one version of the worker deployment.
ARG BUILD_ID=dev
ENV DAYZERO_HOME=/data \
    DAYZERO_LOG_FORMAT=json \
    DAYZERO_BUILD_ID=${BUILD_ID}

USER dayzero
VOLUME /data
ENTRYPOINT ["python", "-m", "console"]
CMD ["--help"]
