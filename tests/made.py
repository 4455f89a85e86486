"""Test files with known text, in every format."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FERRY = "The northern ferry carried its last passengers in the autumn of 2019."
QUAY = "Four hundred people came to the quay to watch the last crossing."


def pdf(pages: Sequence[Sequence[tuple[float, float, str]]], title: str = "", size: float = 11) -> bytes:
    """Return a PDF with pages of 400 by 600 points.

    :param pages: for each page its lines: left edge and baseline in points from the lower left corner, and text.
    :param size: font size, in points.
    """
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(400, 600))
    canvas.setTitle(title)
    for page in pages:
        canvas.setFont("Helvetica", size)
        for x, y, words in page:
            canvas.drawString(x, y, words)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def placed_pdf(words: Sequence[tuple[float, float, float, str]], title: str = "", author: str = "") -> bytes:
    """Return a PDF with one page of 400 by 600 points.

    :param words: left edge and baseline in points from the lower left corner, font size, and text.
    """
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(400, 600))
    canvas.setTitle(title)
    canvas.setAuthor(author)
    for x, y, size, text in words:
        canvas.setFont("Helvetica", size)
        canvas.drawString(x, y, text)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def coded_pdf(shown: str, differences: str, mapped: dict[int, str] | None = None) -> bytes:
    """Return a PDF whose font names some of its characters itself.

    :param shown: characters on the page; \\x01 and the like are those that the font names.
    :param differences: names of the characters from \\x01 on, such as "/f_i /bullet".
    :param mapped: letters that the file states for codes in its map to Unicode; None for no map.
    """
    escaped = "".join(f"\\{ord(c):03o}" if c in "()\\" or ord(c) < 32 else c for c in shown)
    page = f"BT /F 12 Tf 30 500 Td ({escaped}) Tj ET"
    lines = "".join(f"<{code:02x}> <{letters.encode('utf-16-be').hex()}>\n" for code, letters in (mapped or {}).items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <00> <ff> "
        f"endcodespacerange\n{len(mapped or {})} beginbfchar\n{lines}endbfchar\nendcmap end end"
    )
    font = (
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding /BaseEncoding "
        f"/WinAnsiEncoding /Differences [1 {differences}] >>" + (" /ToUnicode 6 0 R >>" if mapped else " >>")
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 600] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        f"<< /Length {len(page)} >>\nstream\n{page}\nendstream",
        font,
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
    ]
    out, starts = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        starts.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{start:010d} 00000 n \n" for start in starts)
    trailer = f"trailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return f"{out}xref\n0 7\n0000000000 65535 f \n{table}{trailer}".encode("latin-1")


def scan(pages: Sequence[Sequence[tuple[float, float, str]]]) -> bytes:
    """Return a PDF whose pages are images of the pages that ``pdf`` makes, without text."""
    import pypdfium2
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(400, 600))
    for page in pypdfium2.PdfDocument(pdf(pages)):
        canvas.drawImage(ImageReader(page.render(scale=3).to_pil()), 0, 0, 400, 600)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def docx(body: str, **parts: str) -> bytes:
    """Return a Word file.

    :param body: XML inside ``w:body``, with the prefix ``w:``.
    :param parts: XML of further parts; the name ``word__footnotes`` means word/footnotes.xml.
    """
    document = f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    return zipped(
        {"word/document.xml": document, **{name.replace("__", "/") + ".xml": text for name, text in parts.items()}}
    )


def paragraph(words: str, style: str = "") -> str:
    """Return the XML of a paragraph of a Word file."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{escape(words)}</w:t></w:r></w:p>'


def odt(body: str) -> bytes:
    """Return an OpenDocument text; ``body`` is the XML inside ``office:text``."""
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "text", "table"))
    content = (
        f"<office:document-content {spaces}><office:body><office:text>{body}"
        "</office:text></office:body></office:document-content>"
    )
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def epub(chapters: Sequence[str], metadata: str = "") -> bytes:
    """Return a book whose reading order is the reverse of the order of ``chapters``, each given as HTML.

    :param metadata: further elements of the package's metadata.
    """
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="in/book.opf"/></rootfiles></container>'
    )
    items = "".join(
        f'<item id="c{i}" href="c{i}.xhtml" media-type="application/xhtml+xml"/>' for i in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{i}"/>' for i in reversed(range(len(chapters))))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        "<dc:title>Ferries</dc:title>"
        f"<dc:creator>Mara Quist</dc:creator><dc:language>en</dc:language>{metadata}</metadata>"
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    pages = {f"in/c{i}.xhtml": f"<html><body>{chapter}</body></html>" for i, chapter in enumerate(chapters)}
    return zipped(
        {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "in/book.opf": package, **pages}
    )


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a zip archive; ``parts`` maps names to contents."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def write(folder: Path, name: str, data: bytes | str) -> Path:
    """Write a file, text in UTF-8, and return its path."""
    path = folder / name
    path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
    return path
