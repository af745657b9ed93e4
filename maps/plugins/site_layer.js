// Sites: badges that cluster, areas drawn as areas, and the talk with the page around the map.
// Events on document: redtrails:show {ids|null}, redtrails:focus {id|null, stay?} in;
// redtrails:select {id}, redtrails:closed {id} out.
(function () {
  "use strict";
  const { badge, bindPopup, icon, speak, element } = L.redTrails;
  const SIZE = 30;
  const MANY = 400; // sites: from here on badges gather sooner, or hundreds of them would be moved at once
  const CIRCLES = 60; // over one another they would say nothing

  function clusterIcon(template) {
    return (cluster) => {
      const count = cluster.getChildCount();
      const size = count < 10 ? 36 : count < 30 ? 42 : 48;
      const box = element("span", { class: "rt-cluster-count" });
      box.textContent = String(count);
      return icon(box, size, {
        className: `rt-cluster rt-cluster-${size}`, label: template.replace("{count}", count),
        // Leaflet.markercluster 1.4 answers a click only (and calls it "clusterclick" itself).
        onEnter: (event) => cluster._group.fire("click", { layer: cluster, originalEvent: event }),
      });
    };
  }

  L.redTrails.SiteLayer = L.LayerGroup.extend({
    initialize: function (data) {
      L.LayerGroup.prototype.initialize.call(this);
      this.data = data;
      this.markers = new Map();
      this.hidden = new Set();
      this.only = null;
      this.areas = L.layerGroup();
      this.group = data.cluster
        ? L.markerClusterGroup({
          maxClusterRadius: (zoom) => (data.sites.length > MANY ? 88 : zoom < 11 ? 44 : 30), showCoverageOnHover: false, animate: false,
          iconCreateFunction: clusterIcon(data.texts.cluster), spiderLegPolylineOptions: {
            weight: 1.5, color: "#6B5F53", opacity: 0.6,
          },
        })
        : L.featureGroup();
      for (const site of data.sites) this.markers.set(site.id, this.marker(site));
    },

    // What the page says is heard while another view shows, too: filters hold for all of them.
    onAdd: function (map) {
      if (!this.map) this.listen(map);
      this.areas.addTo(map);
      this.group.addTo(map);
      this.group.on("animationend spiderfied unspiderfied", this.outline, this);
      map.on("zoomend moveend", this.outline, this);
      this.outline();
    },

    listen: function (map) {
      this.map = map;
      map.redTrailsSites = this;
      // Clusters stand somewhere else at every zoom; only single badges can be fitted for.
      if (!this.data.cluster) map.redTrailsSpots = (zoom) => this.data.sites.map(({ at }) => map.project(at, zoom));
      document.addEventListener("redtrails:show", (event) => {
        this.only = event.detail.ids === null ? null : new Set(event.detail.ids);
        this.refresh();
      });
      document.addEventListener("redtrails:focus", (event) => this.open(event.detail));
      map.on("redtrails:categories", (event) => {
        this.hidden = event.hidden;
        this.refresh();
      });
      this.refresh();
    },

    onRemove: function (map) {
      this.group.off("animationend spiderfied unspiderfied", this.outline, this);
      map.off("zoomend moveend", this.outline, this);
      this.areas.remove();
      this.group.remove();
    },

    marker: function (site) {
      const style = this.data.styles[site.category];
      const options = { area: site.radius > 0, number: site.number };
      const marker = L.marker(site.at, {
        icon: icon(() => badge(style, options), SIZE, { label: site.label }), keyboard: true, riseOnHover: true,
      });
      marker.site = site;
      bindPopup(marker, site.popup);
      marker.on("popupopen", () => {
        speak("select", { id: site.id });
        this.outline();
      });
      marker.on("popupclose", () => {
        speak("closed", { id: site.id });
        this.outline();
      });
      marker.on("mouseover focus", () => this.hover(site));
      marker.on("mouseout blur", () => this.hover(null));
      if (site.radius) {
        marker.area = L.circle(site.at, {
          radius: site.radius, interactive: false, color: style.colour, weight: 1.4, opacity: 0.75,
          dashArray: "5 4", fillColor: style.colour, fillOpacity: 0.035, className: "rt-area",
        });
      }
      return marker;
    },

    wanted: function () {
      return [...this.markers.values()].filter(({ site }) => this.only === null || this.only.has(site.id));
    },

    visible: function () {
      return this.wanted().filter(({ site }) => !this.hidden.has(site.category));
    },

    counts: function () {
      const found = new Map();
      for (const { site } of this.wanted()) found.set(site.category, (found.get(site.category) || 0) + 1);
      return found;
    },

    refresh: function () {
      this.group.clearLayers();
      const layers = this.visible();
      if (this.group.addLayers) this.group.addLayers(layers);
      else layers.forEach((marker) => this.group.addLayer(marker));
      this.outline();
      this.map.fire("redtrails:changed");
    },

    hover: function (site) {
      this.hovered = site && site.id;
      this.outline();
    },

    // An area's circle is drawn where its own badge stands alone and the circle shows beside it,
    // as long as there are not too many. A map of a few sites draws them all.
    outline: function () {
      const map = this._map;
      if (!map) return;
      const areas = [...this.markers.values()].filter((marker) => marker.area);
      const lone = new Set(areas.filter((marker) => marker._icon && map.hasLayer(marker)));
      const close = !this.data.cluster || (map.getZoom() >= 12 && lone.size <= CIRCLES);
      for (const marker of areas) {
        const alone = lone.has(marker);
        const wanted = alone && (close || this.hovered === marker.site.id || marker.isPopupOpen());
        if (wanted !== this.areas.hasLayer(marker.area)) {
          if (wanted) this.areas.addLayer(marker.area);
          else this.areas.removeLayer(marker.area);
        }
      }
    },

    // `stay`: without going there, where the badge shows as the map stands.
    open: function ({ id, stay }) {
      if (id === null) this.map.closePopup();
      const marker = this.markers.get(id);
      if (!marker) return;
      this.map.fire("redtrails:view", { view: "sites" });
      const { map } = this;
      map.redTrailsTouch();
      this.asked = marker; // an earlier one that opens only now would close it again
      const show = () => this.asked === marker && marker.openPopup();
      const near = () => {
        if (!this.group.zoomToShowLayer) show();
        else if (this.group.hasLayer(marker)) this.group.zoomToShowLayer(marker, show);
      };
      // An area is looked at from far enough to see all of it.
      const zoom = marker.site.radius ? map.getBoundsZoom(marker.getLatLng().toBounds(marker.site.radius * 2.6)) : 14.5;
      const target = Math.max(Math.min(zoom, 15), Math.min(map.getZoom(), 16));
      if (!stay) map.setView(marker.getLatLng(), target, { animate: false });
      near();
      // Two sites on one spot: markercluster spreads them while it zooms, and its own zoom's end
      // folds them again. Once it stands at that zoom a second call only spreads them.
      requestAnimationFrame(() => this.asked !== marker || marker.isPopupOpen() || near());
    },
  });

  L.redTrails.sites = (data) => new L.redTrails.SiteLayer(data);
})();
