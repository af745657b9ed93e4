// Where the visitor is, told by the browser to this page and to nobody else.
import { lang, say } from "./app.js";

const EARTH_M = 6371008.8; // mean radius (IUGG)
const radians = (degrees) => degrees * Math.PI / 180;

// Great-circle distance in metres (haversine; 0.5 % at worst beside the ellipsoid).
export function metresBetween(a, b) {
  const [y1, y2] = [radians(a.lat), radians(b.lat)];
  const half = Math.sin((y2 - y1) / 2) ** 2
    + Math.cos(y1) * Math.cos(y2) * Math.sin(radians(b.lon - a.lon) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(half)));
}

// A distance as exactly as it is worth: to 10 m, from 1 km on to 0.1 km.
export function metresText(metres) {
  const number = (value, digits) => new Intl.NumberFormat(lang(), { maximumFractionDigits: digits }).format(value);
  return metres < 995
    ? say("exchange.metres", { value: number(Math.max(10, Math.round(metres / 10) * 10), 0) })
    : say("exchange.kilometres", { value: number(metres / 1000, metres < 9950 ? 1 : 0) });
}

function fixOf({ coords, timestamp }) {
  return { lon: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy, time: timestamp };
}

// Why there is no position, in words.
export function refusal(error) {
  return say(error?.code === 1 ? "page.follow.say.denied" : "page.follow.say.no-fix");
}

const WISH = { enableHighAccuracy: true, timeout: 20_000, maximumAge: 0 };

export function locate() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) reject(new Error("no geolocation"));
    else navigator.geolocation.getCurrentPosition((found) => resolve(fixOf(found)), reject, WISH);
  });
}

// Tell every new position from now on; returns how to stop.
export function watch(tell) {
  const id = navigator.geolocation.watchPosition((found) => tell(fixOf(found)), () => {}, WISH);
  return () => navigator.geolocation.clearWatch(id);
}
