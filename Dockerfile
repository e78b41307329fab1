# The application: web server, worker and every management command. The same set-up as anywhere else: `make setup`.
FROM debian:12-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates make postgresql-client python3 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/hereabouts

# First what changes rarely, so that a change of the code does not install everything again. With DATABASE_URL set,
# no database server is put into this image.
COPY Makefile pyproject.toml requirements.lock requirements-node.lock package.json package-lock.json .npmrc ./
COPY config/__init__.py config/
COPY config/machine/ config/machine/
RUN DATABASE_URL=postgresql://db/not-at-build-time make setup \
    && rm -rf /var/lib/apt/lists/* /root/.cache /root/.npm var

COPY . .
RUN useradd --system --uid 10001 --home-dir /srv/hereabouts --shell /usr/sbin/nologin hereabouts \
    && SECRET_KEY=not-kept-in-the-image DJANGO_SETTINGS_MODULE=config.settings.dev \
       .venv/bin/python manage.py collectstatic --noinput -v 0 \
    && mkdir -p var/media var/basemap var/snapshots var/log var/withdrawals \
    && chown -R hereabouts: var
USER hereabouts

ENV DJANGO_SETTINGS_MODULE=config.settings.production \
    PATH=/srv/hereabouts/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "config/docker/healthcheck.py"]
CMD ["python", "-m", "config.serving", "--host", "0.0.0.0", "--port", "8000", "--grace", "20"]
