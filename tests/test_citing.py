"""References of articles: names, CSL-JSON, BibTeX, APA and Chicago, and the dialog that shows them."""

from __future__ import annotations

import datetime as dt
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import bibtexparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from quoth import Article, Library, Passage, Quote
from quoth.index.reading.document import Page
from quoth.ui.cli.format import as_json_text
from quoth.ui.exports.bibtex import bibtex
from quoth.ui.exports.csl import csl_ids, csl_item
from quoth.ui.exports.names import names_in
from quoth.ui.exports.references import Place, place_of, reference, references
from quoth.ui.page.citing import citing_html
from quoth.ui.server.app import application
from quoth.ui.server.security.guard import Rules
from quoth.ui.server.service import Settings
from tests.made import write

LEE = {"family": "Lee", "given": "Ann"}
NOVAK = {"family": "Novák", "given": "Jiří"}
CRUZ = {"family": "de la Cruz", "given": "María"}
ORG = {"literal": "Food and Agriculture Organization"}
ITEMS: dict[str, dict[str, Any]] = {
    "newspaper": {
        "type": "article-newspaper", "title": "Rare earth truce is sealed", "container-title": "The Daily Post",
        "author": [LEE], "issued": [2025, 10, 31], "URL": "https://example.org/a?b=1&c=2",
    },
    "page": {
        "type": "webpage", "title": "How tides work", "container-title": "Sea Portal", "issued": [2024, 5],
        "URL": "https://example.org/tides",
    },
    "journal": {
        "type": "article-journal", "title": "Tidal rhythms of harbour towns", "container-title": "Coastal Studies",
        "volume": "12", "issue": 3, "page": "101-119", "DOI": "10.1234/abcd.5", "author": [LEE, NOVAK, CRUZ],
        "issued": [2019, 3],
    },
    "chapter": {
        "type": "chapter", "title": "The ferry", "container-title": "A history of boats", "author": [NOVAK],
        "editor": [LEE, CRUZ], "publisher": "Harbour Press", "page": "45-67", "issued": [2001],
    },
    "report": {
        "type": "report", "title": "Annual report on fisheries", "author": [ORG], "genre": "Technical report",
        "number": "12", "publisher": "FAO", "issued": [2020],
    },
    "undated": {"type": "document", "title": "Notes on herring", "author": [LEE]},
    "undated page": {"type": "webpage", "title": "Tides", "author": [LEE], "URL": "https://example.org/t"},
    "file": {"type": "document", "title": "notes.txt"},
    "quoting": {
        "type": "webpage", "title": "What does “truce” mean?", "author": [{"family": "山田", "given": "太郎"}],
        "issued": [2020, 1, 2], "URL": "https://example.org/q",
    },
    "many": {
        "type": "book", "title": "Many hands", "publisher": "Press", "issued": [2010],
        "author": [{"family": f"Name{letter}", "given": f"{letter}nna"} for letter in "ABCDEFG"],
    },
}  # fmt: skip
APA = {
    "newspaper": "Lee, A. (2025, October 31). Rare earth truce is sealed. <i>The Daily Post</i>. "
    "https://example.org/a?b=1&c=2 | (Lee, 2025, p. 5)",
    "page": "<i>How tides work</i>. (2024, May). Sea Portal. https://example.org/tides "
    "| (<i>How Tides Work</i>, 2024, p. 5)",
    "journal": "Lee, A., Novák, J., & de la Cruz, M. (2019). Tidal rhythms of harbour towns. <i>Coastal Studies</i>, "
    "<i>12</i>(3), 101–119. https://doi.org/10.1234/abcd.5 | (Lee et al., 2019, p. 5)",
    "chapter": "Novák, J. (2001). The ferry. In A. Lee & M. de la Cruz (Eds.), <i>A history of boats</i> (pp. 45–67). "
    "Harbour Press. | (Novák, 2001, p. 5)",
    "report": "Food and Agriculture Organization. (2020). <i>Annual report on fisheries</i> (Technical Report No. 12). "
    "FAO. | (Food and Agriculture Organization, 2020, p. 5)",
    "undated": "Lee, A. (n.d.). <i>Notes on herring</i>. | (Lee, n.d., p. 5)",
    "undated page": "Lee, A. (n.d.). <i>Tides</i>. Retrieved November 30, 2026, from https://example.org/t "
    "| (Lee, n.d., p. 5)",
    "file": "<i>notes.txt</i>. (n.d.). | (<i>notes.txt</i>, n.d., p. 5)",
    "quoting": "山田太郎. (2020, January 2). <i>What does “truce” mean?</i> https://example.org/q "
    "| (山田太郎, 2020, p. 5)",
    "many": "NameA, A., NameB, B., NameC, C., NameD, D., NameE, E., NameF, F., & NameG, G. (2010). <i>Many hands</i>. "
    "Press. | (NameA et al., 2010, p. 5)",
}
CHICAGO = {
    "newspaper": "Lee, Ann. 2025. “Rare Earth Truce Is Sealed.” <i>The Daily Post</i>, October 31. "
    "https://example.org/a?b=1&c=2. | (Lee 2025, 5)",
    "page": "Sea Portal. 2024. “How Tides Work.” May. https://example.org/tides. | (Sea Portal 2024, 5)",
    "journal": "Lee, Ann, Jiří Novák, and María de la Cruz. 2019. “Tidal Rhythms of Harbour Towns.” <i>Coastal "
    "Studies</i> 12 (3): 101–19. https://doi.org/10.1234/abcd.5. | (Lee et al. 2019, 5)",
    "chapter": "Novák, Jiří. 2001. “The Ferry.” In <i>A History of Boats</i>, edited by Ann Lee and María de la Cruz. "
    "Harbour Press. | (Novák 2001, 5)",
    "report": "Food and Agriculture Organization. 2020. <i>Annual Report on Fisheries</i>. Technical Report No. 12. "
    "FAO. | (Food and Agriculture Organization 2020, 5)",
    "undated": "Lee, Ann. n.d. “Notes on Herring.” | (Lee, n.d., 5)",
    "undated page": "Lee, Ann. n.d. “Tides.” Accessed November 30, 2026. https://example.org/t. | (Lee, n.d., 5)",
    "file": "“notes.txt.” n.d. | (“notes.txt,” n.d., 5)",
    "quoting": "山田太郎. 2020. “What Does ‘truce’ Mean?” January 2. https://example.org/q. | (山田太郎 2020, 5)",
    "many": "NameA, Anna, Bnna NameB, Cnna NameC, et al. 2010. <i>Many Hands</i>. Press. | (NameA et al. 2010, 5)",
}


