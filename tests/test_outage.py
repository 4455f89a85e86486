"""A database that is away for a while: every use says so, and works again when it is back, without a restart."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quoth import Library
from quoth.index.errors import LibraryUnavailable
from quoth.ui.server.security.guard import Rules
from tests.conftest import SEEDS
from tests.made import write
from tests.postgres import Databases, Opener, answer
from tests.server import client_of, send

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

FERRY = "The ferry to Norderney sails at nine."
AWAY = r"^postgresql://\S+ cannot be used at present: .* Check that the server runs"


def test_each_use_says_that_the_database_is_away_and_works_when_it_is_back(
    server: Opener, durable: Databases, tmp_path: Path
) -> None:
    library = server(durable.new())
    library.add(write(tmp_path, "ferry.txt", FERRY))
    quay = write(tmp_path, "quay.txt", "The quay is 90 metres long.")
    durable.kill()
    uses = (
        answer, Library.status, Library.catalogue, lambda library: library.add(quay),
        lambda library: library.changing().__enter__(), answer,
    )  # fmt: skip
    for use in uses:
        with pytest.raises(LibraryUnavailable, match=AWAY):
            use(library)
    durable.start()
    assert answer(library) == FERRY
    assert len(library.add(quay).added) == 1


def test_the_page_says_that_the_database_is_away_and_works_when_it_is_back(
    server: Opener, durable: Databases, tmp_path: Path
) -> None:
    library = server(durable.new())
    library.add(write(tmp_path, "ferry.txt", FERRY))
    asked = {"questions": ["When does the ferry sail?", "And the ferry to Norderney?"]}
    quote = {"text": FERRY, "source": str(tmp_path / "ferry.txt"), "start": 0, "end": len(FERRY)}
    uses = {
        "begin": {}, "welcome": {}, "shelf": {}, "talk": asked, "source": {"article": 1, "start": 0, "end": 9},
        "export": asked | {"format": "html"}, "basket": {"format": "html", "items": [quote]},
    }  # fmt: skip
    with client_of(library, Rules()) as client:
        token = client.post("/upload?name=quay.txt", content=b"The quay is 90 metres long.").json()["token"]
        assert "<mark" in send(client, "talk", questions=asked["questions"][:1])["html"]
        durable.kill()
        for use, fields in uses.items():
            refused = client.post(f"/page/{use}", json={"visit": "s" * 20, **fields})
            assert refused.status_code == 409, use
            assert "cannot be used at present" in refused.text
            assert "\n" not in refused.text
        for use, fields in {"take": {"files": [token]}, "act": {"do": "remove", "article": 1}}.items():
            said = send(client, use, **fields)
            assert "cannot be used at present" in said.pop("said")
            assert not said
        assert client.get("/article/1/text").status_code == 409
        assert "cannot be used at present" in client.post("/gradio_api/run/ask", json={"data": ["Ferry?"]}).text
        assert client.get("/").status_code == 200
        durable.start()
        assert all(send(client, use, **fields) for use, fields in uses.items())
        assert "ferry.txt" in send(client, "shelf")["shelf"]
        assert "does not have these files any more; add them" in send(client, "take", files=[token])["said"]
        assert "<mark" in send(client, "talk", questions=asked["questions"][:1])["html"]


@pytest.mark.model
def test_a_watched_folder_is_brought_up_to_date_when_the_database_is_back(durable: Databases, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    write(tmp_path / "a", "ferry.txt", FERRY)
    command = [sys.executable, "-m", "quoth", "watch", str(tmp_path / "a"), "--poll", "-l", durable.new()]
    environment = {**os.environ, "QUOTH_HOME": str(tmp_path / "home"), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as watching:
        assert watching.stdout is not None
        assert watching.stderr is not None
        timer = threading.Timer(60, watching.kill)  # instead of waiting forever for a line
        timer.start()
        assert watching.stdout.readline() == "1 added\n"
        assert watching.stderr.readline().startswith("Watching ")
        durable.kill()
        write(tmp_path / "a", "quay.txt", "The quay is 90 metres long.")
        assert "cannot be used at present" in watching.stderr.readline()
        durable.start()
        assert watching.stdout.readline() == "1 added, 1 unchanged\n"
        watching.send_signal(signal.SIGINT)
        assert watching.wait(30) == 0
        timer.cancel()


@pytest.mark.model
@pytest.mark.browser
def test_open_pages_work_again_when_the_database_is_back(
    durable: Databases, desktop: BrowserContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.browser import SHARE, TRUCE, ask, expect, opened, serving

    monkeypatch.setenv("QUOTH_HOME", str(tmp_path / "home"))
    place = durable.new()
    with Library(place) as library:
        library.add(SEEDS)
    with serving(place) as (url, chat):
        before = opened(desktop, url)
        ask(before, TRUCE)
        expect(before.locator(".quoth-card").first).to_contain_text("May 12, 2025")
        durable.kill()
        before.locator("#quoth-ask textarea").fill(SHARE)
        before.locator("#quoth-ask button").click()
        expect(before.locator("#quoth-failed")).to_contain_text("cannot be used at present")
        expect(before.locator("#quoth-ask textarea")).to_have_value(SHARE)
        expect(before.locator(".quoth-card").first).to_contain_text("May 12, 2025")
        during = desktop.new_page()
        during.goto(url)
        expect(during.locator("#quoth-begin")).to_contain_text("cannot be used at present")
        durable.start()
        ask(before, SHARE)
        expect(before.locator(".quoth-card").last).to_contain_text("China")
        expect(during.locator("#quoth-list")).to_contain_text("Rare Earth")
        ask(during, TRUCE)
        expect(during.locator(".quoth-card").first).to_contain_text("May 12, 2025")
        chat.terminate()
        assert chat.stderr is not None
        assert "Traceback" not in chat.stderr.read()
