"""Deep links that lead to one place from wherever the phone is, each in that app's datum.

The addresses are documented where `geo.exchange.links` says; 百度 and 腾讯 want an origin for a
way, so there the link shows the place and the app offers the way.
"""

from __future__ import annotations

from urllib.parse import urlencode

from geo.crs import wgs84_to_bd09, wgs84_to_gcj02
from geo.models import AREA_ACCURACY_M, Site

from .links import REFERER, Link, Provider


def place_links(site: Site) -> tuple[Link, ...]:
    """Return the links that lead to a site; `approximate` where its position is an area.

    Parameters
    ----------
    site
        Where to go.
    """
    approximate = site.accuracy_m > AREA_ACCURACY_M
    # These apps show Chinese; a comma, bar or semicolon would end the name inside a parameter.
    name = site.name_zh.translate({ord(c): " " for c in ",|:;"})
    lon, lat = (f"{float(value):.6f}" for value in wgs84_to_gcj02(site.lon, site.lat))
    lon_bd, lat_bd = (f"{float(value):.6f}" for value in wgs84_to_bd09(site.lon, site.lat))
    amap = {"to": f"{lon},{lat},{name}", "mode": "car", "src": REFERER, "coordinate": "gaode"}
    baidu = {
        "location": f"{lat_bd},{lon_bd}",
        "title": name,
        "content": name,
        "coord_type": "bd09ll",
        "output": "html",
        "src": f"webapp.{REFERER}.site",
    }
    tencent = {"marker": f"coord:{lat},{lon};title:{name};addr:{name}", "referer": REFERER}
    apple = {"daddr": f"{lat},{lon}", "q": name}
    at = f"{site.lat:.6f},{site.lon:.6f}"
    urls: dict[Provider, str] = {
        "amap": f"https://uri.amap.com/navigation?{urlencode(amap)}",
        "baidu": f"https://api.map.baidu.com/marker?{urlencode(baidu)}",
        "tencent": f"https://apis.map.qq.com/uri/v1/marker?{urlencode(tencent)}",
        "apple": f"https://maps.apple.com/?{urlencode(apple)}",
        "geo": f"geo:{at};u={site.accuracy_m:.0f}?q={at}",
    }
    return tuple(Link(app, "drive", url, approximate) for app, url in urls.items())
