// The ground: land, borders, roads and lettering as vectors. Data: maps/ground.py.
(function () {
  "use strict";
  const { later, unpack, text } = L.redTrails;

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

  // Water lines along the shore, as on an engraved chart, the widest first.
  const SHORES = [[15, 0.10], [8, 0.14], [3.5, 0.22]]
    .map(([weight, opacity]) => ({ fill: false, color: "#7FA3B3", weight, opacity, lineJoin: "round" }));

  // A shape drawn once more in another style: where its points lie is worked out only once.
  const again = {
    initialize: function (shape, style) {
      L.Polyline.prototype.initialize.call(this, [], style);
      this.shape = shape;
    },
    _project: function () { this._pxBounds = this.shape._pxBounds; },
    _clipPoints: function () { this._parts = this.shape._parts; },
    _simplifyPoints: function () {},
  };
  const Again = L.Polygon.extend(again);
  // A class of roads that this zoom does not show costs no drawing.
  const Road = L.Polyline.extend({
    _updatePath: function () {
      if (this.options.stroke) L.Polyline.prototype._updatePath.call(this);
    },
  });
  const RoadAgain = Road.extend(again);

  function widthAt(style, zoom) {
    const share = Math.min(Math.max((zoom - 10) / 5, 0), 1.5);
    return style.near + (style.far - style.near) * share;
  }

  // How a class of roads, or its edge, is drawn at a zoom.
  function at(style, zoom, casing) {
    return { weight: widthAt(style, zoom) + (casing ? 1.4 : 0), stroke: zoom >= style.from };
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
      this.roads = [];
      this.named = [];
      // After the sites, and both at once: each frame that changes a canvas copies all of it.
      later(map, () => {
        this.drawLand(map);
        this.drawRoads(map);
      });
      map.on("zoomend", this.restyle, this);
      map.on("zoomstart", () => { letters.style.visibility = "hidden"; });
      map.on("moveend zoomend resize redtrails:changed", this.soon, this);
      this.soon();
    },

    // Lettering waits until the badges stand still, so that it can keep clear of them.
    soon: function () {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.letter(), 120);
    },

    pane: function (map, name, depth) {
      map.createPane(name).style.zIndex = depth;
      map.getPane(name).style.pointerEvents = "none";
      return L.canvas({ pane: name, padding: 0.3 });
    },

    drawLand: function (map) {
      const pen = { renderer: this.land, pane: "rtLand", interactive: false, smoothFactor: 1 };
      const outlines = [this.data.neighbours, this.data.land]
        .map((polygons) => L.polygon(polygons.map((rings) => rings.map(unpack)), { ...pen, ...SHORES[0] }).addTo(map));
      for (const style of SHORES.slice(1)) for (const one of outlines) new Again(one, { ...pen, ...style }).addTo(map);
      const [around, land] = outlines;
      new Again(around, { ...pen, stroke: false, fillColor: "#ECE7DC", fillOpacity: 1 }).addTo(map);
      new Again(land, {
        ...pen, color: "#B8A98F", weight: 0.8, opacity: 0.9, fillColor: "#F8F2E6", fillOpacity: 1,
      }).addTo(map);
      L.polyline(this.data.borders.map(unpack), {
        renderer: this.land, pane: "rtLand", interactive: false,
        color: "#B3261E", opacity: 0.32, weight: 1.2, dashArray: "7 4 1.5 4",
      }).addTo(map);
    },

    drawRoads: function (map) {
      if (this.data.tiles) {
        this.tiles = new L.redTrails.StreetTiles(this.data.tiles, ROADS, widthAt).addTo(map);
        return;
      }
      const zoom = map.getZoom();
      const pen = { renderer: this.streets, pane: "rtRoads", interactive: false, smoothFactor: 1 };
      const add = (line, style, casing) => {
        line.addTo(map);
        this.roads.push({ line, style, casing });
        return line;
      };
      const ranks = ROADS.map(() => []);
      for (const [rank, name, packed] of this.data.roads) {
        const lines = packed.map(unpack);
        ranks[rank].push(...lines);
        if (name) this.named.push({ rank, name, lines });
      }
      const classes = ranks.map((lines, rank) => [ROADS[rank], lines])
        .filter(([, lines]) => lines.length > 0).reverse();
      // All edges lie below all roads; a class without an edge is a line of its own.
      const edges = classes.map(([style, lines]) => style.edge
        && add(new Road(lines, { ...pen, color: style.edge, ...at(style, zoom, true) }), style, true));
      classes.forEach(([style, lines], rank) => {
        const look = { ...pen, color: style.fill, dashArray: style.dash, ...at(style, zoom, false) };
        add(edges[rank] ? new RoadAgain(edges[rank], look) : new Road(lines, look), style, false);
      });
    },

    restyle: function () {
      const zoom = this._map.getZoom();
      for (const { line, style, casing } of this.roads) line.setStyle(at(style, zoom, casing));
    },

    // The most important first, none over another or over a badge, none cut by the edge.
    letter: function () {
      const map = this._map;
      if (!map) return;
      const page = { size: map.getSize(), taken: obstacles(map), nodes: [] };
      const zoom = map.getZoom();
      for (const label of this.data.labels) {
        const said = label.kind === "district" && map.redTrailsView === "districts";
        if (!said && zoom >= label.from && zoom <= label.to) this.place(label, page);
      }
      if (zoom >= 13.5) {
        const named = this.tiles ? this.tiles.named(this.data.lang) : this.named;
        named.forEach((road) => this.nameRoad(road, zoom, page));
      }
      this.letters.replaceChildren(...page.nodes);
      this.letters.style.visibility = "";
    },

    place: function ({ kind, at, name }, page) {
      const point = this._map.latLngToContainerPoint(at);
      const [half, tall] = extent(kind, name);
      for (const [dx, dy] of TRIES[kind] || TRIES.town) {
        const spot = point.add([dx, dy]);
        if (claim(page, [spot.x - half, spot.y - tall, spot.x + half, spot.y + tall])) {
          page.nodes.push(this.write(`rt-label rt-label-${kind}`, name, spot));
          return;
        }
      }
    },

    write: function (className, name, spot) {
      const node = text("span", className, name);
      L.DomUtil.setPosition(node, this._map.containerPointToLayerPoint(spot));
      return node;
    },

    // The name of a road stands along its longest straight piece in view, if it is long enough.
    nameRoad: function ({ rank, name, lines }, zoom, page) {
      if (rank > 3 && zoom < 14.5) return;
      const [half, tall] = extent("road", name);
      const found = longest(this._map, lines, page.size);
      if (!found || found.length < 2 * half + 12) return;
      const reach = [Math.abs(half * Math.cos(found.angle)) + tall, Math.abs(half * Math.sin(found.angle)) + tall];
      const { x, y } = found.middle;
      if (!claim(page, [x - reach[0], y - reach[1], x + reach[0], y + reach[1]])) return;
      const node = this.write("rt-label rt-label-road", "", found.middle);
      const turned = text("span", "rt-label-turned", name);
      turned.style.transform = `rotate(${found.angle}rad)`;
      node.append(turned);
      page.nodes.push(node);
    },
  });

  const FONT = { sea: 15, bay: 12, district: 15, town: 11.5, road: 10.5 };
  const TRIES = {
    town: [[0, 0]],
    district: [[0, 0], [0, -28], [0, 28], [52, 0], [-52, 0], [40, -26], [-40, -26], [40, 26], [-40, 26]],
  };

  function extent(kind, name) {
    let width = 0;
    for (const sign of name) width += sign.codePointAt(0) > 0x2e7f ? 1.15 : 0.6;
    return [width * FONT[kind] / 2 + 3, FONT[kind] * 0.7 + 3];
  }

  function claim(page, box) {
    const { size, taken } = page;
    const inside = box[0] > 2 && box[1] > 2 && box[2] < size.x - 2 && box[3] < size.y - 2;
    if (!inside || taken.some((other) => touch(box, other))) return false;
    taken.push(box);
    return true;
  }

  // Boxes in the map's pixels that lettering must keep clear of: badges, controls and legs.
  function obstacles(map) {
    const frame = map.getContainer().getBoundingClientRect();
    const found = map.getContainer().querySelectorAll(".rt-icon, .rt-cluster, .leaflet-control");
    const boxes = [...found].map((node) => {
      const box = node.getBoundingClientRect();
      return [box.left - frame.left - 2, box.top - frame.top - 2, box.right - frame.left + 2, box.bottom - frame.top + 2];
    });
    return boxes.concat(map.redTrailsObstacles());
  }

  function longest(map, lines, size) {
    let best = null;
    for (const line of lines) {
      const points = line.map((at) => map.latLngToContainerPoint(at));
      for (let i = 1; i < points.length; i += 1) {
        const [a, b] = [points[i - 1], points[i]];
        const length = a.distanceTo(b);
        const middle = a.add(b).divideBy(2);
        const seen = middle.x > 0 && middle.y > 0 && middle.x < size.x && middle.y < size.y;
        if (seen && length > (best ? best.length : 0)) {
          const heading = Math.atan2(b.y - a.y, b.x - a.x);
          const upright = Math.abs(heading) > Math.PI / 2 ? heading - Math.sign(heading) * Math.PI : heading;
          best = { length, middle, angle: upright };
        }
      }
    }
    return best;
  }

  function touch(a, b) {
    return a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
  }

  L.redTrails.base = (data) => new L.redTrails.BaseLayer(data);
})();
