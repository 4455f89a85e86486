"""No text of a file is lost: in each format, a second extractor finds nothing that the articles lack."""

from __future__ import annotations

import pytest

from benchmarks.lost_words import lost_words

from .made import docx, epub, odt, paragraph, pdf

MAX_SHARE = 0.01

STORY = [
    f"In the year {1900 + i} the harbour of Varnby had {i * 3 + 2} boats, and keeper number {i} listed each of them."
    for i in range(40)
]
DEEP = "<div>" * 300 + "".join(f"<p>{line}</p>" for line in STORY[20:]) + "</div>" * 300

HTML = f"""<!doctype html><html><head><title>Boats of Varnby</title></head><body><article><h1>Boats of Varnby</h1>
{"".join(f"<p>{line}</p>" for line in STORY[:10])}
<ul>{"".join(f"<li>{line}<ul><li>so the {i}th ledger says</li></ul></li>" for i, line in enumerate(STORY[10:15]))}</ul>
<dl><dt>Freeboard</dt><dd>The height of the deck above the water.</dd></dl>
<blockquote><div>Loose words in a quotation<p>{STORY[15]}</p>and after it</div></blockquote>
<table><tr><th>Pool</th><th>Opens</th></tr><tr><td>Kestrel</td><td>6:30<br>in summer</td></tr></table>
<details><summary>Which boats were lost in the great gale?</summary><p>{STORY[16]}</p></details>
{DEEP}</article></body></html>"""

WORD = "".join([
    paragraph("Boats of Varnby", "Heading1"),
    *(paragraph(line) for line in STORY[:20]),
    '<w:p><w:smartTag w:uri="x" w:element="place"><w:r><w:t>Varnby itself</w:t></w:r></w:smartTag>'
    "<w:r><w:t> lies in a bay.</w:t></w:r></w:p>",
    "<w:p><w:r><w:t>The keeper is </w:t></w:r><w:sdt><w:sdtContent><w:r><w:t>Signe Holt</w:t></w:r></w:sdtContent>"
    "</w:sdt></w:p>",
    '<w:p><w:fldSimple w:instr="REF x"><w:r><w:t>Ledger 12</w:t></w:r></w:fldSimple></w:p>',
    "<w:p><w:ins><w:r><w:t>Inserted by the reviewer in May.</w:t></w:r></w:ins></w:p>",
    "<w:sdt><w:sdtContent>" + paragraph(STORY[20]) + "</w:sdtContent></w:sdt>",
    "<w:p><w:r><w:pict><w:txbxContent>" + paragraph(STORY[21]) + "</w:txbxContent></w:pict></w:r></w:p>",
    "<w:tbl><w:tr><w:tc>" + paragraph("Pool") + "</w:tc><w:tc>" + paragraph("Opens") + "</w:tc></w:tr><w:tr><w:tc>"
    + paragraph("Kestrel") + "</w:tc><w:tc>" + paragraph("6:30") + paragraph("in summer") + "</w:tc></w:tr></w:tbl>",
])  # fmt: skip

ODF = "".join([
    '<text:h text:outline-level="1">Boats of Varnby</text:h>',
    *(f"<text:p>{line}</text:p>" for line in STORY),
    "<text:list><text:list-item><text:p>First rule</text:p><text:list><text:list-item><text:p>Its exception"
    "</text:p></text:list-item></text:list></text:list-item></text:list>",
    "<text:section><text:p>A <text:span>span<text:s/>of words</text:span><text:line-break/>and a break</text:p>"
    "</text:section>",
    "<table:table><table:table-row><table:table-cell><text:p>Kestrel</text:p></table:table-cell><table:table-cell>"
    "<text:p>6:30</text:p></table:table-cell></table:table-row></table:table>",
])  # fmt: skip

MAIL = "\r\n".join([
    "From: Mara Quist <mara@varnby.example>", "To: Otto Brand <otto@varnby.example>", "Subject: The boats",
    "Date: Mon, 3 Mar 2025 10:00:00 +0000", "MIME-Version: 1.0", 'Content-Type: text/plain; charset="utf-8"', "",
    *STORY[:10], "", "On Sun, 2 Mar 2025, Otto Brand wrote:", "> How many boats were there?", "",
    "From the tower one saw all of them, says the ledger.", *STORY[10:20], "",
])  # fmt: skip
MAILBOX = "\n".join(
    f"From keeper@varnby.example Mon Mar  3 10:00:0{i} 2025\n"
    + MAIL.replace("\r\n", "\n").replace("Subject:", f"Message-ID: <{i}@varnby.example>\nSubject:")
    for i in range(3)
)
FEED = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Varnby</title>'
    + "".join(
        f"<item><title>Boats {i}</title><guid>{i}</guid><description>{line}</description><content:encoded/></item>"
        for i, line in enumerate(STORY)
    )
    + "</channel></rss>"
)
RTF = (
    r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 "
    + r"\par ".join(STORY)
    + r"\par {\b Signe} Holt wrote \'84this\'93 \emdash twice.\par}"
)
ROWS = "title,text\n" + "\n".join(f'Boats {i},"{line}"' for i, line in enumerate(STORY))
LINES = "\n".join(f'{{"title": "Boats {i}", "text": "{line}"}}' for i, line in enumerate(STORY))
MARKDOWN = (
    "# Boats of Varnby\n\n"
    + "\n\n".join(STORY)
    + "\n\n```\nmake install\n```\n\n| Pool | Opens |\n|---|---|\n| Kestrel | 6:30 |\n"
)
PAGES = [[(50, 560 - 14 * i, line[:60]) for i, line in enumerate(STORY[page : page + 10])] for page in (0, 10, 20)]

FILES: dict[str, bytes | str] = {
    "boats.html": HTML, "boats.docx": docx(WORD), "boats.odt": odt(ODF), "boats.pdf": pdf(PAGES),
    "boats.epub": epub([f"<h1>Chapter {i}</h1>" + "".join(f"<p>{s}</p>" for s in STORY[i::3]) for i in range(3)]),
    "boats.rtf": RTF, "boats.eml": MAIL, "boats.mbox": MAILBOX, "boats.xml": FEED, "boats.csv": ROWS,
    "boats.jsonl": LINES, "boats.md": MARKDOWN, "boats.txt": "Boats of Varnby\n\n" + "\n\n".join(STORY),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_hardly_any_word_of_a_file_is_missing_in_its_articles(name: str) -> None:
    content = FILES[name]
    total, lost = lost_words(name, content.encode() if isinstance(content, str) else content)
    assert total > 200
    assert len(lost) <= MAX_SHARE * total, f"{len(lost)} of {total} words are lost: {' '.join(lost[:20])}"
