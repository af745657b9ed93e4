"""Search over the real sites: what people type and what they must find."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.catalogue import Catalogue
from geo.search import MAX_QUERY_CHARS, Document, TextIndex, normalise, syllables

# (what is typed, the site that must come first)
FIRST = [
    ("党史馆", "laoshan-party-history-hall"),
    ("崂山党史馆", "laoshan-party-history-hall"),
    ("dangshiguan", "laoshan-party-history-hall"),
    ("dang shi guan", "laoshan-party-history-hall"),
    ("dsg", "laoshan-party-history-hall"),
    ("lsdsg", "laoshan-party-history-hall"),
    ("party history", "laoshan-party-history-hall"),
    ("Party History Memorial", "cpc-qingdao-memorial"),
    ("青岛党史馆", "cpc-qingdao-memorial"),  # its characters in order, not side by side
    ("海岸路18号", "cpc-qingdao-memorial"),  # an alias
    ("海军博物馆", "navy-museum"),
    ("hjbwg", "navy-museum"),
    ("haijunbowuguan", "navy-museum"),
    ("navy museum", "navy-museum"),
    ("museum navy", "navy-museum"),
    ("海军博物管", "navy-museum"),  # the right sound, the wrong character
    ("navvy museum", "navy-museum"),  # misspelt
    ("啤酒", "tsingtao-beer-museum"),
    ("beer", "tsingtao-beer-museum"),
    ("tsingdao beer", "tsingtao-beer-museum"),  # misspelt
    ("平度 烈士陵园", "pingdu-martyrs-cemetery"),
    ("闻一多", "wen-yiduo-house"),
    ("wen yiduo", "wen-yiduo-house"),
    ("wyd", "wen-yiduo-house"),
    ("“莱西会议”", "laixi-conference-hall"),
    ("莱西会议", "laixi-conference-hall"),
    ("五月的风", "may-fourth-square"),
    ("MAY FOURTH", "may-fourth-square"),
    ("德国监狱", "german-prison-museum"),
    ("俾斯麦炮台", "qingdaoshan-fort"),
    ("bismark fort", "qingdaoshan-fort"),  # misspelt
    ("１９０７", "film-club-1907"),  # full-width digits
    ("cosmoplat", "cosmoplat"),
    ("navy-museum", "navy-museum"),  # an id
    ("the beer museum", "tsingtao-beer-museum"),  # a word that says nothing
    ("刘谦初", "liu-qianchu-park"),
]
NOTHING = ["xyzzyq", "呵呵呵呵", "vvv", "????", "", "   ", "%_", "\x00", "qwrtpsdfg"]


def ids(catalogue: Catalogue, query: str) -> list[str]:
    return [hit.id for hit in catalogue._site_index.search(query)]


@pytest.mark.parametrize(("query", "site"), FIRST)
def test_the_first_hit_is_what_was_meant(qingdao: Catalogue, query: str, site: str) -> None:
    assert ids(qingdao, query)[0] == site


@pytest.mark.parametrize("query", NOTHING)
def test_nonsense_finds_nothing(qingdao: Catalogue, query: str) -> None:
    assert ids(qingdao, query) == []


def test_every_site_is_found_first_by_each_of_its_names(qingdao: Catalogue) -> None:
    for site in qingdao.sites_by_id(list(qingdao.sites.index)):
        assert ids(qingdao, site.name_zh)[0] == site.id
        assert ids(qingdao, site.name_en)[0] == site.id
        assert site.id in ids(qingdao, "".join(syllables(site.name_zh)))[:2]


def test_a_district_finds_its_sites_after_those_named_so(qingdao: Catalogue) -> None:
    found = ids(qingdao, "崂山")
    districts = qingdao.sites.loc[found, "district"]
    assert set(qingdao.sites.index[qingdao.sites["district"] == "崂山区"]) <= set(found)
    assert (districts.iloc[:2] == "崂山区").all()
    assert "westcoast-martyrs-cemetery" in ids(qingdao, "黄岛区")


def test_a_letter_inside_a_syllable_finds_nothing_by_sound() -> None:
    """`angshi` stands inside dangshi, but nobody means that."""
    index = TextIndex([Document("a", chinese=(("党史馆", 1.0),))])
    assert index.search("shiguan")
    assert not index.search("gu an ngs")


def test_scores_fall_and_repeat(qingdao: Catalogue) -> None:
    hits = qingdao._site_index.search("纪念馆")
    scores = [hit.score for hit in hits]
    assert len(hits) > 10
    assert scores == sorted(scores, reverse=True)
    assert hits == qingdao._site_index.search("纪念馆")
    assert qingdao._site_index.search("纪念馆", limit=3) == hits[:3]


def test_normalising_folds_width_case_and_marks() -> None:
    assert normalise("  Martyrs’ Cemetery（１９２１） ") == "martyrs cemetery 1921"


@given(st.text(max_size=200))
def test_no_text_breaks_the_search(query: str) -> None:
    hits = INDEX.search(query)
    assert len({hit.id for hit in hits}) == len(hits) <= 2
    assert all(0 < hit.score <= 1.0001 for hit in hits)


INDEX = TextIndex(
    [
        Document("a", chinese=(("中共青岛党史纪念馆", 1.0),), english=(("Party History", 1.0),)),
        Document("b", chinese=(("青岛啤酒博物馆", 1.0),), english=(("Beer Museum", 1.0),)),
    ]
)


def test_a_very_long_query_is_cut(qingdao: Catalogue) -> None:
    assert ids(qingdao, "党史馆" + " " * MAX_QUERY_CHARS + "xyzzyq") == ids(qingdao, "党史馆")