def item(name: str) -> dict[str, Any]:
    made = {"id": "x", "language": "en", "accessed": {"date-parts": [[2026, 11, 30]]}, **ITEMS[name]}
    return made | ({"issued": {"date-parts": [made["issued"]]}} if "issued" in made else {})


def quote(text: str = "The truce lasts.", *, start: int = 0, pages: tuple[Page, ...] = (), **known: Any) -> Quote:
    fields = {"source": "a/notes.txt", "title": None, "author": None, "published": None, **known}
    article = Article(1, digest="", text=text, pages=pages, added=dt.datetime(2026, 11, 30), **fields)
    return Quote(text[start:], start, len(text), article, Passage(1, 1, 0, len(text), text), 1.0)


@pytest.mark.parametrize("name", ITEMS)
def test_references_in_apa_and_chicago(name: str) -> None:
    apa, chicago = (reference(item(name), style, Place("page", "5")) for style in ("apa", "chicago"))
    assert unescape(" | ".join(apa)) == APA[name]
    assert unescape(" | ".join(chicago)) == CHICAGO[name]


def test_the_place_of_a_quote_is_its_page_its_paragraph_or_its_time() -> None:
    text = "Here.\n\nThere."
    assert place_of(quote(text, start=7)) == ("paragraph", "2")
    pages = (Page("4", ((0, 6),)), Page("5", ((6, 13),)))
    assert place_of(quote(text, start=7, pages=pages)) == ("page", "5")
    assert place_of(quote(text, start=0, pages=pages)) == ("page", "4-5")
    assert place_of(quote(text, pages=(Page("00:12:31", ((0, 13),)),))) == ("timestamp", "00:12:31")
    short = {
        style: [str(reference(item("newspaper"), style, place).short) for place in (
            Place("paragraph", "2"), Place("page", "4-5"), Place("timestamp", "00:12:31"),
        )] for style in ("apa", "chicago")
    }  # fmt: skip
    assert short["apa"] == ["(Lee, 2025, para. 2)", "(Lee, 2025, pp. 4–5)", "(Lee, 2025, 00:12:31)"]
    assert short["chicago"] == ["(Lee 2025, para. 2)", "(Lee 2025, 4–5)", "(Lee 2025, 00:12:31)"]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ann Lee", [LEE]), ("Ann Lee, Jiří Novák and María de la Cruz", [LEE, NOVAK, CRUZ]),
        ("Lee, Ann; Novák, Jiří", [LEE, NOVAK]), ("Lee, Ann", [LEE]), ("Ann Lee & Jiří Novák", [LEE, NOVAK]),
        ("Martin L. King Jr.", [{"family": "King", "given": "Martin L.", "suffix": "Jr."}]),
        ("Food and Agriculture Organization", [ORG]), ("山田太郎", [{"literal": "山田太郎"}]),
        ("Ann Lee, Jr.", [{**LEE, "suffix": "Jr."}]), ("Dr. Ann Lee, PhD, and Jiří Novák, M.D.", [LEE, NOVAK]),
        ("Jorge E. Lee", [{"family": "Lee", "given": "Jorge E."}]), ("Lee, A.", [{"family": "Lee", "given": "A."}]),
        ("van der Berg, Jan", [{"family": "van der Berg", "given": "Jan"}]),
        *((one, [{"literal": one}]) for one in (
            "Staff Writer", "FAO", "Reuters", "BBC News", "a@example.org", "Ann Lee, The Daily Post", "Apple Inc.",
            "Human Rights Watch", "Der Spiegel", "Le Monde", "Deutsche Welle", "Lee AB, Novak CD", "Lee, M.D.",
            "Lee MD, Novak CD", "Lee, Ann, Jr.", "Ann Lee, Berlin",
        )),
    ],
)  # fmt: skip
def test_only_what_looks_like_a_person_s_name_is_divided(line: str, names: list[dict[str, str]]) -> None:
    assert names_in(line) == names


