# Stage 1: what the service imports, at the versions and hashes of the lock, and the service itself as a wheel.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/lianxi
COPY requirements.txt .
RUN /opt/lianxi/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements.txt
COPY . .
RUN /opt/lianxi/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

# Stage 2: no compiler, no source tree, no root.
FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/lianxi --create-home --shell /usr/sbin/nologin lianxi
COPY --from=build /opt/lianxi /opt/lianxi
ENV PATH=/opt/lianxi/bin:$PATH PYTHONUNBUFFERED=1 LIANXI_ENV=production LIANXI_DATA=/var/lib/lianxi
USER lianxi
WORKDIR /var/lib/lianxi
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s --retries=4 CMD ["python", "-m", "service.probe"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "1", "--blocking-threads", "4", "--no-ws", "service.wsgi:app"]
