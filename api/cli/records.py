"""`redtrails sites list` and `redtrails routes`: the catalogue as tables or as the API's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .console import opened_catalogue, write, write_json, write_table

if TYPE_CHECKING:
    from api.links import Links
    from api.settings import Settings
    from api.web.texts import Texts

Text = Annotated[str | None, typer.Argument(help="cli.records.text", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="cli.json")]
Bbox = Annotated[str | None, typer.Option(help="cli.records.bbox", metavar="W,S,E,N")]
Limit = Annotated[int, typer.Option(help="cli.records.limit")]
Offset = Annotated[int, typer.Option(help="cli.records.offset")]
District = Annotated[str | None, typer.Option(help="cli.records.district")]
Category = Annotated[str | None, typer.Option(help="cli.records.category")]
Theme = Annotated[str | None, typer.Option(help="cli.records.theme")]
Collection = Annotated[str | None, typer.Option(help="cli.records.collection")]
Provenance = Annotated[str | None, typer.Option(help="cli.records.provenance")]
Mode = Annotated[str | None, typer.Option(help="cli.records.mode")]
From = Annotated[int | None, typer.Option(help="cli.records.period-from")]
To = Annotated[int | None, typer.Option(help="cli.records.period-to")]
PAGE = 100


def register(app: typer.Typer) -> None:
    """Add the command of routes; that of sites stands in its group."""
    app.command("routes", help="cli.routes")(routes)


def sites(  # noqa: PLR0913 - each is an option a user may give
    context: typer.Context,
    text: Text = None,
    *,
    bbox: Bbox = None,
    district: District = None,
    category: Category = None,
    theme: Theme = None,
    collection: Collection = None,
    period_from: From = None,
    period_to: To = None,
    limit: Limit = PAGE,
    offset: Offset = 0,
    json: Json = False,
) -> None:
    """List sites."""
    from api.answers import sites_page
    from api.params import SitesQuery
    from geo.faults import read_model

    texts: Texts = context.obj
    asked = {
        "q": text, "bbox": bbox, "district": district, "category": category, "theme": theme,
        "collection": collection, "period_from": period_from, "period_to": period_to,
        "limit": limit, "offset": offset,
    }  # fmt: skip
    query = read_model(SitesQuery, given(asked))
    with opened_catalogue(texts) as (settings, catalogue):
        page = sites_page(catalogue, query, links_of(settings), most=settings.max_page_size)
    if json:
        write_json(page)
    else:
        write_sites(page, texts)


def routes(  # noqa: PLR0913 - each is an option a user may give
    context: typer.Context,
    text: Text = None,
    *,
    bbox: Bbox = None,
    collection: Collection = None,
    provenance: Provenance = None,
    mode: Mode = None,
    limit: Limit = PAGE,
    offset: Offset = 0,
    json: Json = False,
) -> None:
    """List routes."""
    from api.answers import routes_page
    from api.params import RoutesQuery
    from geo.faults import read_model

    texts: Texts = context.obj
    asked = {
        "q": text, "bbox": bbox, "collection": collection, "provenance": provenance,
        "mode": mode, "limit": limit, "offset": offset,
    }  # fmt: skip
    query = read_model(RoutesQuery, given(asked))
    with opened_catalogue(texts) as (settings, catalogue):
        page = routes_page(catalogue, query, links_of(settings), most=settings.max_page_size)
        counts = [counted(catalogue.collection(key), texts) for key in catalogue.collections.index]
    if json:
        write_json(page)
    else:
        write_routes(page, texts)
        write("\n".join(counts))


def given(asked: Mapping[str, object]) -> dict[str, object]:
    """Return the options that were given: those left out are not in the links of the answer."""
    left_out = {"limit": PAGE, "offset": 0}
    return {
        name: value
        for name, value in asked.items()
        if value is not None and left_out.get(name) != value
    }


def links_of(settings: Settings) -> Links:
    """Return the links of the service these settings describe."""
    from api.links import Links

    return Links(settings.public_url or f"http://{settings.host}:{settings.port}")


def write_sites(page: Mapping[str, Any], texts: Texts) -> None:
    """Write a page of sites as a table."""
    rows = [
        (
            feature["id"],
            name_of(feature, texts),
            texts.word("district", feature["properties"]["district"]),
            texts.word("category", feature["properties"]["category"]),
            texts("cli.metres", value=round(feature["properties"]["accuracy_m"])),
            feature["properties"]["grade"],
        )
        for feature in page["features"]
    ]
    names = ("id", "name", "district", "category", "accuracy", "grade")
    write_table([texts(f"cli.column.{name}") for name in names], rows)
    write(texts("cli.sites-count", shown=len(rows), count=page["numberMatched"]))


def write_routes(page: Mapping[str, Any], texts: Texts) -> None:
    """Write a page of routes as a table; who made each stands beside it."""
    rows = [
        (
            feature["id"],
            name_of(feature, texts),
            texts(f"cli.provenance.{feature['properties']['provenance']}"),
            feature["properties"]["collection"],
            texts(f"cli.mode.{feature['properties']['mode']}"),
            str(len(feature["properties"]["stops"])),
        )
        for feature in page["features"]
    ]
    names = ("id", "name", "provenance", "collection", "mode", "stops")
    write_table([texts(f"cli.column.{name}") for name in names], rows)
    write(texts("cli.routes-count", shown=len(rows), count=page["numberMatched"]))


def counted(collection: Any, texts: Texts) -> str:  # noqa: ANN401 - geo.models.Collection, lazily
    """Return what must be said of a collection first: published, held, composed."""
    known = "cli.collection-counts" if collection.published else "cli.collection-own"
    return texts(
        known,
        id=collection.id,
        name=texts.name(collection),
        published=collection.published,
        official=collection.held_official,
        curated=collection.held_curated,
    )


def name_of(feature: Mapping[str, Any], texts: Texts) -> str:
    """Return the name of a feature in the user's language."""
    from geo.messages import name_in

    properties = feature["properties"]
    return name_in(texts.lang, properties["name_zh"], properties["name_en"])
