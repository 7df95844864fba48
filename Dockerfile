FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements.lock ./
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY assistant ./assistant
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --create-home --uid 10001 assistant && mkdir /data && chown assistant /data
COPY --from=build /venv /venv
WORKDIR /app
COPY knowledge ./knowledge
COPY prompts ./prompts
COPY --chown=assistant evals/suites ./evals/suites
COPY --chown=assistant evals/judges ./evals/judges
RUN mkdir evals/runs && chown assistant evals evals/runs
USER 10001
ENV PATH=/venv/bin:$PATH ASSISTANT_DATA_DIR=/data ASSISTANT_HOST=0.0.0.0 ASSISTANT_PORT=8000 PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8000
# the first start fits the models: some minutes on two cores
# hadolint ignore=DL3025
HEALTHCHECK --interval=30s --timeout=3s --start-period=900s \
  CMD python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$ASSISTANT_PORT/api/health', timeout=2)"
CMD ["sh", "-c", ": \"${ASSISTANT_API_KEY:?serving beyond this container needs a key: set it}\" && assistant index && assistant train && exec assistant serve"]
