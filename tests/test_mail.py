"""Mail: what its writer wrote is quoted; older mails, signatures, patches and encoded blocks are not."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage
from itertools import pairwise

import pytest

from quoth.index.errors import UnreadableFile
from quoth.index.reading.dispatch import read
from quoth.index.reading.document import ParsedArticle, Refused
from quoth.index.reading.formats.mail.mail import read_mail

NEW = "The new lamp costs forty crowns."
OLD = "The old lamp cost thirty crowns."


def mail(body: str, subject: str = "Re: Lamps", kind: str = "plain") -> ParsedArticle:
    head = f"From: Ann Roe <ann@quay.example>\nSubject: {subject}\nDate: Fri, 7 Jun 2024 10:00:00 +0200\n"
    return read_mail(f"{head}MIME-Version: 1.0\nContent-Type: text/{kind}; charset=utf-8\n\n{body}".encode())


def quotable(article: ParsedArticle) -> list[str]:
    return [article.text[b.start : b.end] for b in article.blocks if b.kind in ("prose", "item", "row")]


@pytest.mark.parametrize(
    "introduction",
    [
        "On Mon, 3 Jun 2024 at 09:00, Bo Lind <bo@quay.example> wrote:",
        "On Monday, 3 June 2024 at 09:00, Bo Lind\n<bo@quay.example> wrote:",
        "Am Mo., 3. Juni 2024 um 09:12 Uhr schrieb Bo Lind <bo@quay.example>:",
        "Le lun. 3 juin 2024 à 09:00, Bo Lind <bo@quay.example> a\nécrit :",
        "El lun, 3 jun 2024 a las 9:00, Bo Lind (<bo@quay.example>) escribió:",
        "Il giorno lun 3 giu 2024 alle ore 09:00 Bo Lind ha scritto:",
        "-----Original Message-----",
        "-----Ursprüngliche Nachricht-----\nVon: Bo Lind\nGesendet: Montag\nAn: Ann\nBetreff: Lampen",
        "________________________________\nFrom: Bo Lind\nSent: Monday\nTo: Ann\nSubject: Lamps",
        "De : Bo Lind <bo@quay.example>\nEnvoyé : lundi 3 juin 2024 09:00\nÀ : Ann\nObjet : Lampes",
        "*From:* Bo Lind\n*Date:* Monday\n*To:* Ann Roe,\n  Cy Dahl\n*Subject:* Lamps",
    ],
)
def test_an_older_mail_without_marks_is_not_the_repliers(introduction: str) -> None:
    article = mail(f"{NEW}\n\n{introduction}\n\n{OLD}\n")
    assert quotable(article) == [NEW]
    assert OLD in article.text
    assert article.author == "Ann Roe"


def test_a_reply_between_the_lines_of_an_older_mail_is_quoted() -> None:
    article = mail(f"Bo Lind <bo@quay.example> writes:\n> What does it cost?\n{NEW}\n\n> {OLD}\n\nThat is long ago.\n")
    assert quotable(article) == [NEW, "That is long ago."]


def test_prose_that_resembles_the_header_of_a_mail_is_quoted() -> None:
    body = "From: the old days we have little.\n\nOn 5 May the mayor wrote: nobody came. It was a cold day."
    assert " ".join(quotable(mail(body))) == " ".join(body.split())


@pytest.mark.parametrize(
    "rest",
    [
        "-- \nAnn Roe, keeper of the lamps.\nShe keeps them well.",
        "Sent from my iPhone",
        "This e-mail is confidential and intended solely for the addressee. If you are not the intended recipient, "
        "delete this message.",
        "_______________________________________________\nLamps mailing list\nLeave it here.\nhttps://a.example",
        "---\n lamp.c | 2 +-\n 1 file changed.\n\ndiff --git a/lamp.c b/lamp.c\n--- a/lamp.c\n+++ b/lamp.c\n"
        "@@ -1,2 +1,2 @@\n int x; // It is a lamp.\n-int lamp = 1; // The old one.\n+int lamp = 2; // The new one.\n",
        "-----BEGIN PGP SIGNATURE-----\n\niQEz This is not a sentence.\n-----END PGP SIGNATURE-----",
        "begin 644 lamp.txt\nM5&AE(&QA;7`@:7,@;F5W+@``\n`\nend",
        "\n".join(["TGFtcHMgYXJlIG5ldyBhbmQgdGhleSBhcmUgYnJpZ2h0IGF0IG5pZ2h0IGluIHRo"] * 4),
    ],
)
def test_signatures_patches_and_encoded_blocks_are_not_quoted(rest: str) -> None:
    assert quotable(mail(f"{NEW}\n\n{rest}\n")) == [NEW]


def test_a_greeting_at_the_end_is_no_heading() -> None:
    article = mail(f"Costs\n\n{NEW}\n\nKind regards\nAnn\n\n-- \nAnn Roe | Quay Ltd\n")
    kinds = {article.text[b.start : b.end]: b.kind for b in article.blocks}
    assert (kinds["Costs"], kinds["Kind regards"], kinds["Ann"]) == ("heading", "boilerplate", "boilerplate")
    assert mail(f"{NEW}\n\nCode of the door: 4711\n").blocks[-1].kind != "boilerplate"


def test_what_follows_a_patch_is_quoted() -> None:
    body = f"See:\n\n@@ -1,2 +1,2 @@\n-int lamp = 1;\n+int lamp = 2;\n{NEW}\n"
    assert NEW in quotable(mail(body))


@pytest.mark.parametrize(
    "forwarded",
    [
        f"Begin forwarded message:\n\n> From: Bo Lind\n> Date: 3 June 2024\n> To: Ann\n> Subject: Lamps\n>\n> {OLD}",
        f"FYI\n\n---------- Forwarded message ---------\nFrom: Bo Lind\nDate: 3 June 2024\nSubject: Lamps\n\n{OLD}",
    ],
)
def test_a_mail_that_only_forwards_is_the_article_of_the_older_writer(forwarded: str) -> None:
    article = mail(forwarded, "Fwd: Lamps")
    assert (quotable(article), article.author, article.published) == ([OLD], "Bo Lind", dt.date(2024, 6, 3))


@pytest.mark.parametrize(
    "older",
    [
        f'<blockquote type="cite"><p>{OLD}</p></blockquote>',
        f'<div class="gmail_quote">On 3 Jun, Bo wrote:<blockquote>{OLD}</blockquote></div>',
        f'<div id="divRplyFwdMsg"><b>From:</b> Bo</div><div>{OLD}</div><p>It was thirty then.</p>',
        f'<div style="border:none;border-top:solid #E1E1E1 1.0pt"><b>Von:</b> Bo</div><p>{OLD}</p>',
        f"<hr><p><b>From:</b> Bo<br><b>Sent:</b> Monday<br><b>Subject:</b> Lamps</p><p>{OLD}</p>",
    ],
)
def test_an_older_mail_in_a_page_is_not_the_repliers(older: str) -> None:
    article = mail(f"<p>{NEW}</p>{older}", kind="html")
    assert quotable(article) == [NEW]
    assert OLD in article.text


def test_a_quotation_that_the_writer_makes_in_a_page_is_quoted() -> None:
    article = mail(f"<p>The rule says:</p><blockquote>{OLD}</blockquote><p>{NEW}</p>", kind="html")
    assert quotable(article) == ["The rule says:", OLD, NEW]


def test_the_page_is_read_if_the_plain_text_only_refers_to_it() -> None:
    message = EmailMessage()
    message.set_content("View this mail in your browser.")
    message.add_alternative(f"<p>{NEW} {OLD} It gives more light than the one that hung there.</p>" * 2, subtype="html")
    assert NEW in read_mail(message.as_bytes()).text


def test_text_and_mails_that_are_attached_are_read() -> None:
    message = EmailMessage()
    message.add_attachment(f"{NEW}\n", filename="lamp.txt")
    assert quotable(read_mail(message.as_bytes())) == [NEW]
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "Bo Lind <bo@quay.example>", "Lamps"
    inner.set_content(OLD)
    outer = EmailMessage()
    outer["From"] = "Ann Roe <ann@quay.example>"
    outer.add_attachment(inner)
    article = read_mail(outer.as_bytes())
    assert (quotable(article), article.author, article.title) == ([OLD], "Bo Lind", "Lamps")
    only_file = EmailMessage()
    only_file.add_attachment(b"\0\1", maintype="image", subtype="png", filename="lamp.png")
    with pytest.raises(UnreadableFile, match=r"only attachments \(lamp.png\)"):
        read_mail(only_file.as_bytes())


def test_a_line_that_begins_with_from_does_not_begin_a_mail() -> None:
    head = "From: Ann Roe <ann@quay.example>\nDate: Fri, 7 Jun 2024 10:00:00 +0200\nMessage-ID: <{}@quay>\n\n"
    box = (
        f"From ann@quay Fri Jun  7 10:00:00 2024\n{head.format('one')}The lamp burns at night.\n\n"
        "From the pier it is seen at 6:40 and later.\nNote: it is red.\n\nFrom here on there is no lamp.\n\n"
        f"From ann@quay Fri Jun  7 11:00:00 2024\n{head.format('two')}{NEW}\n"
        f"From ann@quay Fri Jun  7 12:00:00 2024\n{head.format('three')}{NEW}\n"
    )
    articles = list(read("a.mbox", box.encode()))
    assert [a.name for a in articles] == ["one@quay", "two@quay", "three@quay"]
    assert isinstance(articles[0], ParsedArticle)
    assert "From the pier it is seen at 6:40 and later." in articles[0].text


def test_blocks_do_not_overlap_where_an_older_mail_stands_within_a_signature() -> None:
    article = mail(f"{NEW}\n\n-- \nAnn Roe\n> {OLD}\nQuay 4\n")
    assert quotable(article) == [NEW]
    blocks = article.blocks
    assert all(before.end <= after.start for before, after in pairwise(blocks))


def test_an_encoded_block_that_is_not_closed_hides_nothing() -> None:
    body = f"begin 644 lamp.jpg\nbegin 644 lens.jpg\nM1234\nend\n\n{NEW}"
    assert NEW in quotable(mail(body))


def test_a_mail_that_cannot_be_parsed_is_refused_and_the_others_of_its_mailbox_are_read() -> None:
    nested = "Content-Type: message/rfc822\n\n" * 2_000 + OLD
    start = "From ann@quay.example Fri Jun  7 10:00:00 2024\nSubject: Lamps\n"
    refused, article = read("a.mbox", f"{start}{nested}\n\n{start}\n{NEW}\n".encode())
    assert isinstance(refused, Refused)
    assert "RecursionError" in refused.reason
    assert isinstance(article, ParsedArticle)
    assert quotable(article) == [NEW]
