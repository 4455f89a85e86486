"""Find the directions onto which the default model's word pieces are projected (index/search/directions.npy).

    python -m benchmarks.quality.directions ARTICLES

They are the first 192 singular directions of the word pieces' vectors in a folder of text files, rotated at random
among themselves. After the rotation all directions have about the same variance, so that each sign carries as much
information (Gong and Lazebnik 2011, without the iterations of ITQ). Libraries store the signs, so new directions need a
new format of the store.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from quoth.index.embedding.late_interaction import DIRECTIONS
from quoth.index.embedding.model_files import DEFAULT_MODEL, model_folder
from quoth.index.embedding.torch_encoder import SentenceTransformerEncoder

KEPT = 192
CHARS = 700


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    texts = [path.read_text("utf-8") for path in sorted(parser.parse_args().articles.glob("*.txt"))]
    pieces = [text[i : i + CHARS] for text in texts for i in range(0, len(text), CHARS)]
    encoder = SentenceTransformerEncoder(
        str(model_folder(DEFAULT_MODEL))
    )  # a model given by its folder is used unchanged
    tokens = np.concatenate([encoded.tokens for encoded in encoder.encode(pieces)])
    singular, strengths, _ = np.linalg.svd(tokens.T @ tokens)
    turned, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((KEPT, KEPT)))
    np.save(DIRECTIONS, (singular[:, :KEPT] @ turned).astype(np.float16))
    print(
        f"{len(tokens)} word pieces; {KEPT} directions keep {strengths[:KEPT].sum() / strengths.sum():.3f} "
        "of their length"
    )


if __name__ == "__main__":
    main()
