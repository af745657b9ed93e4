// Roads from vector tiles of our own service (maps/basemap): decoded and drawn here, in the look
// of base_layer.js. Mapbox Vector Tile 2.1: layer "red", features of kind "road".
(function () {
  "use strict";
  const { element } = L.redTrails;
  const SIZE = 256;

  function reader(bytes) {
    let at = 0;
    const utf8 = new TextDecoder();
    const read = {
      get more() { return at < bytes.length; },
      varint() {
        let value = 0;
        let shift = 1;
        for (;;) {
          const byte = bytes[at];
          at += 1;
          value += (byte & 0x7f) * shift;
          if (byte < 0x80) return value;
          shift *= 128;
        }
      },
      bytes() {
        const length = read.varint();
        at += length;
        return bytes.subarray(at - length, at);
      },
      text() { return utf8.decode(read.bytes()); },
      skip(wire) {
        if (wire === 0) read.varint();
        else if (wire === 2) read.bytes();
        else at += wire === 5 ? 4 : 8;
      },
    };
    return read;
  }

  function fields(bytes, take) {
    const read = reader(bytes);
    while (read.more) {
      const tag = read.varint();
      if (!take(tag >> 3, read, tag & 7)) read.skip(tag & 7);
    }
  }

  const numbers = (bytes) => {
    const read = reader(bytes);
    const found = [];
    while (read.more) found.push(read.varint());
    return found;
  };

  function valueOf(bytes) {
    let value = null;
    fields(bytes, (field, read) => {
      if (field === 1) value = read.text();
      else if (field === 4 || field === 5 || field === 7) value = read.varint();
      else if (field === 6) value = zigzag(read.varint());
      else return false;
      return true;
    });
    return value;
  }

  const zigzag = (number) => (number % 2 ? -(number + 1) / 2 : number / 2);

  // [[x, y], ...] a line, in units of the tile's extent.
  function linesOf(geometry) {
    const lines = [];
    let [x, y, i] = [0, 0, 0];
    while (i < geometry.length) {
      const command = geometry[i] & 7;
      let count = geometry[i] >> 3;
      i += 1;
      if (command === 1) lines.push([]);
      for (; count > 0 && command !== 7; count -= 1, i += 2) {
        x += zigzag(geometry[i]);
        y += zigzag(geometry[i + 1]);
        lines[lines.length - 1].push([x, y]);
      }
    }
    return lines;
  }

  function roadsOf(bytes) {
    const roads = [];
    fields(bytes, (field, read) => {
      if (field !== 3) return false;
      const layer = { keys: [], values: [], features: [], extent: 4096 };
      fields(read.bytes(), (part, inner) => {
        if (part === 2) layer.features.push(inner.bytes());
        else if (part === 3) layer.keys.push(inner.text());
        else if (part === 4) layer.values.push(valueOf(inner.bytes()));
        else if (part === 5) layer.extent = inner.varint();
        else return false;
        return true;
      });
      for (const feature of layer.features) {
        const road = roadOf(feature, layer);
        if (road) roads.push(road);
      }
      return true;
    });
    return roads;
  }

  function roadOf(bytes, layer) {
    let tags = [];
    let geometry = [];
    fields(bytes, (field, read) => {
      if (field === 2) tags = numbers(read.bytes());
      else if (field === 4) geometry = numbers(read.bytes());
      else return false;
      return true;
    });
    const told = {};
    for (let i = 0; i < tags.length; i += 2) told[layer.keys[tags[i]]] = layer.values[tags[i + 1]];
    if (told.kind !== "road") return null;
    return { rank: told.rank, zh: told.zh || "", en: told.en || "", extent: layer.extent, lines: linesOf(geometry) };
  }

  L.redTrails.StreetTiles = L.GridLayer.extend({
    options: { pane: "rtRoads", tileSize: SIZE, updateWhenZooming: false },

    initialize: function (data, roads, widthAt) {
      L.setOptions(this, { minZoom: data.first });
      Object.assign(this, { data, roads, widthAt, held: new Map() });
    },

    createTile: function (coords, done) {
      const density = Math.min(2, window.devicePixelRatio || 1);
      const canvas = element("canvas", { width: SIZE * density, height: SIZE * density });
      this.fetched(coords).then((tile) => {
        const paint = canvas.getContext("2d");
        paint.scale(density, density);
        this.draw(paint, tile, coords);
        done(null, canvas);
        if (this._map) this._map.fire("redtrails:changed");
      }, (error) => done(error, canvas));
      return canvas;
    },

    // The tile that covers an address: its own, or beyond the deepest one the one above it.
    fetched: function ({ x, y, z }) {
      const deep = Math.max(0, z - this.data.last);
      const key = `${z - deep}/${x >> deep}/${y >> deep}`;
      if (!this.held.has(key)) {
        const asked = fetch(this.data.url.replace("{tile}", key))
          .then((answer) => (answer.status === 200 ? answer.arrayBuffer() : new ArrayBuffer(0)))
          .then((content) => roadsOf(new Uint8Array(content)));
        asked.catch(() => this.held.delete(key)); // a lost connection may come back
        this.held.set(key, asked);
      }
      return this.held.get(key).then((roads) => ({ roads, deep }));
    },

    placed: function ({ roads, deep }, { x, y }) {
      const part = 2 ** deep;
      return roads.map((road) => {
        const scale = SIZE * part / road.extent;
        const [dx, dy] = [(x % part) * SIZE, (y % part) * SIZE];
        return { ...road, lines: road.lines.map((line) => line.map(([a, b]) => [a * scale - dx, b * scale - dy])) };
      });
    },

    draw: function (paint, tile, coords) {
      const roads = this.placed(tile, coords).sort((a, b) => b.rank - a.rank);
      paint.lineCap = "round";
      paint.lineJoin = "round";
      for (const casing of [true, false]) {
        for (const road of roads) {
          const style = this.roads[road.rank];
          if (style && coords.z >= style.from && (!casing || style.edge)) {
            paint.strokeStyle = casing ? style.edge : style.fill;
            paint.lineWidth = this.widthAt(style, coords.z) + (casing ? 1.4 : 0);
            paint.setLineDash(style.dash && !casing ? style.dash.split(" ").map(Number) : []);
            paint.stroke(path(road.lines));
          }
        }
      }
      paint.canvas.roads = roads.filter((road) => road.zh || road.en);
    },

    // The named roads in view, each once, as latitudes and longitudes.
    named: function (lang) {
      const found = new Map();
      for (const { coords, el, current } of Object.values(this._tiles)) {
        if (!current || !el.roads) continue;
        for (const road of el.roads) {
          const name = (lang === "zh" ? road.zh : road.en) || road.zh;
          const key = `${road.rank} ${name}`;
          if (!found.has(key)) found.set(key, { rank: road.rank, name, lines: [] });
          found.get(key).lines.push(...road.lines.map((line) => line.map(([a, b]) => this._map.unproject(
            L.point(coords.x * SIZE + a, coords.y * SIZE + b), coords.z,
          ))));
        }
      }
      return [...found.values()].sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
    },
  });

  function path(lines) {
    const drawn = new Path2D();
    for (const line of lines) line.forEach(([x, y], i) => (i ? drawn.lineTo(x, y) : drawn.moveTo(x, y)));
    return drawn;
  }
})();
