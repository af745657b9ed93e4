// Areas reached within some times, the soonest the darkest, and the flag they are reached from.
(function () {
  "use strict";
  const { badge, icon, unpack } = L.redTrails;
  const SIZE = 30;

  L.redTrails.reach = function (data) {
    const layer = L.layerGroup();
    layer.onAdd = function (map) {
      map.createPane("rtReach").style.zIndex = 385;
      map.getPane("rtReach").style.pointerEvents = "none";
      for (const { colour, rings } of data.bands) {
        L.polygon(rings.map((part) => part.map(unpack)), {
          renderer: L.svg({ pane: "rtReach", padding: 0.4 }), pane: "rtReach", interactive: false,
          className: "rt-reach", color: colour, weight: 1, opacity: 0.9, fillColor: colour, fillOpacity: 0.34,
        }).addTo(this);
      }
      const { at, style, label } = data.origin;
      L.marker(at, { icon: icon(badge(style, {}), SIZE, { label }), interactive: false, zIndexOffset: 1500 }).addTo(this);
      L.LayerGroup.prototype.onAdd.call(this, map);
    };
    return layer;
  };
})();
