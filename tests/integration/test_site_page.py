"""The page of a site: every fact stands beside its own name."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient

from geo.catalogue import Catalogue
from geo.frames import sites_of


def test_every_name_of_a_fact_is_followed_by_its_value(
    client: TestClient, qingdao: Catalogue
) -> None:
    """Two columns: a name that is hidden would move all that follow into the other one."""
    marked = [site.id for site in sites_of(qingdao.sites) if "※" in site.address]
    assert len(marked) > 3
    for site_id in (*marked, "cpc-qingdao-memorial"):
        page = client.get(f"/sites/{site_id}").text
        facts = page.split('<dl class="facts card">', 1)[1].split("</dl>", 1)[0]
        parts = re.findall(r"<(dt|dd)([^>]*)>", facts)
        assert [name for name, _ in parts] == ["dt", "dd"] * (len(parts) // 2)
        assert not any("hidden" in more for _, more in parts)


def test_known_hours_are_told_for_today_and_the_coming_week(
    client: TestClient, qingdao: Catalogue
) -> None:
    sites = sites_of(qingdao.sites)
    known = next(site for site in sites if site.opening_hours)
    page = client.get(f"/sites/{known.id}").text
    assert re.search(r"(Open|Closed) now</strong>", page)
    week = page.split('<details class="week">', 1)[1].split("</details>", 1)[0]
    assert week.count("<li>") == 7
    unknown = next(site for site in sites if not site.opening_hours)
    assert 'class="week"' not in client.get(f"/sites/{unknown.id}").text
