# Stands in for examples/website/backend/Dockerfile where python:3.12 cannot be pulled.
ARG BASE
FROM ${BASE}

ENV PYTHONUNBUFFERED=1 PYTHONPATH=/app/site-packages
WORKDIR /app/backend

RUN useradd --uid 10001 --user-group --no-create-home app
COPY site-packages /app/site-packages
RUN python3 -m compileall -q /app/site-packages

COPY entrypoint.sh logging.json ./
COPY app ./app
RUN python3 -m compileall -q app

ENTRYPOINT ["/app/backend/entrypoint.sh"]
CMD ["python3", "-m", "uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000", \
  "--log-config", "logging.json", "--forwarded-allow-ips", "*"]
