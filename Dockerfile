# Quoth with the locked packages and the default model; runs offline. See docs/deploy.md.
# Python 3.11, because PyTorch's build for CPUs is locked for that version.

FROM python:3.11-slim-bookworm AS built
# The address of PyTorch's index of builds for CPUs. Without it, the build for GPUs is installed (several GB).
ARG PIP_EXTRA_INDEX_URL
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /source
RUN python -m venv --without-pip /opt/quoth
COPY locks/cpu.txt locks/run.txt locks/cuda.txt locks/servers.txt locks/
# The steps and options of the Makefile.
RUN set -e; \
    locked="pip --python /opt/quoth/bin/python install --quiet --require-hashes --no-deps --only-binary :all:"; \
    $locked -r locks/cpu.txt || echo "PyTorch for CPUs was not found; installing the build for GPUs (several GB)"; \
    $locked -r locks/run.txt; \
    /opt/quoth/bin/python -c 'import importlib.metadata as m; exit("cuda" in str(m.requires("torch")))' \
        || $locked -r locks/cuda.txt; \
    $locked -r locks/servers.txt
COPY pyproject.toml README.md LICENSE ./
COPY quoth quoth
COPY index index
COPY qa qa
COPY ui ui
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
