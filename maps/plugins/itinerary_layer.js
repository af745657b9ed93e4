// An itinerary: numbered stops, legs by mode with the way they run, uncertain ends dashed.
(function () {
  "use strict";
  const { badge, bindPopup, freePlace, icon, speak, text, unpack, svg } = L.redTrails;
  const SIZE = 30;
  const ARROW_EVERY = 100; // pixels
  const MOST_ARROWS = 60;

  L.redTrails.ItineraryLayer = L.LayerGroup.extend({
    initialize: function (data) {
      L.LayerGroup.prototype.initialize.call(this);
      this.data = data;
      this.arrows = L.layerGroup();
      this.threads = L.layerGroup();
      this.stops = new Map();
    },

    onAdd: function (map) {
      this.panes(map);
      const canvas = L.svg({ pane: "rtLegs", padding: 0.4 });
      if (this.data.avoided) this.drawAvoided(map, this.data.avoided);
      for (const way of this.data.others) this.drawOther(map, canvas, way);
      for (const leg of this.data.legs) this.drawLeg(map, canvas, leg);
      for (const stop of this.data.stops) this.drawStop(map, stop);
      this.arrows.addTo(map);
      this.threads.addTo(map);
      this.focus = (event) => this.open(event.detail.id);
      document.addEventListener("redtrails:focus", this.focus);
      this.here = (event) => this.mark(event.detail);
      document.addEventListener("redtrails:here", this.here);
      map.redTrailsObstacles = () => this.boxes();
      map.redTrailsSpots = (zoom) => this.spots(zoom).map(({ at, aside }) => at.add(aside));
      this.arrange();
      this.point();
    },

    onRemove: function (map) {
      document.removeEventListener("redtrails:focus", this.focus);
      document.removeEventListener("redtrails:here", this.here);
      map.redTrailsObstacles = () => [];
      map.redTrailsSpots = () => [];
      this.arrows.remove();
      this.threads.remove();
      this.eachLayer((layer) => layer.remove());
    },

    getEvents: function () {
      return { zoomend: this.arrange, moveend: this.point };
    },

    panes: function (map) {
      for (const [name, depth] of [["rtAreas", 390], ["rtLegs", 410], ["rtArrows", 415], ["rtThreads", 590], ["rtHere", 595]]) {
        map.createPane(name).style.zIndex = depth;
        map.getPane(name).style.pointerEvents = "none";
      }
    },

    drawLeg: function (map, renderer, leg) {
      const add = (lines, style) => L.polyline(lines, {
        renderer, pane: "rtLegs", interactive: false, lineCap: "round", lineJoin: "round", ...style,
      }).addTo(map);
      const solid = leg.solid.map(unpack);
      const dashed = leg.dashed.map(unpack);
      add([...solid, ...dashed], { color: "#FFFDF8", weight: 8, opacity: 0.85 });
      // Beside rides, walks are dashes: told apart without their colour too.
      add(solid, { color: leg.colour, weight: 4.5, ...(leg.walked && { dashArray: "9 8" }) });
      add(dashed, { color: leg.colour, weight: 3.5, dashArray: "1 8" });
    },

    // Areas to be kept off: below everything, told from the circle of an unsure stop by its fill.
    drawAvoided: function (map, { rings, colour }) {
      for (const area of rings) {
        L.polygon(area.map((part) => part.map(unpack)), {
          renderer: L.svg({ pane: "rtAreas", padding: 0.4 }), pane: "rtAreas", interactive: false,
          className: "rt-avoided", color: colour, weight: 1.6, dashArray: "3 4", fillColor: colour, fillOpacity: 0.22,
        }).addTo(map);
      }
    },

    // Another way of a leg: thinner, with the time it takes where it runs by itself.
    drawOther: function (map, renderer, way) {
      const line = unpack(way.line);
      const style = { renderer, pane: "rtLegs", interactive: false, lineCap: "round", lineJoin: "round" };
      L.polyline(line, { ...style, color: "#FFFDF8", weight: 6, opacity: 0.85 }).addTo(map);
      L.polyline(line, { ...style, className: "rt-other-way", color: way.colour, weight: 3, opacity: 0.8 }).addTo(map);
      const label = text("span", "rt-way-time", way.label);
      L.tooltip({ permanent: true, direction: "center", className: "rt-way", interactive: false })
        .setLatLng(way.at).setContent(label).addTo(map);
    },

    drawStop: function (map, stop) {
      if (stop.radius) {
        L.circle(stop.at, {
          pane: "rtAreas", radius: stop.radius, interactive: false, color: stop.style.colour,
          weight: 1.4, opacity: 0.8, dashArray: "5 4", fillColor: stop.style.colour, fillOpacity: 0.04,
        }).addTo(map);
      }
      const marker = L.marker(stop.at, {
        icon: this.face(stop, [0, 0]), keyboard: true, riseOnHover: true, zIndexOffset: 2000 - 20 * stop.rank,
      });
      bindPopup(marker, stop.popup);
      marker.on("popupopen", () => stop.id && speak("select", { id: stop.id }));
      marker.addTo(map);
      this.stops.set(stop.id || `#${stop.rank}`, { marker, stop });
    },

    face: function (stop, [dx, dy]) {
      const drawn = badge(stop.style, { area: stop.radius > 0, number: stop.number });
      return icon(drawn, SIZE, { label: stop.label, anchor: [SIZE / 2 - dx, SIZE / 2 - dy] });
    },

    // Where the visitor is, with the circle of doubt around it (WGS-84, as a phone tells it).
    mark: function ({ lon, lat, accuracy }) {
      const kept = { pane: "rtHere", interactive: false, color: "#1B5FC1" };
      if (!this.me) {
        this.me = [
          L.circle([lat, lon], { ...kept, radius: accuracy, weight: 1, fillOpacity: 0.12 }),
          L.circleMarker([lat, lon], {
            ...kept, className: "rt-here", radius: 7, color: "#FFFFFF", weight: 3, fillColor: "#1B5FC1", fillOpacity: 1,
          }),
        ].map((one) => one.addTo(this._map));
      }
      for (const one of this.me) one.setLatLng([lat, lon]);
      this.me[0].setRadius(accuracy);
    },

    // Stops that fall on one another at a zoom step aside, each to the nearest free place, and
    // keep a thread to their true one. The first of them stays: the same zoom, the same places.
    spots: function (zoom) {
      const taken = [];
      return [...this.stops.values()].map(({ stop }) => {
        const at = this._map.project(stop.at, zoom);
        const aside = freePlace(at, taken, SIZE);
        taken.push([at.x + aside[0], at.y + aside[1]]);
        return { at, aside };
      });
    },

    arrange: function () {
      this.threads.clearLayers();
      const spots = this.spots(this._map.getZoom());
      [...this.stops.values()].forEach(({ marker, stop }, rank) => {
        const { aside } = spots[rank];
        const moved = aside[0] !== 0 || aside[1] !== 0;
        if (moved) this.thread(stop, this._map.latLngToLayerPoint(stop.at).add(aside));
        if (moved || marker.aside) marker.setIcon(this.face(stop, aside));
        marker.aside = moved;
      });
      this._map.fire("redtrails:changed");
    },

    // Below every badge, so that no number is struck through.
    thread: function (stop, to) {
      const kept = { pane: "rtThreads", interactive: false };
      L.polyline([stop.at, this._map.layerPointToLatLng(to)], {
        ...kept, className: "rt-thread", color: "#6B5F53", weight: 1.4,
      }).addTo(this.threads);
      L.circleMarker(stop.at, {
        ...kept, className: "rt-thread-end", radius: 2.5, color: "#FFFDF8", weight: 1,
        fillColor: "#6B5F53", fillOpacity: 1,
      }).addTo(this.threads);
    },

    point: function () {
      const map = this._map;
      this.arrows.clearLayers();
      const bounds = map.getBounds().pad(0.1);
      let left = MOST_ARROWS;
      for (const leg of this.data.legs) {
        for (const [place, angle] of along(map, unpack(leg.line), ARROW_EVERY)) {
          if (left > 0 && bounds.contains(place)) {
            left -= 1;
            this.arrows.addLayer(arrow(place, angle, leg.colour));
          }
        }
      }
    },

    boxes: function () {
      const map = this._map;
      const lines = this.data.legs.map((leg) => along(map, unpack(leg.line), 14)).flat();
      return lines.map(([place]) => {
        const { x, y } = map.latLngToContainerPoint(place);
        return [x - 6, y - 6, x + 6, y + 6];
      });
    },

    open: function (id) {
      const found = this.stops.get(id);
      if (!found || !this._map) return;
      this._map.redTrailsTouch();
      this._map.panTo(found.marker.getLatLng(), { animate: false });
      found.marker.openPopup();
    },
  });

  // Places along a line, evenly in pixels, with the heading there.
  function along(map, points, every) {
    const pixels = points.map((point) => map.latLngToLayerPoint(point));
    const found = [];
    let next = every / 2;
    let done = 0;
    for (let i = 1; i < pixels.length; i += 1) {
      const [a, b] = [pixels[i - 1], pixels[i]];
      const length = a.distanceTo(b);
      while (length > 0 && next <= done + length) {
        const share = (next - done) / length;
        const spot = L.point(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share);
        found.push([map.layerPointToLatLng(spot), Math.atan2(b.y - a.y, b.x - a.x) * 180 / Math.PI]);
        next += every;
      }
      done += length;
    }
    return found;
  }

  function arrow(place, angle, colour) {
    const drawn = svg("svg", { viewBox: "0 0 16 16", class: "rt-arrow", "aria-hidden": "true" },
      svg("path", {
        d: "M5 2.5L12 8l-7 5.5", transform: `rotate(${angle.toFixed(1)} 8 8)`, fill: "none",
        stroke: "#FFFDF8", "stroke-width": 5, "stroke-linecap": "round", "stroke-linejoin": "round",
      }),
      svg("path", {
        d: "M5 2.5L12 8l-7 5.5", transform: `rotate(${angle.toFixed(1)} 8 8)`, fill: "none",
        stroke: colour, "stroke-width": 2.4, "stroke-linecap": "round", "stroke-linejoin": "round",
      }));
    return L.marker(place, {
      pane: "rtArrows", interactive: false, keyboard: false, icon: icon(drawn, 14, { className: "rt-arrow-icon" }),
    });
  }

  L.redTrails.itinerary = (data) => new L.redTrails.ItineraryLayer(data);
})();
