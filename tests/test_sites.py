"""Sites saved by wget and HTTrack, in the layout that they write: addresses, and pages that are saved twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from quoth import Article, Library
from quoth.index.sync.places import site
from quoth.index.sync.places.finding import Places
from tests.made import pdf


def page(title: str, words: str, head: str = "", links: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1><p>{words}</p>{links}</body></html>"


HARBOUR = page("Harbour", "The harbour of the island was opened in the year 1911 by the mayor.", links=(
    '<a href="about.html">About</a><a href="news/ferry.html%3Fprint=1.html">print</a>'
    '<a href="https://harbour.example/gone.html">gone</a>'
))  # fmt: skip
FERRY = page(
    "Ferry", "The ferry to the island sails at nine in the morning.", '<link rel="canonical" href="ferry.html">'
)
FILES = {
    "index.html": HARBOUR,
    "index.html?utm=x.html": HARBOUR,
    "about.html": page("About", "The harbour has three piers and a lamp, which the keeper lights."),
    "café.html": page("Cafe", "The café on the pier opens at nine in the morning every day."),
    "news/index.html?page=2.html": page("Older", "The old pier was torn down in the spring of the year 1987."),
    "news/ferry.html": FERRY,
    "news/ferry.html?print=1.html": FERRY.replace("<h1>", "<p>Printed from the site of the harbour.</p><h1>"),
    "news/lamp.php?id=3&full=1.html": page(
        "Lamp", "The lamp on the pier is red and was lit in 1902.",
        '<meta property="og:url" content="https://www.harbour.example/news/lamp">',
    ),
    "feed.css": "body {}",
    "robots.txt": "User-agent: *\nDisallow:\n",
}  # fmt: skip


def saved(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def addresses(library: Library) -> dict[str, str | None]:
    return {str(article.title): article.url for article in library.articles()}


def articles(library: Library) -> dict[str, Article]:
    return {str(article.title): article for article in library.articles()}


def test_each_page_has_its_address_and_is_kept_once(library: Library, tmp_path: Path) -> None:
    folder = saved(tmp_path / "mirror" / "harbour.example", FILES)
    (folder / "map.pdf").write_bytes(pdf([[(40, 500, "The map shows the quay of the harbour.")]]))
    changes = library.add(tmp_path / "mirror")
    assert addresses(library) == {
        "Harbour": "https://harbour.example/", "About": "https://harbour.example/about.html",
        "Cafe": "https://harbour.example/caf%C3%A9.html", "Older": "https://harbour.example/news/?page=2",
        "Ferry": "https://harbour.example/news/ferry.html", "Lamp": "https://www.harbour.example/news/lamp",
        "None": "https://harbour.example/map.pdf",
    }  # fmt: skip
    assert {article.collection for article in library.articles()} == {"harbour.example"}
    why = {Path(source).name: reason for source, reason in zip(changes.ignored, changes.why_ignored, strict=True)}
    assert why["index.html?utm=x.html"] == "it is the same page as index.html"
    assert why["ferry.html?print=1.html"] == "it is the same page as news/ferry.html"
    assert why["robots.txt"] == "it is for search engines"
    quote = library.ask("When does the ferry sail?", min_confidence=0).quotes[0]
    assert (quote.url, quote.text) == (
        "https://harbour.example/news/ferry.html", quote.article.text[quote.start : quote.end],
    )  # fmt: skip
    assert library.add(folder).embedded == 0
    (folder / "news" / "ferry.html").unlink()
    changes = library.rebuild(tmp_path / "mirror")
    assert [Path(source).name for source in (*changes.added, *changes.removed)] == [
        "ferry.html?print=1.html", "ferry.html",
    ]  # fmt: skip
    assert library.add(folder / "about.html").unchanged == (str(folder / "about.html"),)


def test_without_suffixes(library: Library, tmp_path: Path) -> None:
    """As ``wget -m`` saves it without -E; and with -E where the site's own addresses have no suffix."""
    links = '<a href="http://127.0.0.1:8000/a"></a><a href="http://127.0.0.1:8000/b"></a>'
    broken = '<link rel="canonical" href="http://[broken">'
    saved(tmp_path / "127.0.0.1:8000", {
        "odd.html": page("Odd", "The odd page names an address that is none.", broken),
        "index.html": page("Start", "The harbour was opened in the year 1911.", links=links),
        "piers": page("Piers", "The harbour has three piers made of stone."),
        "lamp.html": page("Lamp", "The lamp on the pier is red."),
        "list.php?id=3": page("List", "The list has forty names of ships."),
    })  # fmt: skip
    library.add(tmp_path / "127.0.0.1:8000")
    assert addresses(library) == {
        "Start": "http://127.0.0.1:8000/", "Piers": "http://127.0.0.1:8000/piers",
        "Odd": "http://127.0.0.1:8000/odd", "Lamp": "http://127.0.0.1:8000/lamp", "List": "http://127.0.0.1:8000/list.php?id=3",
    }  # fmt: skip


