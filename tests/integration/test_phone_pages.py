"""The pages a phone keeps: their manifest, icons and worker; addresses that name a tour."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from urllib.parse import urljoin

import pytest
from fastapi.testclient import TestClient
from PIL import Image

TOUR = "/follow/tour?stops=jiaoji-railway-museum-qd,qingdao-guest-house"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_manifest_describes_an_app_of_its_own_pages_only(client: TestClient, lang: str) -> None:
    page = client.get(f"/follow/?lang={lang}").text
    address = f"/follow/app.webmanifest?lang={lang}"
    assert f'<link rel="manifest" href="{address}">' in page
    answer = client.get(address)
    assert answer.headers["content-type"] == "application/manifest+json"
    manifest = answer.json()
    assert manifest["display"] == "standalone"
    assert manifest["scope"] == "/follow/"
    for inside in (manifest["start_url"], manifest["shortcuts"][0]["url"]):
        assert urljoin(address, inside).startswith(manifest["scope"])
        assert client.get(inside).status_code == 200
    purposes = set()
    for one in manifest["icons"]:
        content = client.get(one["src"])
        assert content.headers["content-type"] == one["type"]
        purposes.add(one["purpose"])
        if one["type"] == "image/png":
            side = int(one["sizes"].partition("x")[0])
            assert Image.open(io.BytesIO(content.content)).size == (side, side)
    assert purposes == {"any", "maskable"}


def test_the_icons_are_drawn_from_our_sign(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(root / "scripts"))
    import draw_icons  # noqa: PLC0415

    for name, content in draw_icons.icons().items():
        assert (root / "api" / "web" / "static" / name).read_bytes() == content, name
    assert "draw_icons" in sys.modules


def test_the_worker_answers_for_its_own_folder_and_is_never_kept(client: TestClient) -> None:
    answer = client.get("/follow/worker.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    # A worker that lies in /follow/ may answer for /follow/ only, unless this header widens it.
    assert "service-worker-allowed" not in answer.headers
    assert "worker-src 'self'" in answer.headers["content-security-policy"]


def test_a_tour_has_one_address_however_it_was_asked_for(client: TestClient) -> None:
    answer = client.get(f"{TOUR}&lang=en", follow_redirects=False)
    assert answer.status_code == 303
    named = answer.headers["location"]
    assert "depart=" in named
    assert client.get(named, follow_redirects=False).status_code == 200
    again = client.get(named.replace("%2C", ","), follow_redirects=False)
    assert again.status_code == 200


def test_what_cannot_be_followed_is_refused_with_its_reason(client: TestClient) -> None:
    assert client.get("/follow/tour?stops=no-such-site").status_code == 404
    assert client.get("/follow/tour").status_code == 422
    assert client.get("/follow/plan/none").status_code == 404
    assert client.get("/sites/no-such-site/code").status_code == 404


def test_a_kept_plan_is_followed_with_its_sites_and_its_own_ground(client: TestClient) -> None:
    kept = client.post(
        "/api/plans",
        json={"stops": ["qingdao-guest-house", "wen-yiduo-house"], "depart": "2026-11-28T09:00"},
    ).json()
    page = client.get(f"/p/{kept['id']}?lang=en").text
    address = f"/follow/plan/{kept['id']}?lang=en"
    assert f'href="{address}"' in page
    tour = client.get(address).text
    assert f'data-tour="/follow/plan/{kept["id"]}"' in tour
    assert tour.count('<details class="site-sheet">') == 2
    # The roads stand in the page itself: no tile is asked for on the way.
    assert "/basemap/" not in tour
    assert '"tiles":null' in tour
