"""Find the directions in which the default model's word pieces are kept (index/directions.npy).

    python -m benchmarks.quality.directions ARTICLES

They are the first 192 singular directions of the word pieces' vectors in a folder of text files, turned at random among
themselves: then all have about the same variance, and each sign says as much as another (Gong and Lazebnik 2011, whose
iterations, ITQ, are left out). Libraries hold the signs, so changing them takes a new format of the store.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from quoth.index.embedding.model_files import DEFAULT_MODEL, model_folder
from quoth.index.embedding.torch_encoder import SentenceTransformerEncoder
from quoth.index.search.late_interaction import DIRECTIONS

KEPT = 192
CHARS = 700


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    texts = [path.read_text("utf-8") for path in sorted(parser.parse_args().articles.glob("*.txt"))]
    pieces = [text[i : i + CHARS] for text in texts for i in range(0, len(text), CHARS)]
    encoder = SentenceTransformerEncoder(str(model_folder(DEFAULT_MODEL)))  # by its folder: as it is
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