def test_what_a_reference_manager_stated_comes_first() -> None:
    stated = {
        "type": "article-journal", "title": "The whole title", "author": [NOVAK], "DOI": "10.1/x", "volume": "",
        "id": "Z", "citation-key": "novak_2019",
    }  # fmt: skip
    known = quote(
        title="Title", author="Jiri Novak", published=dt.date(2019, 3, 1), url="https://e.org", reference=stated
    )
    assert csl_ids([known.article]) == ["novak_2019"]
    for id_, key in (("novak {2019}", "novak2019"), ("9G79BL7D", "novak2019whole"), (7, "novak2019whole")):
        reference = {**stated, "citation-key": None, "id": id_}
        assert csl_ids([quote(published=dt.date(2019, 3, 1), reference=reference).article]) == [key]
    organisation = {"id": "Z", "author": [{"literal": "Hook Point"}]}
    assert csl_item(quote(author="Hook Point", reference=organisation).article, "z")["author"] == organisation["author"]
    line = {"author": [{"literal": "Ann Lee"}], "publisher": "Press"}  # as the file states it
    assert csl_item(quote(author="Ann Lee", reference=line).article, "z")["author"] == [LEE]
    found = csl_item(known.article, "novak_2019")
    assert (found["id"], found["type"], found["title"]) == ("novak_2019", "article-journal", "The whole title")
    assert (found["author"], found["DOI"], found["URL"]) == ([NOVAK], "10.1/x", "https://e.org")
    assert found["issued"] == {"date-parts": [[2019, 3, 1]]}
    assert "volume" not in found
    plain = quote(title="Truces & wars", author="Ann Lee", published=dt.date(2025, 1, 2)).article
    assert csl_ids([plain, plain]) == ["lee2025truces", "lee2025truces-2"]


def test_no_two_keys_differ_in_capitals_only() -> None:
    stated = ("Lee2020", "lee2020", "LEE2020-3", "lee2020")
    assert csl_ids([quote(reference={"id": one}).article for one in stated]) == [
        "Lee2020", "lee2020-2", "LEE2020-3", "lee2020-4",
    ]  # fmt: skip


def test_letters_tell_apart_what_would_be_cited_alike() -> None:
    texts = ("Tides", "Boats", "Lamps", "Ropes", "Quays")
    items = [
        {"title": text, "author": [NOVAK if text == "Lamps" else LEE]} | ({"issued": issued} if issued else {})
        for text, issued in zip(
            texts, ({"date-parts": [[2024, 6, 1]]}, {"date-parts": [[2024, 2, 1]]}, {"date-parts": [[2024]]}, {}, {}),
            strict=True,
        )
    ]  # fmt: skip
    places = [Place("page", str(number)) for number in range(5)]
    apa, chicago = (references(items, style, places) for style in ("apa", "chicago"))
    assert [one.short for one in apa] == [
        "(Lee, 2024b, p. 0)", "(Lee, 2024a, p. 1)", "(Novák, 2024, p. 2)", "(Lee, n.d.-b, p. 3)", "(Lee, n.d.-a, p. 4)",
    ]  # fmt: skip
    assert [one.short for one in chicago] == [
        "(Lee 2024b, 0)", "(Lee 2024a, 1)", "(Novák 2024, 2)", "(Lee, n.d.-b, 3)", "(Lee, n.d.-a, 4)",
    ]  # fmt: skip
    assert apa[1].full == "Lee, A. (2024a, February 1). <i>Boats</i>."
    assert chicago[1].full == "Lee, Ann. 2024a. “Boats.” February 1."
    assert references([items[0]], "apa", [Place("page", "1")])[0].short == "(Lee, 2024, p. 1)"


