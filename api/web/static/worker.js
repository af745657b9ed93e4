// The service worker of the pages under /follow/: what this phone keeps is shown from here first.
// It decides nothing about what is kept (shelf.js does) and removes nothing: a tour that was kept by
// an earlier version brings its own page, scripts and styles, and is shown with them.
"use strict";
const OPTIONS = { ignoreVary: true }; // an answer varies by language, and the address names it
const PATIENCE_MS = 3000;
const LANGS = ["zh", "en"];
let lost = false; // whether the last page asked for came from here for want of the service

// A newer worker waits until our pages are closed: taking over at once would cut off the page that is
// being loaded through the older one.
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.ports[0].postMessage(lost));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  // "reload" is how shelf.js asks for what is newest.
  if (request.method !== "GET" || url.origin !== self.location.origin || request.cache === "reload") return;
  event.respondWith(request.mode === "navigate" ? page(request, url) : part(request));
});

function spoken() {
  const said = navigator.languages.map((one) => one.slice(0, 2)).find((one) => LANGS.includes(one));
  return said ?? LANGS[0];
}

// A page by its address; one that names no language is the one this phone speaks. (Its parameters
// are not written anew: URLSearchParams would spell them otherwise than the service does.)
function kept(url) {
  const named = url.searchParams.has("lang") ? "" : `${url.search ? "&" : "?"}lang=${spoken()}`;
  return caches.match(url.href.split("#")[0] + named, OPTIONS);
}

// The lists of tours and of stamps: what is in their address beyond the language is for their script.
function keptShell(url) {
  const bare = new URL(url.pathname, url);
  bare.searchParams.set("lang", url.searchParams.get("lang") ?? spoken());
  return caches.match(bare.href, OPTIONS);
}

async function page(request, url) {
  const tour = /^\/follow\/(tour|plan\/.+)$/.test(url.pathname);
  const found = await (tour ? kept(url) : keptShell(url));
  const lang = url.searchParams.get("lang") ?? spoken();
  if (tour) return found ?? fetch(request).catch(() => Response.redirect(`/follow/?missing=1&lang=${lang}`));
  if (!found) return fetch(request);
  const instead = () => {
    lost = true;
    return found;
  };
  lost = false;
  const fresh = fetch(request).then((answer) => (answer.status < 500 ? answer : instead()), instead);
  let timer;
  const late = new Promise((resolve) => { timer = setTimeout(() => resolve(instead()), PATIENCE_MS); });
  return Promise.race([fresh.finally(() => clearTimeout(timer)), late]);
}

// Scripts, styles, images: their addresses hold their digest, so whichever copy is found is right.
async function part(request) {
  return (await caches.match(request, OPTIONS)) ?? fetch(request);
}
