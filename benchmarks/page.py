"""Measure the page: the time from Enter to the first card as a conversation grows, the page's size, and the API's
times with twenty people at once.

    python -m benchmarks.page ARTICLES [--passages 10000]

ARTICLES is a folder of text files. The large library holds copies of them until it has the given number of passages
(each text is embedded once). The questions are typed in Chromium. The figures are medians, because machines are noisy;
they are written to page.json beside this file.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from gradio_client import Client
from playwright.sync_api import sync_playwright

from quoth import Library
from quoth.index.embedding.encoder import load_encoder
from quoth.index.records import Encoded

HERE = Path(__file__).parent
QUESTIONS = [
    "When was the 90-day tariff truce reached?", "How long will China delay its restrictions?",
    "Was Taiwan discussed at the meeting?", "Who led the trade negotiations?", "How much value did U.S. stocks lose?",
    "What is the capital of Australia?",
]  # fmt: skip
TURNS = 54
PEOPLE, EACH = 20, 5


class Remembering:
    """The default model with a cache: each text is embedded only once."""

    def __init__(self) -> None:
        self._model = load_encoder()
        self.name, self.fingerprint = self._model.name, self._model.fingerprint
        self.dimensions, self.max_pieces = self._model.dimensions, self._model.max_pieces
        self.word_pieces = self._model.word_pieces
        self._known: dict[str, Encoded] = {}

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        new = list(dict.fromkeys(t for t in texts if t not in self._known))
        self._known.update(zip(new, self._model.encode(new), strict=True))
        return [self._known[t] for t in texts]


def large_library(folder: Path, articles: Path, passages: int) -> None:
    source = folder / "articles"
    source.mkdir(parents=True)
    library = Library(folder / "library", encoder=Remembering())
    copy = 0
    while library.status().passages < passages:
        for file in sorted(articles.glob("*.txt")):
            shutil.copy(file, source / f"{file.stem}-{copy}.txt")
        library.add(sorted(source.glob(f"*-{copy}.txt")))
        copy += 1


def measured(library: Path) -> dict[str, Any]:
    command = [
        sys.executable, "-m", "quoth", "chat", "--port", "0", "--library", str(library),
    ]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            line = next(line for line in server.stderr if "open at" in line)
            address = next(word for word in line.split() if word.startswith("http"))
            drain = ThreadPoolExecutor(1).submit(server.stderr.read)
            figures = {**first_card(address), **crowd(address)}
        finally:
            server.terminate()
        drain.result()
    return {"passages": Library(library).status().passages, **figures}


def first_card(address: str) -> dict[str, float]:
    chromium = next(p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name)))
    took: list[float] = []
    requests: list[str] = []
    weights: dict[str, float] = {}
    paint = 0.0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        page = browser.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.goto(address)
        page.locator(".quoth-welcome").wait_for()
        page.wait_for_timeout(3000)  # the network never becomes idle, as a heartbeat stays open
        loaded = len(requests)
        weights = page.evaluate("""() => {
            const all = performance.getEntriesByType('resource').map((e) => [new URL(e.name).pathname, e]);
            const kB = (entries) => entries.reduce((sum, [, e]) => sum + e.encodedBodySize, 0) / 1000;
            const own = all.filter(([path]) => /^\\/(page\\/|\\w+\\.(js|css)$)/.test(path) && path !== '/theme.css');
            return { page_kB: kB(all), own_requests: own.length, own_kB: kB(own) };
        }""")
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        # Timed inside the page, from the key to the frame that shows the card, without the driver's time.
        page.evaluate("""() => {
            window.took = [];
            document.addEventListener('keydown', (e) => { if (e.key === 'Enter') window.from = performance.now(); },\
 true);
            new MutationObserver(() => {
                if (window.from && document.querySelectorAll('.quoth-turn').length > window.took.length) {
                    window.took.push(performance.now() - window.from); window.from = 0;
                }
            }).observe(document.querySelector('#quoth-turns'), { childList: true, subtree: true });
        }""")
        for i in range(TURNS):
            page.get_by_label("Your question").fill(QUESTIONS[i % len(QUESTIONS)])
            page.keyboard.press("Enter")
            page.wait_for_function(f"window.took.length > {i}")
        took = page.evaluate("window.took")
        browser.close()
    return {
        "first_card_ms": statistics.median(took), "first_card_worst_ms": max(took),
        "first_turns_ms": statistics.median(took[:12]), "last_turns_ms": statistics.median(took[-12:]),
        "first_paint_ms": paint, "requests": loaded, **weights,
    }  # fmt: skip


def crowd(address: str) -> dict[str, float]:
    clients = [Client(address, verbose=False) for _ in range(PEOPLE)]

    def person(number: int) -> list[float]:
        took = []
        for i in range(EACH):
            start = time.perf_counter()
            clients[number].predict(QUESTIONS[(number + i) % len(QUESTIONS)], api_name="/ask")
            took.append(time.perf_counter() - start)
        return took

    errors = 0
    took: list[float] = []
    with ThreadPoolExecutor(PEOPLE) as pool:
        for future in [pool.submit(person, n) for n in range(PEOPLE)]:
            try:
                took += future.result()
            except Exception:
                errors += 1
    took.sort()
    return {
        "crowd_p50_ms": 1000 * took[len(took) // 2],
        "crowd_p95_ms": 1000 * took[int(len(took) * 0.95)],
        "crowd_errors": errors,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--passages", type=int, default=10_000)
    args = parser.parse_args()
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    results: dict[str, Any] = {"date": dt.date.today().isoformat(), "people": PEOPLE, "questions_each": EACH}
    with tempfile.TemporaryDirectory() as folder:
        Library(Path(folder) / "seeds").add([HERE.parent / "seeds"])
        results["seeds"] = measured(Path(folder) / "seeds")
        large_library(Path(folder) / "large", args.articles, args.passages)
        results["large"] = measured(Path(folder) / "large" / "library")
    (HERE / "page.json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
