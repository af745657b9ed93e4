// What this phone keeps of ours, in the browser's Cache Storage: one cache a tour, holding its pages in
// both languages with every script, style and image they name, and a few words about it.
// The names of the caches and the shape of `about` are a promise to later versions: tours stay for years.
const TOUR = "redtrails-tour:";
const SHELL = "redtrails-shell";
const ABOUT = "/follow/about.json";
const WORKER = "/follow/worker.js";
const FORMAT = 1;
const PARTS = "link[rel=stylesheet], link[rel=icon], link[rel=manifest], link[rel=modulepreload], script[src], img[src], use";
const OPTIONS = { ignoreVary: true };

export const able = "caches" in globalThis && "serviceWorker" in navigator;

export function register() {
  return navigator.serviceWorker.register(WORKER);
}

// Addresses with a digest never change what they answer; any other is asked for anew.
const FIXED = /^\/(static\/[0-9a-f]{12}|assets\/[0-9a-f]+)\//;

async function fetched(href) {
  const cache = FIXED.test(new URL(href).pathname) ? "default" : "reload";
  const answer = await fetch(href, { cache, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${href}: ${answer.status}`);
  return answer;
}

function partsOf(document, base) {
  const named = [...document.querySelectorAll(PARTS)].map((node) => node.getAttribute("src") ?? node.getAttribute("href"));
  const urls = named.map((name) => new URL(name, base)).filter((url) => url.origin === location.origin);
  return urls.map((url) => url.href.split("#")[0]);
}

// The pages at these addresses and all they name, everything fetched before anything is written.
async function gathered(addresses) {
  const pages = new Map();
  const parts = new Set();
  const titles = {};
  for (const [lang, address] of Object.entries(addresses)) {
    const href = new URL(address, location.href).href;
    const answer = await fetched(href);
    pages.set(href, answer.clone());
    const document = new DOMParser().parseFromString(await answer.text(), "text/html");
    titles[lang] = document.querySelector("[data-title]")?.dataset.title ?? document.title;
    for (const part of partsOf(document, href)) parts.add(part);
  }
  const files = await Promise.all([...parts].map(async (href) => [href, await fetched(href)]));
  return { pages, files: new Map(files), titles };
}

// Scripts before pages, and what is old last of all: whenever this is cut short, every page that is
// there has what it names.
async function write(name, { pages, files }, more = []) {
  const cache = await caches.open(name);
  const entries = [...files, ...more, ...pages];
  for (const [href, answer] of entries) await cache.put(href, answer);
  const wanted = new Set(entries.map(([href]) => new URL(href, location.href).href));
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request, OPTIONS);
}

export function nameOf(address) {
  return TOUR + address;
}

// Keep a tour, or keep it anew. `tour`: { address, addresses: {zh, en}, date, stops }.
export async function keep(tour) {
  const name = nameOf(tour.address);
  const known = await caches.has(name);
  const found = await gathered(tour.addresses);
  const about = { ...tour, format: FORMAT, titles: found.titles, saved: new Date().toISOString() };
  const words = new Response(JSON.stringify(about), { headers: { "Content-Type": "application/json" } });
  try {
    await write(name, found, [[ABOUT, words]]);
  } catch (error) {
    if (!known) await caches.delete(name); // half a tour is none
    throw error;
  }
  await register();
  await keepShell(); // whoever keeps a tour finds it again by the list of tours
  await navigator.storage?.persist?.();
}

export function forget(address) {
  return caches.delete(nameOf(address));
}

export async function bytesOf(name) {
  const cache = await caches.open(name);
  let sum = 0;
  for (const request of await cache.keys()) {
    sum += (await (await cache.match(request, OPTIONS)).arrayBuffer()).byteLength;
  }
  return sum;
}

export async function about(address) {
  const name = nameOf(address);
  if (!(await caches.has(name))) return null;
  const words = await (await caches.open(name)).match(ABOUT);
  return words ? { ...(await words.json()), bytes: await bytesOf(name) } : null;
}

// Every tour that is kept, the one kept last first.
export async function tours() {
  const names = (await caches.keys()).filter((name) => name.startsWith(TOUR));
  const found = await Promise.all(names.map((name) => about(name.slice(TOUR.length))));
  return found.filter(Boolean).sort((a, b) => (a.saved < b.saved ? 1 : -1));
}

// Whether this page came from what is kept, because the service could not be reached.
function cutOff() {
  const { controller } = navigator.serviceWorker;
  if (!controller) return Promise.resolve(false);
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    controller.postMessage("lost?", [port2]);
  });
}

// The lists of tours and stamps themselves, kept and renewed at every visit that reaches the service.
export async function keepShell() {
  if (!able || await cutOff()) return;
  const pages = ["/follow/", "/follow/passport"];
  const addresses = pages.flatMap((page) => ["zh", "en"].map((lang) => [`${page} ${lang}`, `${page}?lang=${lang}`]));
  try {
    await write(SHELL, await gathered(Object.fromEntries(addresses)));
    await register();
  } catch {
    // the connection went away meanwhile, or there is no room: what was kept before is still there
  }
}

export function sizeText(bytes, lang) {
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : [bytes / 1e6, "megabyte"];
  return new Intl.NumberFormat(lang, { style: "unit", unit, maximumFractionDigits: value < 100 ? 1 : 0 }).format(value);
}
