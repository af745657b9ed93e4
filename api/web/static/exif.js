// Where a photo says it was taken: the GPS part of its EXIF (CIPA DC-008-2023, 4.6.6). Read here, in
// the browser: the photo itself goes nowhere. JPEG and HEIC carry the same block of TIFF.
const GPS = 0x8825;
const TAKEN = 0x9003;
const EXIF = 0x8769;
const SIZES = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8 };
const MOST_ENTRIES = 500;
const LOOKED_AT = 4 * 1024 * 1024; // bytes: every maker writes the block near the front

// Where the TIFF block begins: after "Exif\0\0"; -1: there is none.
function blockOf(bytes) {
  for (let at = 0; at < bytes.length - 14; at += 1) {
    const named = bytes[at] === 0x45 && bytes[at + 1] === 0x78 && bytes[at + 2] === 0x69 && bytes[at + 3] === 0x66
      && bytes[at + 4] === 0 && bytes[at + 5] === 0;
    const order = bytes[at + 6] === bytes[at + 7] && (bytes[at + 6] === 0x49 || bytes[at + 6] === 0x4d);
    if (named && order) return at + 6;
  }
  return -1;
}

// The entries of a directory by tag; what points outside the file is left out.
function entriesAt(view, offset, little) {
  const found = new Map();
  if (offset <= 0 || offset + 2 > view.byteLength) return found;
  const count = Math.min(view.getUint16(offset, little), MOST_ENTRIES);
  for (let at = offset + 2, n = 0; n < count && at + 12 <= view.byteLength; n += 1, at += 12) {
    const [tag, type, many] = [view.getUint16(at, little), view.getUint16(at + 2, little), view.getUint32(at + 4, little)];
    const bytes = (SIZES[type] ?? 0) * many;
    const place = bytes <= 4 ? at + 8 : view.getUint32(at + 8, little);
    if (bytes > 0 && place + bytes <= view.byteLength) found.set(tag, { type, many, place });
  }
  return found;
}

function numbers(view, entry, little) {
  if (!entry) return [];
  return Array.from({ length: Math.min(entry.many, 8) }, (_, n) => {
    if (entry.type === 5) {
      return view.getUint32(entry.place + 8 * n, little) / view.getUint32(entry.place + 8 * n + 4, little);
    }
    return entry.type === 3 ? view.getUint16(entry.place + 2 * n, little)
      : entry.type === 4 ? view.getUint32(entry.place + 4 * n, little) : view.getUint8(entry.place + n);
  });
}

function words(view, entry) {
  if (!entry || entry.type !== 2) return "";
  const bytes = new Uint8Array(view.buffer, view.byteOffset + entry.place, entry.many);
  return String.fromCharCode(...bytes.slice(0, 64)).replace(/\0.*$/s, "").trim();
}

// Degrees, minutes, seconds and a side as one number; NaN where they are none.
function degrees(parts, side, negative, most) {
  if (parts.length < 3 || !side) return NaN;
  const value = parts[0] + parts[1] / 60 + parts[2] / 3600;
  return value <= most ? (side.toUpperCase() === negative ? -value : value) : NaN;
}

// What a photo says: {lon, lat, accuracy (metres or null), datum (its word or ""), taken (date or "")};
// null: it says no position.
export function readPhoto(buffer) {
  const start = blockOf(new Uint8Array(buffer));
  if (start < 0) return null;
  const view = new DataView(buffer, start);
  const little = view.getUint8(0) === 0x49;
  const main = entriesAt(view, view.getUint32(4, little), little);
  const inside = (tag) => entriesAt(view, numbers(view, main.get(tag), little)[0] ?? 0, little);
  const gps = inside(GPS);
  const lat = degrees(numbers(view, gps.get(2), little), words(view, gps.get(1)), "S", 90);
  const lon = degrees(numbers(view, gps.get(4), little), words(view, gps.get(3)), "W", 180);
  if (!Number.isFinite(lon) || !Number.isFinite(lat) || (lon === 0 && lat === 0)) return null;
  const [error] = numbers(view, gps.get(31), little);
  const [, year, month, day] = /^(\d{4}):(\d\d):(\d\d)/.exec(words(view, inside(EXIF).get(TAKEN))) ?? [];
  return {
    lon, lat,
    accuracy: Number.isFinite(error) && error > 0 ? error : null,
    datum: words(view, gps.get(18)),
    taken: year ? `${year}-${month}-${day}` : "",
  };
}

export async function positionOf(file) {
  try {
    return readPhoto(await file.slice(0, LOOKED_AT).arrayBuffer());
  } catch (error) {
    if (error instanceof RangeError) return null; // a block that ends before it says so
    throw error;
  }
}