def test_a_site_whose_pages_all_state_one_address_keeps_them(library: Library, tmp_path: Path) -> None:
    home = '<link rel="canonical" href="https://harbour.example/">'
    saved(tmp_path / "harbour.example", {
        f"{name}.html": page(name, f"The {name} of the harbour is made of stone.", home)
        for name in ("index", "pier", "quay")
    })  # fmt: skip
    library.add(tmp_path)
    assert sorted(addresses(library)) == ["index", "pier", "quay"]


def test_pages_that_share_a_title_and_an_address_to_share_stay(library: Library, tmp_path: Path) -> None:
    home = '<meta property="og:url" content="https://harbour.example/">'
    saved(tmp_path / "harbour.example", {
        f"{name}.html": page("Harbour", f"The {name} of the harbour is made of stone.", home)
        for name in ("index", "pier", "index.html?page=quay")
    })  # fmt: skip
    assert library.add(tmp_path / "harbour.example").ignored == ()
    assert sorted(str(article.url) for article in library.articles()) == [
        "https://harbour.example/", "https://harbour.example/?page=quay", "https://harbour.example/pier.html",
    ]  # fmt: skip


def test_an_address_that_is_none_is_left_out(library: Library, tmp_path: Path) -> None:
    mark, link = "<!-- Mirrored from [x/ by HTTrack -->", '<link rel="canonical" href="javascript:alert(1)">'
    saved(tmp_path / "www.harbour.example", {
        "index.html": mark + page("Start", "The harbour was opened in the year 1911."),
        "lamp.html": page("Lamp", "The lamp on the pier is red.", link),
    })  # fmt: skip
    library.add(tmp_path)
    assert addresses(library) == {
        "Start": "https://www.harbour.example/", "Lamp": "https://www.harbour.example/lamp.html",
    }  # fmt: skip


def test_files_named_one_by_one_look_at_their_site_once(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = saved(tmp_path / "harbour.example", FILES)
    places = Places()
    assert places.around(str(folder / "about.html")) is places.around(str(folder / "index.html"))
    names = ["about.html", "index.html", "news/ferry.html"]
    library.add([folder / name for name in names])
    assert {article.collection for article in library.articles()} == {"harbour.example"}
    monkeypatch.setattr(site, "_LOOKED_AT", 3)
    saved(tmp_path / "home" / "john.doe", {f"{n}.bin": "x" for n in range(3)} | {"page.html": HARBOUR})
    assert Places().around(str(tmp_path / "home" / "john.doe" / "page.html")) is None


def test_other_folders_stay_as_they_are(library: Library, tmp_path: Path) -> None:
    start = page("Start", "The harbour was opened in the year 1911.", links='<a href="https://elsewhere.example/"></a>')
    robots = "The robots of the harbour lift the ropes."
    for name in ("node.js", "report.final", "harbour.example"):
        saved(tmp_path / "articles" / name, {"a.html": start, "b.html": start, "robots.txt": robots})
    changes = library.add(tmp_path / "articles")
    assert [(a.url, a.collection) for a in library.articles()] == [(None, None)] * 9
    assert changes.ignored == ()


def test_httrack(library: Library, tmp_path: Path) -> None:
    mark = "<!-- Mirrored from harbour.example/news/ferry?id=7 by HTTrack Website Copier/3.x [XR&CO'2014], Mon -->"
    saved(tmp_path / "project", {
        "index.html": page("Local index", "Index of locally available sites."),
        "hts-log.txt": "HTTrack launched.",
        "hts-cache/doit.log": "x", "hts-cache/readme.txt": "The cache of HTTrack is here.",
        "harbour.example/news/ferry5f3a.html": mark + page("Ferry", "The ferry to the island sails at nine."),
    })  # fmt: skip
    library.add(tmp_path / "project")
    assert addresses(library) == {"Ferry": "https://harbour.example/news/ferry?id=7"}
