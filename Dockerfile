# Quoth with the locked packages and the default model, without torch; runs offline. See docs/deploy.md.

FROM python:3.11-slim-bookworm AS built
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /source
RUN python -m venv --without-pip /opt/quoth
COPY locks/run.txt locks/servers.txt locks/
# The options of the Makefile.
RUN set -e; \
    locked="pip --python /opt/quoth/bin/python install --quiet --require-hashes --no-deps --only-binary :all:"; \
    $locked -r locks/run.txt; \
    $locked -r locks/servers.txt
COPY pyproject.toml setup.py README.md LICENSE ./
COPY LICENSES LICENSES
COPY docs/quoth.1 docs/
COPY quoth quoth
COPY index index
COPY qa qa
COPY ui ui
COPY haystack_integrations haystack_integrations
COPY seeds seeds
RUN pip --python /opt/quoth/bin/python install --quiet --no-index --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
# Folders of libraries belong to the user, so that volumes mounted there do, too. The second one is the folder that a
# server keeps for the database of compose.yaml.
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin quoth \
    && install --directory --owner quoth --group quoth \
        /data /data/library /data/postgres-5432-quoth /data/postgres-5432-quoth/added
COPY --from=built /opt/quoth /opt/quoth
ENV PATH=/opt/quoth/bin:$PATH \
    QUOTH_HOME=/data QUOTH_LIBRARY=/data/library \
    PYTHONUNBUFFERED=1
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 7860
# A new server builds its indexes before it answers; the address of the check is described in docs/serving.md.
HEALTHCHECK --interval=15s --timeout=10s --start-period=15m --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:7860/healthz', timeout=9)"]
ENTRYPOINT ["quoth"]
CMD ["chat", "--host", "0.0.0.0"]
