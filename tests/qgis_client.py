"""What QGIS makes of a service, as JSON on stdout; run by the Python that QGIS came with.

Not a test: `test_gis_clients.py` starts it with the address of the service.
"""

from __future__ import annotations

import json
import os
import sys
import time

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsDataSourceUri,
    QgsFeatureRequest,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsRectangle,
    QgsVectorDataProvider,
    QgsVectorLayer,
    QgsVectorTileBasicRenderer,
    QgsVectorTileLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

BOX = (120.3, 36.05, 120.4, 36.1)
EDITS = ("AddFeatures", "ChangeAttributeValues", "ChangeGeometries", "DeleteFeatures")


def layer(url: str, **more: str) -> QgsVectorLayer:
    """Return the sites as QGIS's own provider opens them."""
    uri = QgsDataSourceUri()
    for name, value in {"url": url, "typename": "sites", **more}.items():
        uri.setParam(name, value)
    return QgsVectorLayer(uri.uri(False), "sites", "OAPIF")  # noqa: FBT003 - a name of C++


def ids(of: QgsVectorLayer, request: QgsFeatureRequest | None = None) -> list[str]:
    return sorted(one["id"] for one in of.getFeatures(request or QgsFeatureRequest()))


def tile_colours(url: str) -> int:
    """Draw the tiles over the old town; return how many colours the picture has."""
    source = f"type=xyz&url={url}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}&zmin=0&zmax=14"
    tiles = QgsVectorTileLayer(source, "tiles")
    styles = QgsVectorTileBasicRenderer.simpleStyleWithRandomColors()
    renderer = QgsVectorTileBasicRenderer()
    renderer.setStyles(styles)
    tiles.setRenderer(renderer)
    settings = QgsMapSettings()
    settings.setLayers([tiles])
    settings.setDestinationCrs(tiles.crs())
    settings.setOutputSize(QSize(256, 256))
    settings.setBackgroundColor(QColor("white"))
    settings.setExtent(QgsRectangle(13390000, 4305000, 13410000, 4325000))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    return len({image.pixel(x, y) for x in range(256) for y in range(256)})


def main(url: str) -> None:
    application = QgsApplication([], False)  # noqa: FBT003
    application.initQgis()
    began = time.monotonic()
    whole = layer(url, pageSize="1000")
    every = ids(whole)
    seconds = time.monotonic() - began
    boxed = layer(url, pageSize="1000", restrictToRequestBBOX="1")
    filtered = layer(url, pageSize="1000")
    accepted = filtered.setSubsetString("category = 'museum' AND visit_min >= 30")
    able = whole.dataProvider().capabilities()
    told = {
        "version": Qgis.QGIS_VERSION,
        "valid": whole.isValid(),
        "crs": whole.crs().authid(),
        "geometry": QgsWkbTypes.displayString(whole.wkbType()),
        "fields": whole.fields().names(),
        "ids": every,
        "seconds": round(seconds, 1),
        "boxed": ids(boxed, QgsFeatureRequest(QgsRectangle(*BOX))),
        "filter_accepted": accepted,
        "filtered": ids(filtered),
        "edits": [name for name in EDITS if able & getattr(QgsVectorDataProvider, name)],
        "tile_colours": tile_colours(url),
    }
    print(json.dumps(told), flush=True)  # noqa: T201
    os._exit(0)  # the threads of its providers do not always survive a tidy end


main(sys.argv[1])
