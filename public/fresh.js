// An open gallery follows what comes: new pictures are put in front of the others, and tiles that waited show how they ended. While somebody is
// further down, or does something, new ones are only announced. Only while the page is seen: a forgotten tab asks for nothing.
const place = document.querySelector("[data-fresh]");
const main = document.querySelector("main");
let source;
let going;

const stop = () => {
  source?.close();
  source = undefined;
};

/** Whether tiles may come in front without pushing away what is looked at or done. */
const atRest = () =>
  scrollY < innerHeight / 3 &&
  !document.querySelector("dialog[open], details.menu[open], .drawn") &&
  !document.activeElement?.matches("input:not([type=checkbox]), select, textarea");

const announce = (text) => {
  const link = place.querySelector("a") ?? document.createElement("a");
  link.className = "btn btn-primary btn-sm";
  link.href = place.dataset.to;
  link.textContent = text;
  if (!link.isConnected) place.replaceChildren(link);
};

/** Fetches the list's first page and takes over what is not here, or stands otherwise. */
const bring = (said) => (going ??= load(said).finally(() => (going = undefined)));

async function load(said) {
  const answer = await fetch(place.dataset.to).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const rest = atRest();
  // A list that was empty has no place for a tile yet.
  if (!main.querySelector(".day") && page.querySelector(".day")) return rest && location.reload();
  const here = new Map([...main.querySelectorAll(".tile > a")].map((link) => [link.pathname, link.parentElement]));
  const come = [...page.querySelectorAll("main .day")].map((day) => taken(document.importNode(day, true), here, rest));
  if (come.includes(true)) follow(page, said);
  main.dispatchEvent(new Event("grown"));
}

/** Takes a day's tiles over. Whether there were new ones. */
function taken(day, here, rest) {
  const fresh = [];
  for (const tile of day.querySelectorAll(".tile")) {
    const known = here.get(tile.querySelector("a").pathname);
    if (!known) fresh.push(tile);
    else if (known.matches(".tile-said") && known.textContent !== tile.textContent && !known.contains(document.activeElement)) known.replaceWith(tile);
  }
  if (!rest || fresh.length === 0) return false;
  const same = document.getElementById(day.getAttribute("aria-labelledby"))?.closest(".day");
  if (same) {
    same.querySelector("ul").prepend(...fresh);
    const header = same.querySelector("header");
    if (!header.contains(document.activeElement)) header.replaceWith(day.querySelector("header"));
  } else {
    day.querySelector("ul").replaceChildren(...fresh);
    main.querySelector(".day").before(day);
  }
  return true;
}

/** New ones are here: says so to whoever cannot see it, and watches for those after them. */
function follow(page, said) {
  const [line, theirs] = [main, page].map((root) => root.querySelector(".page-head p"));
  if (line && theirs) line.textContent = theirs.textContent;
  const told = document.createElement("span");
  told.className = "sr-only";
  told.textContent = said ?? "";
  place.replaceChildren(told);
  place.dataset.fresh = page.querySelector("[data-fresh]").dataset.fresh;
  stop();
  watch();
}

const watch = () => {
  if (!place || document.hidden || source) return;
  source = new EventSource(place.dataset.fresh);
  source.addEventListener("message", (event) => (atRest() ? bring(event.data) : announce(event.data)));
  source.addEventListener("settled", () => main.querySelector(".tile-said") && bring());
  source.addEventListener("end", stop);
  // A connection that broke comes back by itself; one that was refused does not.
  source.addEventListener("error", () => source?.readyState === EventSource.CLOSED && stop());
};

document.addEventListener("visibilitychange", () => (document.hidden ? stop() : watch()));
// Whoever comes back to the top, or closes what was in the way, sees what has come.
const back = () => place?.querySelector("a") && atRest() && bring(place.textContent);
addEventListener("scroll", back, { passive: true });
document.addEventListener("close", () => setTimeout(back), { capture: true });
// The server ends it after a while; whoever is there goes on watching.
for (const sign of ["focus", "pointerdown", "keydown"]) addEventListener(sign, watch, { passive: true });
watch();
