// What is typed into a form of staff is kept by the service, for its author alone, until it is saved.
import { say } from "./app.js";

const edition = document.querySelector("[data-unsaved]");
const form = edition?.form;
const said = form?.querySelector("[data-unsaved-said]");
const WAIT = 1500; // milliseconds after the last key
const AGAIN = 15_000; // and after a try that failed
let waiting;
let busy = false;
let dirty = false; // typed since what was kept last
let leaving = false;

function tell(text, link) {
  said.textContent = text;
  if (!link) return;
  const made = document.createElement("a");
  [made.href, made.textContent, made.target] = [link, say("staff.unsaved.say.sign-in"), "_blank"];
  said.append(" ", made);
}

function later(milliseconds) {
  clearTimeout(waiting);
  waiting = setTimeout(keep, milliseconds);
}

function send(keepalive) {
  const body = new URLSearchParams(new FormData(form));
  body.delete("do");
  return fetch(edition.dataset.unsaved, { method: "POST", body, keepalive, headers: { Accept: "application/json" } });
}

// The session ended and another began: the forms of this page take the proof of the new one.
async function renew() {
  const answer = await fetch(form.action, { headers: { Accept: "text/html" } });
  if (!answer.ok || new URL(answer.url).pathname.endsWith("/login")) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector('.site-form input[name="token"]')?.value;
  for (const input of document.querySelectorAll('input[name="token"]')) input.value = token ?? input.value;
  return Boolean(token);
}

async function attempt() {
  let answer = await send(false);
  if ([401, 403].includes(answer.status) && await renew()) answer = await send(false);
  if (answer.ok) {
    const kept = await answer.json();
    edition.value = kept.edition;
    tell(kept.said);
    return true;
  }
  if (answer.status === 401) tell(say("staff.unsaved.say.signed-out"), edition.dataset.login);
  else tell((await answer.json().catch(() => null))?.said ?? say("staff.unsaved.say.failed"));
  return false;
}

async function keep() {
  if (busy || leaving || !dirty) return;
  busy = true;
  dirty = false;
  try {
    dirty = !(await attempt()) || dirty;
  } catch {
    dirty = true; // no connection: what was typed still stands in the form
    tell(say("staff.unsaved.say.no-connection"));
  }
  busy = false;
  if (dirty) later(AGAIN);
}

function typed() {
  dirty = true;
  later(WAIT);
}

function leave() {
  if (dirty && !busy && !leaving) send(true).then((answer) => { dirty = !answer.ok; }, () => {});
}

if (form) {
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  form.addEventListener("redtrails:typed", typed);
  form.addEventListener("submit", () => { leaving = true; clearTimeout(waiting); });
  addEventListener("online", () => dirty && later(0));
  addEventListener("focus", () => dirty && later(0));
  addEventListener("pageshow", () => { leaving = false; });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
}
