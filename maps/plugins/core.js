// Red Trails on Leaflet: what every layer of ours shares.
// No text and no markup comes from here: texts arrive as data and enter the page by textContent,
// so nothing in the catalogue can become an element, an attribute or a script.
(function () {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const SCALE = 1e5; // maps/shapes.py
  const SMALL = [500, 400]; // pixels: a map on a phone's page, not one that fills its screen
  const ROOMY = 1000; // pixels: a map so wide has room for an open legend beside the sites

  function element(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  }

  function svg(tag, attributes, ...children) {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  // Foreign text of unknown direction: an isolate keeps an override inside it.
  function text(tag, className, value, lang) {
    const node = element(tag, { class: className, dir: "auto" });
    if (lang) node.setAttribute("lang", lang);
    node.textContent = value;
    return node;
  }

  // [x0, y0, dx, dy, ...] in 1/100000 degree -> [L.LatLng, ...]
  function unpack(numbers) {
    const points = [];
    let x = 0;
    let y = 0;
    for (let i = 0; i < numbers.length; i += 2) {
      x += numbers[i];
      y += numbers[i + 1];
      points.push(new L.LatLng(y / SCALE, x / SCALE));
    }
    return points;
  }

  // A badge: the outline of a family with the sign of a category or a number in it.
  function badge(style, options) {
    const hollow = options.area;
    const parts = [
      svg("path", {
        d: style.outline,
        class: "rt-badge-outline",
        fill: hollow ? "#FFFDF8" : style.colour,
        stroke: hollow ? style.colour : "#FFFDF8",
        "stroke-width": hollow ? 2 : 1.6,
        ...(hollow ? { "stroke-dasharray": "3.2 2.4" } : {}),
      }),
    ];
    const ink = hollow ? style.colour : "#FFFFFF";
    if (options.number !== undefined) {
      const number = svg("text", {
        x: 15, y: 20, "text-anchor": "middle", fill: ink, class: "rt-badge-number",
      });
      number.textContent = String(options.number);
      parts.push(number);
    } else if (style.sign) {
      parts.push(svg("path", {
        d: style.sign, transform: "translate(6.6 6.6) scale(.7)", fill: "none", stroke: ink,
        "stroke-width": 2.1, "stroke-linecap": "round", "stroke-linejoin": "round",
      }));
    }
    return svg("svg", {
      viewBox: "0 0 30 30", class: "rt-badge", "aria-hidden": "true", focusable: "false",
    }, ...parts);
  }

  // An icon that carries a name for those who cannot see it. What it shows may be a function: a
  // badge within a cluster is never drawn.
  const LabelledIcon = L.DivIcon.extend({
    createIcon: function (old) {
      if (typeof this.options.html === "function") this.options.html = this.options.html();
      const node = L.DivIcon.prototype.createIcon.call(this, old);
      if (this.options.label) node.setAttribute("aria-label", this.options.label);
      if (this.options.onEnter) {
        node.addEventListener("keydown", (event) => event.key === "Enter" && this.options.onEnter(event));
      }
      return node;
    },
  });

  function icon(content, size, options) {
    return new LabelledIcon({
      html: content, className: options.className || "rt-icon", label: options.label, onEnter: options.onEnter,
      iconSize: [size, size], iconAnchor: options.anchor || [size / 2, size / 2],
      popupAnchor: [0, -size / 2 + 2],
    });
  }

  // The map itself makes room for what opens (room.js).
  function bindPopup(marker, item) {
    marker.bindPopup(() => popup(item), { maxWidth: 270, minWidth: 180, autoPan: false });
  }

  // What a popup says, built when it is opened. `item` comes from maps/popups.py.
  function popup(item) {
    const box = element("div", { class: "rt-popup-body" });
    box.append(text("h3", "rt-popup-name", item.name, item.lang));
    if (item.other) box.append(text("p", "rt-popup-other", item.other, item.otherLang));
    for (const [kind, value] of item.lines) box.append(text("p", `rt-popup-${kind}`, value));
    if (item.href && /^(https?:\/)?\/(?!\/)/.test(item.href)) {
      const link = element("a", { class: "rt-popup-link", href: item.href });
      link.textContent = item.linkText;
      box.append(link);
    }
    if (item.add && item.add.href.startsWith("/")) {
      const add = element("a", { class: "rt-popup-link rt-popup-add", href: item.add.href, "data-add": item.add.id });
      add.append(text("span", "", item.add.text));
      box.append(add);
    }
    return box;
  }

  function speak(name, detail) {
    document.dispatchEvent(new CustomEvent(`redtrails:${name}`, { detail }));
  }

  // GCJ-02 -> WGS-84 (the inverse has no closed form; the public formula, iterated). The page
  // knows only WGS-84; a map over tiles in GCJ-02 must translate what it tells.
  function gcjOffset(lon, lat) {
    const a = 6378245;
    const ee = 0.00669342162296594323;
    const x = lon - 105;
    const y = lat - 35;
    const wave = (20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * 2 / 3;
    let dLat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x));
    dLat += wave + (20 * Math.sin(y * Math.PI) + 40 * Math.sin(y / 3 * Math.PI)) * 2 / 3;
    dLat += (160 * Math.sin(y / 12 * Math.PI) + 320 * Math.sin(y * Math.PI / 30)) * 2 / 3;
    let dLon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x));
    dLon += wave + (20 * Math.sin(x * Math.PI) + 40 * Math.sin(x / 3 * Math.PI)) * 2 / 3;
    dLon += (150 * Math.sin(x / 12 * Math.PI) + 300 * Math.sin(x / 30 * Math.PI)) * 2 / 3;
    const phi = lat / 180 * Math.PI;
    const magic = 1 - ee * Math.sin(phi) ** 2;
    const root = Math.sqrt(magic);
    return [
      dLon * 180 / (a / root * Math.cos(phi) * Math.PI),
      dLat * 180 / (a * (1 - ee) / (magic * root) * Math.PI),
    ];
  }

  function toWgs84(lon, lat) {
    let [x, y] = [lon, lat];
    for (let i = 0; i < 6; i += 1) {
      const [dx, dy] = gcjOffset(x, y);
      [x, y] = [lon - dx, lat - dy];
    }
    return [x, y];
  }

  const rounded = (degrees) => Math.round(degrees * SCALE) / SCALE;

  // A place of the page (WGS-84) as the map wants it, and back.
  function toMap(map, { lon, lat }) {
    const [dx, dy] = map.redTrailsDatum === "gcj02" ? gcjOffset(lon, lat) : [0, 0];
    return L.latLng(lat + dy, lon + dx);
  }

  function toPage(map, { lng, lat }) {
    const [lon, north] = map.redTrailsDatum === "gcj02" ? toWgs84(lng, lat) : [lng, lat];
    return { lon, lat: north };
  }

  // Where a map stands: the middle of what it shows, lon and lat in WGS-84, and the zoom.
  function standOf(map) {
    const { lon, lat } = toPage(map, map.getCenter());
    return { lon: rounded(lon), lat: rounded(lat), zoom: map.getZoom() };
  }

  function look(map, place) {
    map.redTrailsTouch();
    map.setView(toMap(map, place), place.zoom, { animate: false });
  }

  function bboxOf(map) {
    const bounds = map.getBounds();
    const corners = [[bounds.getWest(), bounds.getSouth()], [bounds.getEast(), bounds.getNorth()]];
    return (map.redTrailsDatum === "gcj02" ? corners.map((one) => toWgs84(...one)) : corners)
      .flat().map(rounded);
  }

  // How far (pixels) a badge must step aside so that it covers none of those placed before it.
  function freePlace(at, taken, size) {
    const free = (dx, dy) => taken.every(([x, y]) => Math.hypot(at.x + dx - x, at.y + dy - y) >= size - 3);
    if (free(0, 0)) return [0, 0];
    for (let radius = size - 2; radius < 6 * size; radius += 14) {
      for (let turn = 0; turn < 12; turn += 1) {
        const angle = -Math.PI / 2 + (turn % 2 ? 1 : -1) * Math.ceil(turn / 2) * Math.PI / 6;
        const step = [Math.round(radius * Math.cos(angle)), Math.round(radius * Math.sin(angle))];
        if (free(...step)) return step;
      }
    }
    return [0, 0];
  }

  // By the keyboard: Enter on a badge leads into its popup, Escape closes it and leads back.
  function followFocus(map) {
    const iconOf = (event) => event.popup._source && event.popup._source._icon;
    map.on("popupopen", (event) => {
      if (!iconOf(event) || iconOf(event) !== document.activeElement) return;
      const inside = event.popup.getElement().querySelector(".rt-popup-link, .leaflet-popup-close-button");
      if (inside) inside.focus({ preventScroll: true });
    });
    map.on("popupclose", (event) => {
      const held = event.popup.getElement().contains(document.activeElement);
      if (held && iconOf(event)) iconOf(event).focus({ preventScroll: true });
    });
    L.DomEvent.on(map.getContainer(), "keydown", (event) => {
      if (event.key === "Escape") map.closePopup();
    });
  }

  // Work that nobody waits for, in pieces: between two of them a tap is answered.
  const waiting = [];
  const turn = new MessageChannel();
  turn.port1.onmessage = () => {
    waiting.shift()();
    if (waiting.length) turn.port2.postMessage(null);
  };

  function later(map, work) {
    waiting.push(() => { if (map._loaded) work(); });
    if (waiting.length === 1) turn.port2.postMessage(null);
  }

  L.redTrails = {
    later, element, svg, text, unpack, badge, bindPopup, freePlace, icon, speak, toMap, toPage,

    map: function (id, options) {
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      const map = L.map(id, {
        center: options.center, zoom: options.zoom, minZoom: 7, maxZoom: 18,
        zoomSnap: options.tiles ? 1 : 0.5, maxBounds: options.maxBounds, maxBoundsViscosity: 0.8,
        zoomControl: false, attributionControl: false,
        ...(still ? { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false } : {}),
      });
      map.redTrailsDatum = options.datum;
      map.redTrailsObstacles = () => []; // a layer may name boxes that lettering keeps clear of
      map.redTrailsSpots = () => []; // and where its badges stand at a zoom, in pixels of the world
      L.control.zoom({
        position: "topleft", zoomInTitle: options.texts.zoomIn, zoomOutTitle: options.texts.zoomOut,
      }).addTo(map);
      L.control.attribution({ prefix: false, position: "bottomright" })
        .addAttribution(options.attribution).addTo(map);
      L.control.scale({ imperial: false, position: "bottomright", maxWidth: 90 }).addTo(map);
      const tell = () => speak("moved", { bbox: bboxOf(map), ...standOf(map) });
      map.on("moveend", tell);
      document.addEventListener("redtrails:where", tell); // a page that was not there to hear it asks
      L.redTrails.fitWhenSeen(map, options.bounds);
      L.redTrails.keepPopupsClear(map);
      followFocus(map);
      map.on("click", ({ latlng }) => {
        const { lon, lat } = toPage(map, latlng);
        speak("clicked", { lon: rounded(lon), lat: rounded(lat) });
      });
      document.addEventListener("redtrails:look", (event) => look(map, event.detail));
      return map;
    },

    // The legend: folded where it would lie over sites, and where categories can be chosen, the
    // filter as well.
    legend: function (data) {
      return new Legend(data);
    },

    // What the reader must know: how far the map can be trusted, whose route it is. On a map as
    // small as a phone's it is folded behind its first line, or it would take half of it.
    note: function (data) {
      const control = L.control({ position: "topright" });
      control.onAdd = (map) => {
        const [first, ...others] = data.lines;
        const line = ([kind, value], tag = "p") => text(tag, `rt-note-${kind}`, value);
        const { x, y } = map.getSize();
        const folded = others.length > 0 && x > 0 && x < SMALL[0] && y < SMALL[1];
        const box = folded
          ? element("details", { class: "rt-note" }, element("summary", {}, line(first, "span")))
          : element("div", { class: "rt-note", role: "note" }, line(first));
        box.append(...others.map((one) => line(one)));
        L.DomEvent.disableClickPropagation(box);
        return box;
      };
      return control;
    },
  };

  const Legend = L.Control.extend({
    options: { position: "bottomleft" },

    initialize: function (data) {
      this.data = data;
      this.hidden = new Set();
      this.counts = new Map();
    },

    onAdd: function (map) {
      this.map = map;
      map.on("redtrails:changed", this.count, this);
      const box = element("details", { class: "rt-legend" });
      box.open = map.getSize().x >= ROOMY && !this.data.folded;
      const title = element("summary", {});
      title.textContent = this.data.title;
      box.append(title);
      for (const section of this.data.sections) box.append(this.section(section));
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      this.count();
      return box;
    },

    onRemove: function (map) {
      map.off("redtrails:changed", this.count, this);
    },

    // How many sites of a category the page's filters leave, whether it is switched on or not.
    count: function () {
      if (!this.counts.size) return;
      const found = this.map.redTrailsSites.counts();
      for (const [category, node] of this.counts) {
        const count = found.get(category) || 0;
        node.textContent = String(count);
        node.closest("li").classList.toggle("rt-none", count === 0);
      }
    },

    section: function (section) {
      const list = element("ul", { class: "rt-legend-list" });
      for (const row of section.rows) list.append(this.row(row));
      const heading = section.title ? text("p", "rt-legend-title", section.title) : null;
      return element("div", { class: "rt-legend-section" }, heading, list);
    },

    row: function (row) {
      const label = text("span", "rt-legend-text", row.text);
      if (!row.category) return element("li", {}, this.swatch(row), label);
      const box = element("input", { type: "checkbox" });
      box.checked = true;
      box.addEventListener("change", () => {
        if (box.checked) this.hidden.delete(row.category);
        else this.hidden.add(row.category);
        this.map.fire("redtrails:categories", { hidden: this.hidden });
      });
      const count = element("span", { class: "rt-legend-count" });
      this.counts.set(row.category, count);
      return element("li", {}, element("label", {}, box, this.swatch(row), label, count));
    },

    swatch: function (row) {
      if (row.style) return badge(row.style, { area: row.area, number: row.number });
      const line = svg("line", {
        x1: 2, y1: 8, x2: 34, y2: 8, stroke: row.colour, "stroke-width": row.weight || 4,
        "stroke-linecap": "round", ...(row.dash ? { "stroke-dasharray": row.dash } : {}),
      });
      if (!row.circle) return svg("svg", { viewBox: "0 0 36 16", class: "rt-swatch", "aria-hidden": "true" }, line);
      return svg("svg", { viewBox: "0 0 36 16", class: "rt-swatch", "aria-hidden": "true" }, svg("circle", {
        cx: 18, cy: 8, r: 7, fill: row.colour, "fill-opacity": 0.08, stroke: row.colour,
        "stroke-width": 1.6, "stroke-dasharray": "3 2.4",
      }));
    },
  });
})();
