"""Synthetic articles made of real sentences, as many as needed.

A passage has five sentences drawn at random from twelve consecutive ones; an article has five passages. Embedding a
million passages would take hours. Therefore each sentence is embedded once, and a passage takes its vectors from its
sentences: the mean of theirs, and the signs of their word pieces. Some noise makes all passages different.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from nupunkt import sent_spans

from quoth import Article
from quoth.index.embedding.late_interaction import PackedTokens, pack
from quoth.index.records import Encoded, unit
from quoth.index.storage.rows import NewArticle, NewPassage

SENTENCES, WINDOW, PASSAGES = 5, 12, 5
NOISE = 0.3


def sentences_of(file: Path) -> list[str]:
    """The distinct sentences of a file in SQuAD's format that have 30 to 250 characters."""
    texts = [p["context"] for a in json.loads(file.read_text("utf-8"))["data"] for p in a["paragraphs"]]
    found = [text[a:b].strip() for text in texts for a, b in sent_spans(text)]
    return [s for s in dict.fromkeys(found) if 30 <= len(s) <= 250]


def articles_of(sentences: list[str], encoded: list[Encoded], first: int) -> Iterator[NewArticle]:
    """An endless sequence of articles; the same ``first`` gives the same articles."""
    packed = [pack(e.tokens) for e in encoded]
    number = first
    while True:
        rng, noise = random.Random(number), np.random.default_rng(number)
        text, passages = "", []
        for _ in range(PASSAGES):
            window = rng.randrange(len(sentences) - WINDOW)
            chosen = rng.sample(range(window, window + WINDOW), SENTENCES)
            start, places, spans = len(text), [], []
            for i in chosen:
                places.append((len(text), len(text) + len(sentences[i])))
                spans.append(encoded[i].spans + len(text))
                text += sentences[i] + " "
            vector = unit(np.mean([encoded[i].vector for i in chosen], axis=0))
            vector = unit(vector + NOISE * unit(noise.standard_normal(len(vector)).astype(np.float32)))
            tokens = PackedTokens(np.concatenate(spans), np.concatenate([packed[i] for i in chosen]))
            passages.append(NewPassage(start, len(text) - 1, None, tuple(places), vector, tokens))
            text += "\n\n"
        day = dt.date(2020, 1, 1) + dt.timedelta(rng.randrange(2000))
        name = f"{number}.txt"
        article = Article(0, name, f"Article {number}", None, day, str(number), text, dt.datetime(2025, 1, 1))
        yield NewArticle(f"/nowhere/{name}", f"/nowhere/{name}", "", article, tuple(passages))
        number += 1
