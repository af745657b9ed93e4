// The ground: land, borders, roads and lettering as vectors. Data: maps/ground.py.
(function () {
  "use strict";
  const { unpack, text } = L.redTrails;

  // By rank of maps.land.ROAD_CLASSES: colour, edge, width at zoom 10 and 15, from which zoom.
  const ROADS = [
    { fill: "#EBC38D", edge: "#C79A63", near: 2.2, far: 6.5, from: 0 },
    { fill: "#F0D0A2", edge: "#D0A978", near: 2.0, far: 6.0, from: 0 },
    { fill: "#FBE7C6", edge: "#D9BD92", near: 1.5, far: 5.5, from: 9 },
    { fill: "#FFFDF7", edge: "#D9CDB8", near: 1.1, far: 5.0, from: 10 },
    { fill: "#FFFDF7", edge: "#DED4C2", near: 0.8, far: 4.0, from: 11.5 },
    { fill: "#FFFDF7", edge: "#E2D9C9", near: 0.5, far: 3.2, from: 13 },
    { fill: "#C9A896", edge: null, near: 0.5, far: 1.6, from: 14, dash: "1 5" },
  ];

  function widthAt(style, zoom) {
    const share = Math.min(Math.max((zoom - 10) / 5, 0), 1.5);
    return style.near + (style.far - style.near) * share;
  }

  L.redTrails.BaseLayer = L.Layer.extend({
    initialize: function (data) {
      this.data = data;
    },

    onAdd: function (map) {
      this.land = this.pane(map, "rtLand", 200);
      this.streets = this.pane(map, "rtRoads", 250);
      const letters = map.createPane("rtLabels");
      letters.style.zIndex = 420;
      letters.style.pointerEvents = "none";
      letters.setAttribute("aria-hidden", "true");
      this.letters = letters;
      this.drawLand(map);
      this.drawRoads(map);
      map.on("zoomend", this.restyle, this);
      map.on("moveend zoomend viewreset", this.letter, this);
      this.restyle();
      this.letter();
    },

    pane: function (map, name, depth) {
      map.createPane(name).style.zIndex = depth;
      map.getPane(name).style.pointerEvents = "none";
      return L.canvas({ pane: name, padding: 0.3 });
    },

    drawLand: function (map) {
      const shapes = (polygons) => polygons.map((rings) => rings.map(unpack));
      const add = (polygons, style) => L.polygon(polygons, {
        renderer: this.land, pane: "rtLand", interactive: false, smoothFactor: 1, ...style,
      }).addTo(map);
      const around = shapes(this.data.neighbours);
      const land = shapes(this.data.land);
      // Water lines along the shore, as on an engraved chart.
      for (const [weight, opacity] of [[15, 0.10], [8, 0.14], [3.5, 0.22]]) {
        for (const one of [around, land]) {
          add(one, { fill: false, color: "#7FA3B3", weight, opacity, lineJoin: "round" });
        }
      }
      add(around, { stroke: false, fillColor: "#ECE7DC", fillOpacity: 1 });
      add(land, { color: "#B8A98F", weight: 0.8, opacity: 0.9, fillColor: "#F8F2E6", fillOpacity: 1 });
      L.polyline(this.data.borders.map(unpack), {
        renderer: this.land, pane: "rtLand", interactive: false,
        color: "#B3261E", opacity: 0.32, weight: 1.2, dashArray: "7 4 1.5 4",
      }).addTo(map);
    },

    drawRoads: function (map) {
      this.roads = [];
      const add = (lines, style, layer) => {
        const line = L.polyline(lines, {
          renderer: this.streets, pane: "rtRoads", interactive: false, smoothFactor: 1, ...layer,
        }).addTo(map);
        this.roads.push({ line, style, casing: Boolean(layer.casing) });
      };
      const classes = this.data.roads.map(([rank, lines]) => [ROADS[rank], lines.map(unpack)]).reverse();
      for (const [style, lines] of classes) {
        if (style.edge) add(lines, style, { color: style.edge, casing: true });
      }
      for (const [style, lines] of classes) add(lines, style, { color: style.fill, dashArray: style.dash });
    },

    restyle: function () {
      const zoom = this._map.getZoom();
      for (const { line, style, casing } of this.roads) {
        const shown = zoom >= style.from;
        const width = widthAt(style, zoom);
        line.setStyle({ weight: casing ? width + 1.4 : width, opacity: shown ? 1 : 0 });
      }
    },

    // Lettering: the most important first, none over another, none cut by the edge.
    letter: function () {
      const map = this._map;
      const zoom = map.getZoom();
      const size = map.getSize();
      const taken = [];
      const nodes = [];
      for (const label of this.data.labels) {
        const { kind, at, name, from, to } = label;
        if (zoom < from || zoom > to) continue;
        const point = map.latLngToContainerPoint(at);
        const box = boxOf(kind, name, point);
        const inside = box[0] > 2 && box[1] > 2 && box[2] < size.x - 2 && box[3] < size.y - 2;
        if (!inside || taken.some((other) => touch(box, other))) continue;
        taken.push(box);
        const node = text("span", `rt-label rt-label-${kind}`, name);
        L.DomUtil.setPosition(node, map.latLngToLayerPoint(at));
        nodes.push(node);
      }
      this.letters.replaceChildren(...nodes);
    },
  });

  const FONT = { sea: 15, bay: 12, district: 15, town: 11.5 };

  function boxOf(kind, name, point) {
    let width = 0;
    for (const sign of name) width += sign.codePointAt(0) > 0x2e7f ? 1.15 : 0.6;
    const half = width * FONT[kind] / 2 + 3;
    const tall = FONT[kind] * 0.7 + 3;
    return [point.x - half, point.y - tall, point.x + half, point.y + tall];
  }

  function touch(a, b) {
    return a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
  }

  L.redTrails.base = (data) => new L.redTrails.BaseLayer(data);
})();
