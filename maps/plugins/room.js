// Room among the controls: a map fits so that none of them covers a stop, and none covers a popup.
// Boxes are [left, top, right, bottom] in pixels of the map's own box.
(function () {
  "use strict";
  const EDGE = 12; // pixels that stay free along the edge of the map
  const HALF = 17; // half a badge, and a little air
  const STEP = 6;
  const ZOOMS_OUT = 3; // the most zooms given up for the controls' sake

  function boxOf(map, node) {
    const frame = map.getContainer().getBoundingClientRect();
    const box = node.getBoundingClientRect();
    return [box.left - frame.left, box.top - frame.top, box.right - frame.left, box.bottom - frame.top];
  }

  function controls(map) {
    return [...map.getContainer().querySelectorAll(".leaflet-control")];
  }

  function meet(a, b) {
    return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  }

  function moved(box, [dx, dy]) {
    return [box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy];
  }

  // How far a box may move along one axis and stay inside the map: least and most.
  function range(low, high, size) {
    return [EDGE - low, size - EDGE - high];
  }

  // The smallest shift of all boxes that keeps `whole` inside the map and them off the controls;
  // null: there is none.
  function clearShift(whole, boxes, size, taken) {
    const [left, right] = range(whole[0], whole[2], size.x);
    const [up, down] = range(whole[1], whole[3], size.y);
    if (left > right || up > down) return null;
    const nearest = (least, most) => Math.min(Math.max(0, least), most);
    const clear = (shift) => boxes.every((box) => !taken.some((other) => meet(moved(box, shift), other)));
    const first = [nearest(left, right), nearest(up, down)];
    if (clear(first)) return first; // the rule: to look at all others costs a phone dearly
    const shifts = [];
    for (let dx = left; dx <= right; dx += STEP) {
      for (let dy = up; dy <= down; dy += STEP) shifts.push([dx, dy]);
    }
    shifts.sort((a, b) => Math.hypot(...a) - Math.hypot(...b));
    return shifts.find(clear) || null;
  }

  // The zoom and the middle at which the bounds show whole and no badge lies under a control.
  function clearView(map, bounds, most) {
    const size = map.getSize();
    const taken = controls(map).map((node) => boxOf(map, node));
    const step = map.options.zoomSnap;
    for (let zoom = most; zoom >= Math.max(map.getMinZoom(), most - ZOOMS_OUT); zoom -= step) {
      const corners = [bounds.getNorthWest(), bounds.getSouthEast()].map((one) => map.project(one, zoom));
      const middle = corners[0].add(corners[1]).divideBy(2);
      const corner = middle.subtract(size.divideBy(2));
      const boxes = map.redTrailsSpots(zoom).map((spot) => {
        const { x, y } = spot.subtract(corner);
        return [x - HALF, y - HALF, x + HALF, y + HALF];
      });
      const ends = corners.map((one) => one.subtract(corner));
      const whole = [
        Math.min(ends[0].x, ...boxes.map((box) => box[0])), Math.min(ends[0].y, ...boxes.map((box) => box[1])),
        Math.max(ends[1].x, ...boxes.map((box) => box[2])), Math.max(ends[1].y, ...boxes.map((box) => box[3])),
      ];
      const shift = clearShift(whole, boxes, size, taken);
      if (shift) return { zoom, center: map.unproject(middle.subtract(shift), zoom) };
    }
    return null;
  }

  // Returns the view that shows the bounds; one that was asked for already (`last`) is not set again,
  // or all would be drawn anew.
  function fit(map, bounds, last) {
    const padding = L.point(EDGE, EDGE);
    const most = Math.min(16, map.getBoundsZoom(bounds, false, padding.multiplyBy(2)));
    const view = clearView(map, L.latLngBounds(bounds), most);
    if (!view) map.fitBounds(bounds, { animate: false, maxZoom: 16, padding });
    else if (!last || view.zoom !== last.zoom || !view.center.equals(last.center)) {
      map.setView(view.center, view.zoom, { animate: false });
    }
    return view;
  }

  // A map fits its bounds once its box has a size (it may be born in a hidden tab), and again
  // while nobody has moved it.
  function fitWhenSeen(map, bounds) {
    const box = map.getContainer();
    let touched = false;
    let view = null;
    const seen = () => {
      map.invalidateSize({ animate: false });
      const size = map.getSize();
      if (size.x === 0 || size.y === 0) return;
      // On paper the map keeps this size (map.css): its page is as wide as no window ever was.
      box.style.setProperty("--rt-wide", size.x);
      box.style.setProperty("--rt-high", size.y);
      if (!touched) view = fit(map, bounds, view);
    };
    for (const event of ["pointerdown", "wheel", "keydown"]) {
      box.addEventListener(event, () => { touched = true; }, { once: true, passive: true });
    }
    seen();
    new ResizeObserver(seen).observe(box);
    map.redTrailsTouch = () => { touched = true; };
  }

  // A popup opens clear of the controls where there is room; those it must cover hide meanwhile.
  function keepPopupsClear(map) {
    const { maxBounds } = map.options;
    let open = null;
    const uncover = () => {
      const box = open && boxOf(map, open.getElement());
      for (const node of controls(map)) node.classList.toggle("rt-under", Boolean(box) && meet(boxOf(map, node), box));
    };
    const clear = (popup) => {
      if (open !== popup) return;
      const box = boxOf(map, popup.getElement());
      const size = map.getSize();
      const taken = controls(map).map((node) => boxOf(map, node));
      const shift = clearShift(box, [box], size, taken) || clearShift(box, [], size, []) || [0, EDGE - box[1]];
      uncover();
      map.setMaxBounds(null); // at the edge of the ground a popup may need to be pulled inwards
      if (shift[0] || shift[1]) map.panBy([-shift[0], -shift[1]]);
    };
    map.on("popupopen", ({ popup }) => {
      open = popup;
      // A cluster opens it while it still zooms: a pan then would take its badge away again.
      requestAnimationFrame(() => clear(popup));
    });
    map.on("popupclose", () => {
      open = null;
      uncover();
      map.setMaxBounds(maxBounds);
    });
    map.on("moveend zoomend", uncover);
  }

  Object.assign(L.redTrails, { fitWhenSeen, keepPopupsClear });
})();