def test_a_newspaper_s_article_without_author_and_date_has_one_comma_after_its_title() -> None:
    known = {"type": "article-newspaper", "title": "Ferries in the north", "language": "en"}
    assert reference(known, "chicago", Place("page", "3")).short == "(“Ferries in the North,” n.d., 3)"


def test_bibtex_is_read_back_by_a_parser() -> None:
    made = bibtex([item(name) | {"id": name.replace(" ", "")} for name in ITEMS], {"journal": "“A 5% {quote}”"})
    library = bibtexparser.parse_string(made)
    assert (len(library.entries), library.failed_blocks) == (len(ITEMS), [])
    entries = {entry.key: entry for entry in library.entries}
    fields = {name: str(field.value) for name, field in entries["journal"].fields_dict.items()}
    assert entries["journal"].entry_type == "article"
    assert fields["author"] == "Lee, Ann and Novák, Jiří and de la Cruz, María"
    assert (fields["pages"], fields["number"], fields["date"]) == ("101--119", "3", "2019-03")
    assert fields["annote"] == r"“A 5\% \textbraceleft{}quote\textbraceright{}”"
    assert entries["report"].fields_dict["author"].value == "{Food and Agriculture Organization}"
    assert entries["chapter"].entry_type == "incollection"
    assert entries["chapter"].fields_dict["booktitle"].value == "A history of boats"


_PARTS = st.dictionaries(
    st.sampled_from(["family", "given", "literal", "date-parts", "raw"]), st.one_of(st.text(max_size=4), st.integers()),
    max_size=3,
)  # fmt: skip
_VALUES = st.one_of(
    st.none(), st.integers(), st.text(max_size=8), st.lists(st.text(max_size=4), max_size=2), _PARTS,
    st.lists(_PARTS, max_size=2),
    st.builds(lambda parts: {"date-parts": parts}, st.lists(st.lists(st.one_of(st.integers(), st.text()), max_size=3))),
)  # fmt: skip


@given(
    st.sampled_from([*{known["type"] for known in ITEMS.values()}, "song", ""]),
    st.dictionaries(
        st.sampled_from(["title", "author", "editor", "issued", "accessed", "page", "volume", "URL"]), _VALUES
    ),
)
def test_whatever_a_reference_states_it_can_be_cited(kind: str, stated: dict[str, Any]) -> None:
    one = quote(reference={"type": kind, **stated}, title="A <b>title</b> & more", author="Ann Lee")
    html = citing_html([one, one])
    assert html.count('role="tabpanel"') == 4
    assert "<b>" not in html


def test_an_answer_is_cited_and_shown_as_json_over_http(library: Library, tmp_path: Path) -> None:
    known = "---\ntitle: The truce\nauthor: Ann Lee\ndate: 2025-10-31\n---\n"
    library.add(write(tmp_path, "truce.md", f"{known}The truce lasts one year.\n"))
    library.refresh()
    app, _ = application(library, Settings(min_confidence=0), Rules())
    with TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 5000)) as client:
        asked = {"visit": "v" * 20, "questions": ["How long lasts the truce?"]}
        html = client.post("/page/talk", json=asked).json()["html"]
        assert html.count(">Cite<") == 2
        (id_,) = set(re.findall(r'data-article="(\d+)"', html))
        told = client.post("/page/json", json={**asked, "turn": 0}).json()["text"]
        answer = library.ask("How long lasts the truce?", min_confidence=0)
        assert json.loads(told) == json.loads(as_json_text(answer))
        assert "expired" in client.post("/page/json", json={**asked, "turn": 7}).json()["said"]
        places = [{"article": int(id_), "start": 70, "end": 90}] * 2
        cited = client.post("/page/cite", json={"quotes": places}).json()["html"]
        assert cited.count("Lee, A. (2025, October 31). <i>The truce</i>.</p>") == 1
        assert "@misc{lee2025truce," in cited
        gone = client.post("/page/cite", json={"quotes": [{"article": 99, "start": 0, "end": 1}]}).json()["html"]
        assert "no longer in the library" in gone
