"""Write many composed documents and their truth; the same seed gives the same bytes with any number of workers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from random import Random

from samples.generator.composed.compose import compose
from samples.generator.composed.families import read_families
from samples.generator.documents import Sample

RENDERINGS = {"born_digital": 4, "clean_scan": 3, "degraded": 3}
_CHUNK = 8


def one(number: int, *, seed: str, rendering: str | None, families: Path, only: str) -> Sample:
    """The document of a number."""
    rng = Random(f"{seed}/rendering/{number}")
    how = rendering or rng.choices(list(RENDERINGS), list(RENDERINGS.values()))[0]
    return compose(f"composed-{number:05d}", f"{seed}/{number}", read_families(families, only), how)


def many(
    count: int, *, seed: str, rendering: str | None, families: Path, only: str = "", workers: int = 1
) -> Iterator[Sample]:
    """Documents 1 to ``count``, in order."""
    make = partial(one, seed=seed, rendering=rendering, families=families, only=only)
    if workers <= 1:
        yield from map(make, range(1, count + 1))
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(make, range(1, count + 1), chunksize=_CHUNK)


def write(folder: Path, samples: Iterator[Sample]) -> None:
    """Write ``folder/documents`` and ``folder/truth.jsonl``."""
    documents = folder / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    with (folder / "truth.jsonl").open("w", encoding="utf-8") as truth:
        for sample in samples:
            (documents / sample.file).write_bytes(sample.content)
            truth.write(json.dumps(sample.truth, ensure_ascii=False) + "\n")
