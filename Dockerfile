FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements.lock pyproject.toml README.md ./
COPY assistant ./assistant
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock \
 && /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --create-home --uid 10001 assistant && mkdir /data && chown assistant /data
COPY --from=build /venv /venv
WORKDIR /app
COPY knowledge ./knowledge
COPY prompts ./prompts
USER assistant
ENV PATH=/venv/bin:$PATH ASSISTANT_DATA_DIR=/data ASSISTANT_HOST=0.0.0.0 PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=60s \
  CMD python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/api/health', timeout=2)"
CMD ["sh", "-c", "assistant index && assistant train && exec assistant serve"]
