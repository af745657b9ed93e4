// Three views of the same sites: as badges, as a density (heat) and as counts of districts.
// Events on document: redtrails:view {view} in; redtrails:viewed {view}, redtrails:district {district} out.
(function () {
  "use strict";
  const { element, freePlace, icon, speak, text, unpack } = L.redTrails;
  const REACH = [20, 40]; // pixels: how far a site warms its surroundings, on a phone and on a desk
  const PAD = 0.25; // of the map's size: so much more is painted, for panning
  const WARMTH = [[0, "#F3C98B"], [0.35, "#E8923F"], [0.65, "#C8371F"], [1, "#6E0F12"]];
  const SHADES = ["#F6E3D0", "#EEC2A2", "#E09A76", "#CB6B50", "#A93A2C"];

  const ramp = (() => {
    const canvas = element("canvas", { width: 1, height: 256 });
    const paint = canvas.getContext("2d");
    const gradient = paint.createLinearGradient(0, 0, 0, 256);
    for (const [at, colour] of WARMTH) gradient.addColorStop(at, colour);
    paint.fillStyle = gradient;
    paint.fillRect(0, 0, 1, 256);
    return paint.getImageData(0, 0, 1, 256).data;
  })();

  const Heat = L.Layer.extend({
    initialize: function (sites) {
      this.sites = sites;
    },

    onAdd: function (map) {
      if (!map.getPane("rtHeat")) {
        const pane = map.createPane("rtHeat");
        pane.style.zIndex = 405;
        pane.style.pointerEvents = "none";
        pane.setAttribute("aria-hidden", "true");
      }
      this.canvas = element("canvas", { class: "rt-heat" });
      map.getPane("rtHeat").append(this.canvas);
      this.paint();
    },

    onRemove: function () {
      this.canvas.remove();
    },

    getEvents: function () {
      const paint = this.paint;
      return { moveend: paint, zoomend: paint, resize: paint, "redtrails:changed": paint, zoomstart: this.hide };
    },

    hide: function () {
      this.canvas.style.visibility = "hidden";
    },

    paint: function () {
      const map = this._map;
      const size = map.getSize();
      const [wide, high] = [Math.round(size.x * (1 + 2 * PAD)), Math.round(size.y * (1 + 2 * PAD))];
      const corner = L.point(-size.x * PAD, -size.y * PAD).round();
      this.canvas.width = wide;
      this.canvas.height = high;
      L.DomUtil.setPosition(this.canvas, map.containerPointToLayerPoint(corner));
      const paint = this.canvas.getContext("2d", { willReadFrequently: true });
      const reach = Math.min(REACH[1], Math.max(REACH[0], size.x / 20));
      for (const site of this.sites()) {
        const { x, y } = map.latLngToContainerPoint(site.at).subtract(corner);
        warm(paint, x, y, Math.max(reach, site.radius / metresPerPixel(map)), reach);
      }
      colour(paint, wide, high);
      this.canvas.style.visibility = "";
    },
  });

  function metresPerPixel(map) {
    const { lat } = map.getCenter();
    return 40075016.686 * Math.cos(lat * Math.PI / 180) / (256 * 2 ** map.getZoom());
  }

  // The same warmth for every site: one that may lie anywhere in an area spreads it thinly.
  function warm(paint, x, y, reach, least) {
    const strength = 0.24 * (least / reach) ** 2;
    const gradient = paint.createRadialGradient(x, y, 0, x, y, reach);
    for (let step = 0; step <= 8; step += 1) {
      const share = (1 - (step / 8) ** 2) ** 2; // a quartic kernel
      gradient.addColorStop(step / 8, `rgba(0,0,0,${(strength * share).toFixed(4)})`);
    }
    paint.fillStyle = gradient;
    paint.fillRect(x - reach, y - reach, 2 * reach, 2 * reach);
  }

  function colour(paint, wide, high) {
    const image = paint.getImageData(0, 0, wide, high);
    const { data } = image;
    for (let i = 3; i < data.length; i += 4) {
      const heat = data[i];
      if (heat > 0) {
        const at = Math.min(255, Math.round(heat * 1.15)) * 4;
        [data[i - 3], data[i - 2], data[i - 1]] = [ramp[at], ramp[at + 1], ramp[at + 2]];
        data[i] = Math.min(215, heat * 4);
      }
    }
    paint.putImageData(image, 0, 0);
  }

  const Districts = L.LayerGroup.extend({
    initialize: function (districts, texts, sites) {
      L.LayerGroup.prototype.initialize.call(this);
      Object.assign(this, { districts, texts, sites });
    },

    onAdd: function (map) {
      if (!map.getPane("rtDistricts")) map.createPane("rtDistricts").style.zIndex = 240;
      this.count();
      L.LayerGroup.prototype.onAdd.call(this, map);
    },

    getEvents: function () {
      return { "redtrails:changed": this.count, zoomend: this.count };
    },

    count: function () {
      this.clearLayers();
      const counts = new Map();
      for (const { district } of this.sites()) counts.set(district, (counts.get(district) || 0) + 1);
      const most = Math.max(1, ...counts.values());
      const page = { numbers: [], names: [] };
      this.districts.forEach((one, rank) => this.draw(one, counts.get(rank) || 0, most, page));
    },

    draw: function (one, count, most, page) {
      const shade = Math.min(4, Math.ceil(5 * count / most) - 1);
      const area = L.polygon(one.rings.map((polygon) => polygon.map(unpack)), {
        pane: "rtDistricts", className: "rt-district-area", color: "#8C1D17", weight: 1, opacity: 0.5,
        fillColor: count ? SHADES[shade] : "#F8F2E6", fillOpacity: 0.88,
      });
      const look = () => this.look(one, area);
      area.on("click", look);
      this.addLayer(area);
      const at = this._map.latLngToLayerPoint(one.at);
      const aside = freePlace(at, page.numbers, 30);
      const spot = at.add(aside);
      page.numbers.push([spot.x, spot.y]);
      if (aside[0] || aside[1]) {
        const line = [one.at, this._map.layerPointToLatLng(spot)];
        this.addLayer(L.polyline(line, { interactive: false, color: "#5E140F", weight: 1.2 }));
      }
      const words = this.texts.district.replace("{name}", one.name).replace("{count}", count);
      const face = icon(this.face(one, count, spot, page), 30, {
        className: "rt-icon rt-district", label: words, onEnter: look,
        anchor: [15 - aside[0], 15 - aside[1]],
      });
      this.addLayer(L.marker(one.at, { keyboard: true, icon: face }).on("click", look));
    },

    // The number always; the name below it only where it covers no other district's.
    face: function (one, count, { x, y }, page) {
      const number = element("b", {});
      number.textContent = String(count);
      const box = element("span", { class: "rt-district-badge" }, number);
      let half = 4;
      for (const sign of one.name) half += sign.codePointAt(0) > 0x2e7f ? 6.5 : 3.6;
      const clear = page.numbers.every(([a, b]) => (a === x && b === y) || Math.abs(a - x) > half + 13 || Math.abs(b - y - 20) > 20)
        && page.names.every(([a, b, other]) => Math.abs(a - x) > half + other || Math.abs(b - y) > 16);
      if (clear) {
        page.names.push([x, y, half]);
        box.append(text("span", "rt-district-name", one.name));
      }
      return box;
    },

    look: function (one, area) {
      this._map.redTrailsTouch();
      this._map.fitBounds(area.getBounds(), { padding: [20, 20], animate: false });
      speak("district", { district: one.key });
    },
  });

  const Views = L.Control.extend({
    options: { position: "topright" },

    initialize: function (data) {
      this.data = data;
    },

    onAdd: function (map) {
      this.map = map;
      const sites = () => map.redTrailsSites.visible().map((marker) => marker.site);
      this.layers = {
        sites: map.redTrailsSites,
        heat: new Heat(sites),
        districts: new Districts(this.data.districts, this.data.texts, sites),
      };
      const { texts } = this.data;
      const row = element("div", { class: "rt-views-row", role: "group", "aria-label": texts.label });
      this.buttons = Object.keys(this.layers).map((view) => this.button(view, texts[view]));
      row.append(...this.buttons);
      this.words = text("p", "rt-views-note", "");
      this.heard = (event) => this.choose(event.detail.view);
      document.addEventListener("redtrails:view", this.heard);
      map.on("redtrails:view", (event) => this.choose(event.view), this);
      this.choose(this.data.view);
      const box = element("div", { class: "rt-views" }, row, this.words);
      L.DomEvent.disableClickPropagation(box);
      return box;
    },

    onRemove: function (map) {
      document.removeEventListener("redtrails:view", this.heard);
      map.off("redtrails:view", null, this);
    },

    button: function (view, words) {
      const button = element("button", { type: "button", "data-view": view });
      button.textContent = words;
      button.addEventListener("click", () => this.choose(view));
      return button;
    },

    choose: function (view) {
      if (!Object.hasOwn(this.layers, view) || view === this.view) return;
      const { map } = this;
      this.view = view;
      map.redTrailsView = view;
      for (const [name, layer] of Object.entries(this.layers)) {
        if (name === view) layer.addTo(map);
        else layer.remove();
      }
      for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.dataset.view === view));
      this.words.textContent = this.data.texts[`${view}Note`] || "";
      map.fire("redtrails:changed");
      speak("viewed", { view });
    },
  });

  L.redTrails.views = (data) => new Views(data);
})();
