"""Quoth works without a network: in a network namespace that has only the loopback interface, it does not even try to
connect."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SEEDS
from tests.proof import Proof

WATCH = """
import os, sys

def record(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        host = arguments[1][0] if event != "socket.getaddrinfo" and isinstance(arguments[1], tuple)\
 else arguments[0] if event == "socket.getaddrinfo" else ""
        if str(host) not in ("", "None", "127.0.0.1", "localhost", "::1", "0.0.0.0", "b'127.0.0.1'", "b'localhost'"):
            with open(os.environ["QUOTH_ATTEMPTS"], "a") as file:
                file.write(f"{event} {arguments[1:] if event != 'socket.getaddrinfo' else arguments}\\n")

sys.addaudithook(record)
"""
USES = """
import json, subprocess, sys, urllib.request
quoth = [sys.executable, "-m", "quoth"]
subprocess.run([*quoth, "add", sys.argv[1], "-l", sys.argv[2]], check=True)
subprocess.run([*quoth, "ask", "How long will the truce last?", "-l", sys.argv[2]], check=True)
with subprocess.Popen([*quoth, "chat", "--port", "0", "--mcp", "-l", sys.argv[2]],\
 stderr=subprocess.PIPE, text=True) as chat:
    try:
        url = next(word for line in chat.stderr for word in line.split() if word.startswith("http://"))
        print(len(urllib.request.urlopen(url).read()) > 1000)
        asked = json.dumps({"data": ["How long will the truce last?"]}).encode()
        print(urllib.request.urlopen(urllib.request.Request(url + "gradio_api/run/ask", asked,\
 {"Content-Type": "application/json"})).read().decode())
    finally:
        chat.terminate()
"""


@pytest.mark.model
@pytest.mark.promise("It works with the network cut")
def test_add_ask_and_chat_without_a_network(tmp_path: Path, proof: Proof) -> None:
    cut = ["unshare", "--user", "--map-root-user", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    if not shutil.which("unshare") or subprocess.run([*cut, "true"], capture_output=True, check=False).returncode:
        pytest.skip("unshare cannot create a network namespace here, so the network cannot be cut")
    (tmp_path / "sitecustomize.py").write_text(WATCH, "utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tmp_path), os.getcwd()]),
        "QUOTH_ATTEMPTS": str(tmp_path / "attempts"),
    }
    for number in proof.times(short=1, long=5):
        command = [*cut, sys.executable, "-c", USES, str(SEEDS), str(tmp_path / f"library-{number}")]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        proof.holds(done.returncode == 0, done.stderr[-2000:])
        proof.holds("one-year" in done.stdout and "True" in done.stdout, done.stdout[-500:])
        attempts = (tmp_path / "attempts").read_text("utf-8") if (tmp_path / "attempts").exists() else ""
        proof.holds(not attempts, f"attempts to connect: {attempts}")
