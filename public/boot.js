// Wakes the islands of a page. Pages without an island load neither the glue nor the wasm.
document.documentElement.classList.add("js");
// Over plain http from another machine the browser gives no clipboard: then the texts are selected by hand.
if (!window.isSecureContext) document.documentElement.classList.add("insecure");
const islands = document.querySelectorAll("leptos-island");
if (islands.length > 0) {
  const base = new URL(".", import.meta.url);
  const wake = async () => {
    const glue = await import(new URL("pkg/wxdesk.js", base));
    await glue.default({ module_or_path: new URL("pkg/wxdesk_bg.wasm", base) });
    glue.hydrate();
    for (const island of islands) {
      const start = glue[island.dataset.component];
      if (start) await start(island);
    }
    document.documentElement.dataset.hydrated = "true";
  };
  if ("requestIdleCallback" in window) requestIdleCallback(wake, { timeout: 1000 });
  else setTimeout(wake, 0);
} else {
  document.documentElement.dataset.hydrated = "true";
}

// Pieces of a page that the server draws anew while they change. Without scripts the page loads itself again.
for (const piece of document.querySelectorAll("[data-live]")) {
  const source = new EventSource(piece.dataset.live);
  const aloud = piece.parentElement.querySelector("[data-live-said]");
  source.addEventListener("message", (event) => {
    piece.innerHTML = event.data;
    if (aloud && event.lastEventId) aloud.textContent = event.lastEventId;
  });
  source.addEventListener("end", () => {
    source.close();
    location.reload();
  });
}

// Menus close when one looks elsewhere; search opens from anywhere.
const menus = () => document.querySelectorAll("details.menu[open]");
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  const search = document.querySelector("a[data-search]");
  if (search && event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
    event.preventDefault();
    search.click();
  }
});

// The composer keeps its draft two seconds after the last input. What is sent by a button goes without waiting for that.
const composer = document.querySelector("form[data-autosave]");
if (composer) {
  let timer = 0;
  let going = null;
  const keep = async () => {
    going = new AbortController();
    const fields = [...new FormData(composer)].filter(([name, value]) => typeof value === "string" && name !== "intent");
    const body = new URLSearchParams([...fields, ["intent", "save"]]);
    try {
      const answer = await fetch(composer.getAttribute("action"), { method: "POST", body, signal: going.signal, headers: { accept: "application/json" } });
      if (!answer.ok || answer.redirected) return;
      const said = await answer.json();
      if (!said.draft) return;
      composer.elements.draft.value = said.draft;
      composer.querySelector("[data-saved]").textContent = said.line;
    } catch {
      // Not kept this time; the next input tries again.
    }
  };
  composer.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (event.target.type !== "file" && event.target.name !== "look") timer = setTimeout(keep, 2000);
  });
  composer.addEventListener("submit", () => {
    clearTimeout(timer);
    going?.abort();
  });
}
