// Wakes the islands of a page. Pages without an island load neither the glue nor the wasm.
document.documentElement.classList.add("js");
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
