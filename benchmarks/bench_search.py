"""Text search: a query over the real sites, and over 5,000 made of their names."""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path

from geo.catalogue import Catalogue
from geo.documents import site_document
from geo.search import Document, TextIndex
from routes_data.store import Store

QUERIES = ("党史馆", "dangshiguan", "dsg", "party history", "海军博物管", "tsingdao beer", "xyzzyq")
MADE = 5000
ROUNDS = 5


def mixed(documents: list[Document]) -> list[Document]:
    """Return `MADE` documents whose names are mixed of the real ones: as alike as a province's."""
    mix = random.Random(MADE)  # noqa: S311 - a repeatable sample
    chinese = [document.chinese[0][0] for document in documents]
    words = [word for document in documents for word in document.english[0][0].split()]
    return documents + [
        Document(
            f"made-{number}",
            chinese=((mix.choice(chinese)[:5] + mix.choice(chinese)[-5:], 1.0),),
            english=((" ".join(mix.sample(words, 5)), 1.0),),
        )
        for number in range(MADE - len(documents))
    ]


def report(name: str, index: TextIndex) -> None:
    """Print the median over the queries and the slowest, each the median of its rounds."""
    timed = []
    for query in QUERIES:
        rounds = []
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            index.search(query)
            rounds.append(time.perf_counter() - begin)
        timed.append(sorted(rounds)[ROUNDS // 2] * 1000)
    print(
        f"{name:12} median {sorted(timed)[len(timed) // 2]:6.2f} ms   slowest {max(timed):6.2f} ms"
    )


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{Path(folder) / 'red.db'}")
        catalogue = Catalogue.load(store)
        documents = [
            site_document(site) for site in catalogue.sites_by_id(list(catalogue.sites.index))
        ]
        store.close()
    report(f"{len(documents)} sites", TextIndex(documents))
    report(f"{MADE} sites", TextIndex(mixed(documents)))
