"""The printed pack: what it says, that it can be printed, read aloud by a machine, and trusted."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pdfua
import pypdf
import pytest
from fontTools.ttLib import TTFont

from api.web.texts import Texts
from geo.catalogue import Catalogue
from geo.cch import CchRouter
from geo.errors import InvalidParameterError
from geo.messages import Notice
from geo.models import TIME_ZONE, Site
from geo.network import StreetNetwork
from geo.planner import PlanRequest, plan
from geo.trip import Check, Pause, RainPlan, SitePrompt, TripFacts, TripPlan
from maps.pack import (
    PARTS,
    Ground,
    PackCache,
    PackInput,
    PackOptions,
    PackUnavailableError,
    build_document,
    render_pack,
)
from maps.pack import typeset as typesetting
from maps.pack.chart import FAR_M, details
from maps.pack.context import Context
from maps.pack.model import rides
from maps.pack.parts.learning import questions
from maps.pack.parts.places import noted
from maps.pack.speech import Speech
from maps.pack.typeset import booklet_order, font_file, typeset

EIGHT = (
    "navy-museum",
    "ww1-museum",
    "qd-martyrs-memorial",
    "cpc-qingdao-memorial",
    "textile-museum",
    "jimo-committee-memorial",
    "datum-zero",
    "may-fourth-square",
)
ZH, EN = Texts.for_lang("zh"), Texts.for_lang("en")
HOSTILE = r"#eval(1) $x^2$ *bold* \ @cite <label> `raw` // rest /* c */ [b] _i_ = ~ -- ' “”"
FACTS = TripFacts(
    title="",
    school="青岛第二中学",
    group="高一（3）班",
    stage="senior",
    pupils=45,
    adults=3,
    transport="coach",
    lunch="packed",
    back_by=datetime(2026, 11, 27, 17, 0, tzinfo=TIME_ZONE),
    walk_limit_m=4000,
    break_every_min=120,
)


@pytest.fixture(scope="module")
def ground(qingdao: Catalogue, qingdao_network: StreetNetwork) -> Ground:
    return Ground.of(qingdao.districts, qingdao_network.roads())


@pytest.fixture(scope="module")
def trip(qingdao: Catalogue, qingdao_router: CchRouter) -> TripPlan:
    """A day by coach to eight sites, with lunch at the fourth stop."""
    school = (120.3802, 36.0612)
    wish = PlanRequest(
        stops=EIGHT, mode="drive", depart=datetime(2026, 11, 27, 8, 0), start=school, end=school
    )
    itinerary = plan(
        wish, qingdao, qingdao_router, now=datetime(2026, 11, 24, 12, 0, tzinfo=TIME_ZONE)
    )
    ids = [stop.site_id for stop in itinerary.stops if stop.site_id]
    noon = itinerary.days[0].stops[4].departure
    assert noon is not None
    return TripPlan(
        facts=FACTS,
        itinerary=itinerary,
        pauses=(Pause("lunch", 0, 4, noon, noon + timedelta(minutes=45)),),
        sites=qingdao.sites_by_id(ids),
    )


@pytest.fixture(scope="module")
def pack(trip: TripPlan, qingdao: Catalogue) -> PackInput:
    return pack_of(trip, qingdao)


def pack_of(trip: TripPlan, catalogue: Catalogue) -> PackInput:
    visited = {site.id for site in trip.sites}
    others = catalogue.sites_by_id([i for i in catalogue.sites.index if i not in visited])
    return PackInput(trip, others, "https://trails.example.org/trips/4f2a", catalogue.version)


@pytest.fixture(scope="module")
def printed(pack: PackInput, ground: Ground) -> bytes:
    return render_pack(pack, ground, PackOptions(), [ZH])


def texts_in(block: Any) -> Iterator[str]:
    """Every word a block would print."""
    if isinstance(block, dict):
        for key, value in block.items():
            if key not in {"kind", "svg", "style", "level"}:
                yield from texts_in(value)
    elif isinstance(block, list | tuple):
        if len(block) == 2 and all(isinstance(item, str) for item in block):
            yield block[1]
        else:
            for item in block:
                yield from texts_in(item)
    elif isinstance(block, str):
        yield block


def words_of(pack: PackInput, ground: Ground, part: str, voices: list[Texts]) -> str:
    options = PackOptions(parts=(part,))  # type: ignore[arg-type]
    document = build_document(pack, ground, options, voices)
    return "\n".join(texts_in(document.parts[0].blocks))


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_an_eight_site_day_is_one_small_tagged_file(printed: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(printed))
    assert len(printed) <= 3_000_000
    assert reader.metadata is not None
    assert reader.metadata.title == "红色研学"
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].lower().startswith("zh")


@pytest.mark.parametrize("langs", ["zh", "en", "both"])
def test_a_validator_finds_no_fault_in_the_tags(
    pack: PackInput, ground: Ground, tmp_path: Path, langs: str
) -> None:
    voices = {"zh": [ZH], "en": [EN], "both": [ZH, EN]}[langs]
    file = tmp_path / "pack.pdf"
    file.write_bytes(render_pack(pack, ground, PackOptions(), voices))
    report = pdfua.validate(str(file))
    assert [f"{f.rule_id} {f.message}" for f in report.findings] == []


def test_the_same_input_gives_the_same_bytes(
    printed: bytes, pack: PackInput, ground: Ground
) -> None:
    assert render_pack(pack, ground, PackOptions(), [ZH]) == printed


def test_no_page_is_blank_and_every_part_is_there(printed: bytes) -> None:
    pages = pages_of(printed)
    foot = squeezed("青岛红迹·研学手册")
    for number, page in enumerate(pages, start=1):
        body = squeezed(page).replace(foot, "")
        assert len(body) > 60, f"page {number} says only {page!r}"
    for part in (part for part in PARTS[1:] if part not in {"turns", "rain"}):
        title = squeezed(ZH(f"pack.part.{part}"))
        assert any(squeezed(page).startswith(title) for page in pages), part


def test_every_page_says_which_input_it_was_made_from(printed: bytes, pack: PackInput) -> None:
    stamp = pack.stamp(PackOptions(), ["zh"])
    assert all(stamp in page for page in pages_of(printed))
    others = (pack.stamp(PackOptions(("cover",)), ["zh"]), pack.stamp(PackOptions(), ["en"]))
    assert len({stamp, *others, pack.stamp(PackOptions(paper="a5"), ["zh"])}) == 4


def test_the_stamp_changes_with_anything_that_goes_in(pack: PackInput, trip: TripPlan) -> None:
    changed = [
        replace(pack, link="https://trails.example.org/trips/other"),
        replace(pack, edition="another"),
        replace(pack, others=pack.others[1:]),
        replace(pack, plan=replace(trip, facts=replace(FACTS, pupils=44))),
        replace(pack, plan=replace(trip, pauses=())),
        replace(pack, plan=replace(trip, checks=(Check(Notice("trip-relax-none")),))),
    ]
    assert len({one.digest for one in (pack, *changed)}) == len(changed) + 1


def test_what_a_teacher_types_is_printed_as_typed(
    trip: TripPlan, qingdao: Catalogue, ground: Ground
) -> None:
    facts = replace(FACTS, title=HOSTILE, school=HOSTILE, group=HOSTILE)
    prompts = (SitePrompt(trip.sites[0].id, HOSTILE),)
    hostile = pack_of(replace(trip, facts=facts, prompts=prompts), qingdao)
    pdf = render_pack(hostile, ground, PackOptions(parts=("cover", "worksheet")), [ZH])
    text = squeezed("".join(pages_of(pdf)))
    assert text.count(squeezed(HOSTILE)) >= 4
    assert pypdf.PdfReader(io.BytesIO(pdf)).metadata.title == HOSTILE  # type: ignore[union-attr]


def test_a_hostile_name_cannot_leave_its_map(
    trip: TripPlan, qingdao: Catalogue, ground: Ground
) -> None:
    evil = '</text><script>alert(1)</script><text x="'
    stops = tuple(
        replace(stop, name_zh=evil) if stop.kind == "site" else stop
        for stop in trip.itinerary.days[0].stops
    )
    days = (replace(trip.itinerary.days[0], stops=stops),)
    changed = pack_of(replace(trip, itinerary=replace(trip.itinerary, days=days)), qingdao)
    document = build_document(changed, ground, PackOptions(parts=("maps",)), [ZH])
    svgs = [block["svg"] for block in document.parts[0].blocks if block["kind"] == "figure"]
    assert svgs
    assert not any("<script" in svg for svg in svgs)


def test_every_character_of_the_catalogue_and_of_our_texts_has_a_glyph(qingdao: Catalogue) -> None:
    with TTFont(font_file(), fontNumber=2, lazy=True) as font:
        assert "SC" in str(font["name"].getDebugName(4))
        held = set(font.getBestCmap())
    frame = qingdao.sites.drop(columns="geometry")
    written = {letter for value in frame.to_numpy().ravel() for letter in str(value)}
    for texts in (ZH, EN):
        written |= {letter for text in texts.table.values() for letter in text}
    missing = {letter for letter in written if ord(letter) > 31 and ord(letter) not in held}
    assert missing == set()


def test_all_fonts_are_embedded(printed: bytes) -> None:
    fonts: set[str] = set()
    for page in pypdf.PdfReader(io.BytesIO(printed)).pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile3" in inner["/FontDescriptor"].get_object()
            fonts.add(inner["/BaseFont"])
    assert fonts
    assert all("NotoSansCJK" in name for name in fonts)


def test_parts_can_be_left_out(pack: PackInput, ground: Ground) -> None:
    document = build_document(pack, ground, PackOptions(parts=("cover", "quiz")), [ZH])
    assert [part.name for part in document.parts] == ["cover", "quiz"]
    with pytest.raises(InvalidParameterError):
        PackOptions(parts=("cover", "poster"))  # type: ignore[arg-type]
    with pytest.raises(InvalidParameterError):
        PackOptions(parts=())
    with pytest.raises(InvalidParameterError):
        PackOptions(paper="a3")  # type: ignore[arg-type]


def test_an_unknown_is_said_to_be_unknown(pack: PackInput, ground: Ground) -> None:
    text = words_of(pack, ground, "sites", [ZH])
    for site in pack.plan.sites:
        assert site.address in text
    unknown_hours = sum(not site.opening_hours for site in pack.plan.sites)
    assert text.count(ZH("pack.hours.unknown")) >= unknown_hours > 0
    assert text.count(ZH("pack.yes-no.unknown")) >= len(pack.plan.sites)


def test_hours_are_those_of_the_day_of_the_visit(
    pack: PackInput, ground: Ground, qingdao: Catalogue
) -> None:
    site = replace(pack.plan.sites[0], opening_hours="Tu-Su 09:00-16:30")
    sites = (site, *pack.plan.sites[1:])
    friday = replace(pack, plan=replace(pack.plan, sites=sites))
    assert "09:00–16:30" in words_of(friday, ground, "sites", [ZH])
    closed = replace(site, opening_hours="Sa,Su 09:00-16:30")
    other = replace(pack, plan=replace(pack.plan, sites=(closed, *pack.plan.sites[1:])))
    assert ZH("pack.hours.closed", basis="x")[:4] in words_of(other, ground, "sites", [ZH])
    assert qingdao.sites.loc[site.id, "opening_hours"] == pack.plan.sites[0].opening_hours


def test_the_timetable_is_the_itinerary(pack: PackInput, ground: Ground) -> None:
    text = words_of(pack, ground, "timetable", [ZH])
    for stop in pack.plan.itinerary.stops:
        for moment in (stop.arrival, stop.departure):
            assert moment is None or f"{moment:%H:%M}" in text
    assert ZH("pack.row.lunch.packed", length=ZH.duration(45 * 60)) in text


def test_every_part_that_shows_a_length_says_it_is_an_estimate(
    pack: PackInput, ground: Ground
) -> None:
    said = ZH("pack.fidelity.schematic", date=pack.plan.itinerary.network.date)
    for part in ("cover", "maps", "timetable", "directions", "risk"):
        assert said in words_of(pack, ground, part, [ZH]), part


def test_the_roll_is_blank_and_has_a_line_for_each_pupil(pack: PackInput, ground: Ground) -> None:
    options = PackOptions(parts=("roll",))
    blocks = build_document(pack, ground, options, [ZH]).parts[0].blocks
    counts, *sheets = [block for block in blocks if block["kind"] == "table"]
    assert len(counts["rows"]) == len(pack.plan.boardings) == len(pack.plan.itinerary.legs)
    lines = [row for sheet in sheets for row in sheet["rows"]]
    assert ["".join(texts_in(row[0])) for row in lines] == [
        str(n) for n in range(1, FACTS.pupils + 1)
    ]
    assert {"".join(texts_in(row[1])).strip("　") for row in lines} == {""}


@pytest.mark.parametrize("pupils", [1, 33, 34, 45, 60, 300])
@pytest.mark.parametrize("paper", ["a4", "a5"])
def test_a_roll_of_any_length_fills_its_pages_evenly(
    pack: PackInput, ground: Ground, pupils: int, paper: Any
) -> None:
    facts = replace(FACTS, pupils=pupils)
    asked = replace(pack, plan=replace(pack.plan, facts=facts))
    options = PackOptions(parts=("roll",), paper=paper)
    blocks = build_document(asked, ground, options, [ZH]).parts[0].blocks
    rolls = [block for block in blocks if block["kind"] == "table"][1:]
    pages = len(pages_of(render_pack(asked, ground, options, [ZH])))
    assert pages == 1 + len(rolls)


def test_the_key_stands_alone(pack: PackInput, ground: Ground) -> None:
    pages = pages_of(render_pack(pack, ground, PackOptions(parts=("quiz", "answers")), [ZH]))
    key = [page for page in pages if squeezed(ZH("pack.part.answers")) in squeezed(page)]
    assert len(key) == 1
    assert squeezed(ZH("pack.part.quiz")) not in squeezed(key[0])


@pytest.mark.parametrize("voices", [[ZH], [EN], [ZH, EN]])
def test_no_sheet_printed_with_the_quiz_names_an_answer(
    pack: PackInput, ground: Ground, voices: list[Texts]
) -> None:
    options = PackOptions(parts=("worksheet", "quiz"))
    document = build_document(pack, ground, options, voices)
    ctx = Context(pack, options, Speech(voices), ground)
    sheets = {
        site.id: "\n".join(texts_in(group))
        for (_, site), group in zip(ctx.visits, document.parts[0].blocks[1:], strict=True)
    }
    asked, told = questions(ctx)
    assert asked
    # Only where these are few do others make up, and then the sheets are to be put away.
    assert len(asked) >= 5 or len(asked) + len(told) == 5
    assert {one.kind for one in told} <= {"which", "years", "order"}
    words = "\n".join(texts_in(document.parts[1].blocks))
    assert (voices[0]("pack.quiz.put-away") in words) is bool(told)
    alone = build_document(pack, ground, PackOptions(parts=("quiz",)), voices)
    assert voices[0]("pack.quiz.put-away") not in "\n".join(texts_in(alone.parts[0].blocks))
    for one in asked:
        site = ctx.records[one.site_id]
        assert one.kind != "which" or site.summary_zh not in "".join(sheets.values())
        if one.kind in {"years", "district"}:
            told = sheets[one.site_id] + " ".join((site.name_zh, site.name_en, *site.aliases))
            parts = one.right.value.split("-") if one.kind == "years" else [one.right.value[:2]]
            assert not any(part in told for part in parts), (site.id, one)


def test_a_question_of_the_teacher_takes_the_place_of_ours(pack: PackInput, ground: Ground) -> None:
    site = pack.plan.sites[0]
    asked = replace(pack, plan=replace(pack.plan, prompts=(SitePrompt(site.id, "钟楼几层？"),)))
    before = words_of(pack, ground, "worksheet", [ZH]).count(ZH("pack.prompt.evidence"))
    text = words_of(asked, ground, "worksheet", [ZH])
    assert "钟楼几层？" in text
    assert text.count(ZH("pack.prompt.evidence")) == before - 1


def test_the_emergency_card_of_eight_sites_is_one_page_of_a5(
    pack: PackInput, ground: Ground
) -> None:
    options = PackOptions(parts=("emergency",), paper="a5")
    assert len(pages_of(render_pack(pack, ground, options, [ZH, EN]))) == 1


def test_plan_b_has_every_leg_with_its_map_and_new_ways(
    pack: PackInput, trip: TripPlan, ground: Ground
) -> None:
    """The day itself as its own plan B has no new way; with a place moved it has."""
    rain = RainPlan(trip.itinerary, trip.pauses, trip.sites, ())
    same = replace(pack, plan=replace(trip, rain=rain))
    said = words_of(same, ground, "rain", [EN])
    told = said.count("Count, board") + said.count("Count; walk")
    assert told == len(trip.itinerary.legs)
    assert EN("pack.rain.ways") not in said
    day = trip.itinerary.days[0]
    moved = replace(day.stops[1], lon=day.stops[1].lon + 0.001)
    other = replace(day, stops=(day.stops[0], moved, *day.stops[2:]))
    rain = replace(rain, itinerary=replace(trip.itinerary, days=(other,)))
    said = words_of(replace(pack, plan=replace(trip, rain=rain)), ground, "rain", [EN])
    assert EN("pack.rain.ways") in said


def test_an_uncertain_position_is_drawn_and_said_to_be_one(pack: PackInput, ground: Ground) -> None:
    area = next(site for site in pack.plan.sites if site.is_area)
    text = words_of(pack, ground, "sites", [ZH])
    assert text.count("位置不准") >= sum(site.is_area for site in pack.plan.sites)
    document = build_document(pack, ground, PackOptions(parts=("maps",)), [ZH])
    overview = next(b["svg"] for b in document.parts[0].blocks if b["kind"] == "figure")
    rings = overview.count('stroke-dasharray="1.2 1"')
    assert rings == sum(site.is_area for site in pack.plan.sites)
    assert area.accuracy_m > 500


def test_a_pack_in_two_languages_says_both(pack: PackInput, ground: Ground) -> None:
    text = words_of(pack, ground, "sites", [ZH, EN])
    for site in pack.plan.sites:
        assert site.name_zh in text
        assert site.name_en in text
    english = words_of(pack, ground, "timetable", [EN])
    assert all(site.name_en in english for site in pack.plan.sites)


def test_chinese_words_in_an_english_pack_are_marked_as_chinese(
    pack: PackInput, ground: Ground
) -> None:
    document = build_document(pack, ground, PackOptions(parts=("sites",)), [EN])
    site: Site = pack.plan.sites[0]
    assert ("zh", site.address) in set(pairs_in(document.parts[0].blocks))


def pairs_in(block: Any) -> Iterator[tuple[str, str]]:
    if isinstance(block, dict):
        for value in block.values():
            yield from pairs_in(value)
    elif isinstance(block, list | tuple):
        if len(block) == 2 and all(isinstance(item, str) for item in block):
            yield (block[0], block[1])
        for item in block:
            yield from pairs_in(item)


@pytest.mark.parametrize("pages", range(1, 14))
def test_a_folded_booklet_reads_in_order(pages: int) -> None:
    """Folding sheets one inside the other turns the pairs back into 1, 2, 3, …"""
    sides = booklet_order(pages)
    assert len(sides) % 2 == 0
    front = [page for side in sides[::2] for page in side]
    back = [page for side in sides[1::2] for page in side]
    left_to_right: list[int] = []
    for sheet in range(len(sides) // 2):
        left_to_right += [front[2 * sheet + 1], back[2 * sheet]]
    for sheet in reversed(range(len(sides) // 2)):
        left_to_right += [back[2 * sheet + 1], front[2 * sheet]]
    whole = [*range(1, pages + 1)]
    assert left_to_right == whole + [0] * (len(left_to_right) - pages)


def test_a_booklet_is_the_a5_pack_two_pages_a_sheet(pack: PackInput, ground: Ground) -> None:
    parts = ("cover", "timetable", "emergency")
    small = render_pack(pack, ground, PackOptions(parts, "a5"), [ZH])
    book = render_pack(pack, ground, PackOptions(parts, "booklet"), [ZH])
    pages, sides = len(pages_of(small)), len(pages_of(book))
    assert sides == 2 * -(-pages // 4)
    sheet = pypdf.PdfReader(io.BytesIO(book)).pages[0].mediabox
    assert (round(float(sheet.width)), round(float(sheet.height))) == (842, 595)


def test_a_pack_made_before_is_not_made_again(
    pack: PackInput, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def counting(document: Any) -> bytes:
        made.append(document.title)
        return typeset(document)

    monkeypatch.setattr("maps.pack.render.typeset", counting)
    cache = PackCache()
    options = PackOptions(parts=("cover",))
    first = cache.render(pack, ground, options, [ZH])
    assert cache.render(pack, ground, options, [ZH]) is first
    assert cache.render(pack, ground, options, [EN]) != first
    assert len(made) == 2


def test_a_cache_forgets_the_longest_unused(pack: PackInput, ground: Ground) -> None:
    options = [PackOptions(parts=(part,)) for part in ("cover", "kit")]
    cache = PackCache(limit_bytes=1)
    first = cache.render(pack, ground, options[0], [ZH])
    cache.render(pack, ground, options[1], [ZH])
    assert cache.render(pack, ground, options[0], [ZH]) is not first


def test_without_the_extra_the_error_says_how_to_get_it(
    pack: PackInput, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "find_spec", lambda _: None)
    with pytest.raises(PackUnavailableError, match=r"pip install 'qingdao-red-trails\[pack\]'"):
        render_pack(pack, ground, PackOptions(), [ZH])
    with pytest.raises(PackUnavailableError):
        font_file()


def test_what_notes_say_of_hours_telephone_ticket_and_booking_stands_beside_the_unknown(
    qingdao: Catalogue,
) -> None:
    town = qingdao.site("jimo-ancient-city")
    assert "09:00-17:30" in noted(town, "hours")
    assert "400-067-6688" in noted(town, "phone")
    assert "文庙20元" in noted(town, "ticket")
    assert "预约" in noted(town, "booking")
    plain = replace(town, notes_zh="约650平方米,两排正房")
    assert [noted(plain, topic) for topic in ("hours", "phone", "ticket", "booking")] == [""] * 4
    known = replace(town, phone="0532-1234567", notes_zh="电话0532-1234567")
    assert noted(known, "phone") == ""


def test_a_card_says_every_clause_of_the_notes_and_where_it_comes_from(
    pack: PackInput, ground: Ground
) -> None:
    text = words_of(pack, ground, "sites", [ZH])
    for site in pack.plan.sites:
        for clause in re.split("[;；。]", site.notes_zh):
            assert clause.strip() == "待核" or clause.strip() in text
        assert all(source.publisher in text for source in site.sources)


def walking(pack: PackInput) -> PackInput:
    facts = replace(pack.plan.facts, transport="walk")
    return replace(pack, plan=replace(pack.plan, facts=facts, pauses=()))


def test_walkers_read_of_no_coach_and_of_no_lunch_they_do_not_eat(
    pack: PackInput, ground: Ground
) -> None:
    calls = words_of(pack, ground, "calls", [ZH])
    assert ZH("pack.calls.trip.coach") in calls
    assert ZH("pack.calls.trip.lunch") in calls
    on_foot = walking(pack)
    everything = build_document(on_foot, ground, PackOptions(), [EN])
    told = "\n".join(texts_in([[part.title, part.blocks] for part in everything.parts]))
    assert EN("pack.part.coach-walk") in told
    assert EN("pack.part.coach") not in told
    assert "coach" not in words_of(on_foot, ground, "calls", [EN]).casefold()
    assert ZH("pack.calls.trip.lunch") not in words_of(on_foot, ground, "calls", [ZH])


def test_the_calls_of_the_trip_are_headed_by_what_is_asked(pack: PackInput, ground: Ground) -> None:
    hungry = replace(pack.plan, rain=None, pauses=())
    by_coach = replace(pack, plan=hungry)
    eating = replace(pack.plan, facts=replace(pack.plan.facts, transport="walk"))
    heads = {
        "trip": words_of(pack, ground, "calls", [ZH]),
        "trip-coach": words_of(by_coach, ground, "calls", [ZH]),
        "trip-lunch": words_of(replace(pack, plan=eating), ground, "calls", [ZH]),
        "": words_of(walking(pack), ground, "calls", [ZH]),
    }
    for own, text in heads.items():
        lines = text.splitlines()
        for key in ("trip", "trip-coach", "trip-lunch"):
            assert (ZH(f"pack.calls.{key}") in lines) is (key == own)


def test_no_packed_lunch_is_asked_for_where_none_is_eaten(pack: PackInput, ground: Ground) -> None:
    packed, bring = ZH("pack.lunch.packed"), ZH("pack.kit.lunch")
    home = replace(pack, plan=replace(pack.plan, pauses=(), rain=None))
    for part in ("notice", "kit"):
        assert bring in words_of(pack, ground, part, [ZH])
        assert bring not in words_of(home, ground, part, [ZH])
    assert packed not in words_of(home, ground, "notice", [ZH])
    assert ZH("pack.lunch.none") in words_of(home, ground, "notice", [ZH])


def test_roster_and_risk_form_count_the_same_and_a_wheelchair_needs_a_lift(
    pack: PackInput, ground: Ground
) -> None:
    facts = replace(pack.plan.facts, pupils=45, adults=4, wheelchair=True)
    rolling = replace(pack, plan=replace(pack.plan, facts=facts))
    given = {"pupils": 45, "adults": 4}
    assert ZH("risk.supervision", **given, ratio=12) in words_of(rolling, ground, "risk", [ZH])
    assert ZH("pack.duty.lead-in", **given, size=12) in words_of(rolling, ground, "duty", [ZH])
    lift = ZH("pack.calls.trip.lift")
    assert lift in words_of(rolling, ground, "calls", [ZH])
    assert lift not in words_of(pack, ground, "calls", [ZH])


def test_an_english_reader_gets_the_sound_of_chinese_titles(
    pack: PackInput, ground: Ground
) -> None:
    document = build_document(pack, ground, PackOptions(parts=("coach",)), [EN])
    site = next(one for one in pack.plan.sites if one.honours)
    pairs = set(pairs_in(document.parts[0].blocks))
    assert ("zh", site.honours.replace("|", "；")) in pairs
    assert any(own == "" and "qīng dǎo" in said for own, said in pairs)
    read = [block for group in document.parts[0].blocks for block in group.get("blocks", ())]
    for block in (one for one in read if one.get("style") == "read"):
        assert all(own != "zh" for own, _ in pairs_in(block["text"]))


@pytest.mark.parametrize(
    ("paper", "voices"), [("a4", [ZH]), ("a4", [EN]), ("a4", [ZH, EN]), ("a5", [ZH]), ("a5", [EN])]
)
@pytest.mark.parametrize("part", ["emergency", "risk"])
def test_a_card_and_a_signed_form_are_one_page(
    pack: PackInput, ground: Ground, paper: Any, voices: list[Texts], part: Any
) -> None:
    pdf = render_pack(pack, ground, PackOptions(parts=(part,), paper=paper), voices)
    assert len(pages_of(pdf)) == 1


def test_every_leg_has_a_map_at_a_larger_scale_and_every_sure_arrival_after_a_long_one(
    pack: PackInput,
) -> None:
    ways = rides(pack.plan)
    views = details(ways)
    shown = [ride for view in views if not view.around_m for ride in view.rides]
    assert shown == list(ways)
    arrivals = {view.halts[0].mark for view in views if view.around_m}
    far = {
        ride.target.mark
        for ride in ways
        if ride.leg.length_m > FAR_M
        and ride.target.stop.kind == "site"
        and ride.target.stop.accuracy_m <= 500
    }
    assert arrivals == far
    for view in views:
        assert len(view.rides) == 1 or all(one.leg.length_m <= 600 for one in view.rides)
