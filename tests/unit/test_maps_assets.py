"""The table of assets: whole, addressed by content, asking for nothing else."""

from __future__ import annotations

import base64
import hashlib

import pytest
from maps_world import css_urls

from maps import ASSETS, UnknownAssetError, asset, asset_digest, asset_path, media_type
from maps.assets import data_url, inline_text

SCRIPTS = [name for name in ASSETS if name.endswith(".js")]
STYLES = [name for name in ASSETS if name.endswith(".css")]


@pytest.mark.parametrize("name", ASSETS)
def test_every_asset_is_installed_and_addressed_by_what_is_served(name: str) -> None:
    data = asset(name)
    assert len(data) > 100
    assert asset_path(name) == f"{hashlib.sha256(data).hexdigest()[:16]}/{name}"


@pytest.mark.parametrize("name", STYLES)
def test_a_style_sheet_names_only_assets_by_their_own_addresses(name: str) -> None:
    for url in css_urls(asset(name).decode()):
        if url != "#default#VML":
            up, digest, image = url.split("/")
            assert (up, digest) == ("..", asset_digest(image))


def test_leaflet_css_names_images() -> None:
    assert any(url.endswith("/layers.png") for url in css_urls(asset("leaflet.css").decode()))


@pytest.mark.parametrize("name", STYLES)
def test_an_inlined_style_sheet_carries_its_images(name: str) -> None:
    urls = [url for url in css_urls(inline_text(name)) if url != "#default#VML"]
    assert all(url.startswith("data:image/png;base64,") for url in urls)


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_asks_for_a_source_map_or_ends_early_when_inlined(name: str) -> None:
    text = inline_text(name)
    assert "sourceMappingURL" not in text
    assert "</script" not in text.lower()
    assert "<!--" not in text
    assert "\r" not in text


def test_a_data_url_is_the_file() -> None:
    head, content = data_url("layers.png").split(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(content) == asset("layers.png")


@pytest.mark.parametrize("call", [asset, asset_digest, asset_path, media_type, data_url])
def test_an_unknown_name_is_refused(call: object) -> None:
    with pytest.raises(UnknownAssetError) as caught:
        call("../pyproject.toml")  # type: ignore[operator]
    assert caught.value.data == {"asset": "../pyproject.toml"}


def test_the_names_are_flat() -> None:
    # an address is `{digest}/{name}`, and a style sheet finds an image one folder up
    assert not [name for name in ASSETS if "/" in name]
