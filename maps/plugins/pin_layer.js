// The pin of an editor: where a record lies, how far off that may be, where it lay before.
// Events on document, in WGS-84 and metres: redtrails:pin {at, was, movable, look} in, where a place
// is {lon, lat, accuracy} or null; redtrails:pinned {lon, lat, accuracy} out, when somebody moved it.
(function () {
  "use strict";
  const { icon, speak, svg, toMap, toPage } = L.redTrails;
  const SIZE = 40; // pixels
  const EDGE = 26; // pixels: the handle on the circle
  const STEP = 5; // metres by an arrow key; with Shift ten times as far
  const LEAST = 300; // metres that show around a pin
  const ARROWS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  const METRES_A_DEGREE = 111_320; // along a meridian, near enough to step by

  function drawn() {
    return svg("svg", { viewBox: "0 0 40 40", class: "rt-badge", "aria-hidden": "true", focusable: "false" },
      svg("path", {
        d: "M20 39C17 32 9.5 24 9.5 13.5a10.5 10.5 0 0 1 21 0C30.5 24 23 32 20 39z",
        fill: "#B3261E", stroke: "#FFFDF8", "stroke-width": 1.8,
      }),
      svg("circle", { cx: 20, cy: 13.5, r: 4, fill: "#FFFDF8" }));
  }

  function grip() {
    return svg("svg", { viewBox: "0 0 26 26", class: "rt-badge", "aria-hidden": "true", focusable: "false" },
      svg("circle", { cx: 13, cy: 13, r: 8, fill: "#FFFDF8", stroke: "#B3261E", "stroke-width": 2.4 }),
      svg("path", { d: "M9 13h8M11 10.5L8.5 13l2.5 2.5M15 10.5l2.5 2.5-2.5 2.5", fill: "none", stroke: "#B3261E", "stroke-width": 1.4 }));
  }

  function aside({ lat, lng }, [east, north], metres) {
    return L.latLng(
      lat + north * metres / METRES_A_DEGREE,
      lng + east * metres / (METRES_A_DEGREE * Math.cos(lat * Math.PI / 180)),
    );
  }

  L.redTrails.PinLayer = L.LayerGroup.extend({
    initialize: function (data) {
      L.LayerGroup.prototype.initialize.call(this);
      const { texts } = data;
      const kept = { interactive: false, color: "#B3261E" };
      this.circle = L.circle([0, 0], { ...kept, className: "rt-pin-area", radius: 1, weight: 1.6, dashArray: "5 4", fillOpacity: 0.08 });
      this.pin = L.marker([0, 0], {
        icon: icon(drawn(), SIZE, { className: "rt-icon rt-pin", label: texts.pin, anchor: [SIZE / 2, SIZE - 1] }),
        keyboard: true, zIndexOffset: 1000, autoPan: true,
      });
      this.edge = L.marker([0, 0], {
        icon: icon(grip(), EDGE, { className: "rt-icon rt-pin-edge", label: texts.edge }), keyboard: true, autoPan: true,
      });
      this.was = L.circleMarker([0, 0], { radius: 7, color: "#33495E", weight: 2.5, fillColor: "#FFFDF8", fillOpacity: 1, className: "rt-pin-was" })
        .bindTooltip(texts.was, { direction: "bottom" });
      this.thread = L.polyline([], { ...kept, color: "#33495E", weight: 2, dashArray: "2 6" });
    },

    onAdd: function (map) {
      this.map = map;
      document.addEventListener("redtrails:pin", (event) => this.show(event.detail));
      this.pin.on("drag", () => this.follow());
      this.pin.on("dragend", () => this.tell());
      this.edge.on("drag", () => this.stretch());
      this.edge.on("dragend", () => this.tell());
      map.on("click", (event) => this.movable && this.move(event.latlng));
      map.on("zoomend", () => this.grasp());
    },

    show: function ({ at, was, movable, look }) {
      this.clearLayers();
      this.movable = movable;
      this.old = was && toMap(this.map, was);
      if (was) this.was.setLatLng(this.old);
      if (at) this.place(toMap(this.map, at), at.accuracy);
      const parts = [at && at.accuracy > 0 && this.circle, was && this.thread, was && this.was, at && this.pin];
      for (const part of parts) if (part) this.addLayer(part);
      if (at && movable) this.equip(this.pin, (event) => this.step(event));
      this.grasp();
      if (look && (at || was)) this.look();
    },

    place: function (spot, accuracy) {
      this.pin.setLatLng(spot);
      this.accuracy = accuracy;
      this.circle.setLatLng(spot).setRadius(accuracy || 1);
      this.thread.setLatLngs(this.old ? [this.old, spot] : []);
    },

    equip: function (marker, pressed) {
      marker.dragging.enable();
      const node = marker.getElement();
      if (node.redTrailsEquipped) return;
      node.redTrailsEquipped = true;
      node.addEventListener("keydown", pressed);
    },

    // The handle stands on the circle, where the circle is so large that it does not hide the pin.
    grasp: function () {
      const { edge, map } = this;
      this.removeLayer(edge);
      if (!this.movable || !this.hasLayer(this.pin) || !(this.accuracy > 0)) return;
      const middle = this.pin.getLatLng();
      const east = aside(middle, [1, 0], this.accuracy);
      if (map.latLngToLayerPoint(east).distanceTo(map.latLngToLayerPoint(middle)) < EDGE) return;
      this.addLayer(edge.setLatLng(east));
      this.equip(edge, (event) => this.widen(event));
    },

    look: function () {
      const around = (spot, metres) => spot.toBounds(2.4 * Math.max(metres || 0, LEAST));
      const spots = [this.hasLayer(this.pin) && around(this.pin.getLatLng(), this.accuracy), this.old && around(this.old, 0)];
      const bounds = spots.filter(Boolean).reduce((all, one) => all.extend(one), L.latLngBounds([]));
      this.map.redTrailsTouch();
      this.map.fitBounds(bounds, { animate: false, maxZoom: 17, padding: [12, 12] });
    },

    follow: function () {
      this.removeLayer(this.edge);
      this.place(this.pin.getLatLng(), this.accuracy);
    },

    stretch: function () {
      this.accuracy = Math.max(1, Math.round(this.map.distance(this.pin.getLatLng(), this.edge.getLatLng())));
      this.circle.setRadius(this.accuracy);
    },

    move: function (spot) {
      if (!this.hasLayer(this.pin)) this.addLayer(this.pin);
      this.place(spot, this.accuracy);
      this.equip(this.pin, (event) => this.step(event));
      this.tell();
    },

    step: function (event) {
      const way = ARROWS[event.key];
      if (!way) return;
      L.DomEvent.stop(event); // the map itself would move, too
      this.place(aside(this.pin.getLatLng(), way, event.shiftKey ? 10 * STEP : STEP), this.accuracy);
      if (!this.map.getBounds().contains(this.pin.getLatLng())) this.map.panTo(this.pin.getLatLng(), { animate: false });
      this.tell();
    },

    widen: function (event) {
      const way = ARROWS[event.key];
      if (!way) return;
      L.DomEvent.stop(event);
      this.accuracy = Math.max(1, this.accuracy + (way[0] + way[1]) * (event.shiftKey ? 10 * STEP : STEP));
      this.place(this.pin.getLatLng(), this.accuracy);
      this.edge.setLatLng(aside(this.pin.getLatLng(), [1, 0], this.accuracy));
      this.tell();
    },

    tell: function () {
      this.grasp();
      speak("pinned", { ...toPage(this.map, this.pin.getLatLng()), accuracy: this.accuracy });
    },
  });

  L.redTrails.pin = (data) => new L.redTrails.PinLayer(data);
})();
