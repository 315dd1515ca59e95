// Says in an open gallery that pictures have come since. Only while the page is seen: a forgotten tab asks for nothing.
const place = document.querySelector("[data-fresh]");
let source;

const stop = () => {
  source?.close();
  source = undefined;
};

const watch = () => {
  if (!place || document.hidden || source) return;
  source = new EventSource(place.dataset.fresh);
  source.addEventListener("message", (event) => {
    const link = place.querySelector("a") ?? document.createElement("a");
    link.className = "btn btn-primary btn-sm";
    link.href = place.dataset.to;
    link.textContent = event.data;
    if (!link.isConnected) place.append(link);
  });
  source.addEventListener("end", stop);
  // A connection that broke comes back by itself; one that was refused does not.
  source.addEventListener("error", () => source?.readyState === EventSource.CLOSED && stop());
};

document.addEventListener("visibilitychange", () => (document.hidden ? stop() : watch()));
// The server ends it after a while; whoever is there goes on watching.
for (const sign of ["focus", "pointerdown", "keydown"]) addEventListener(sign, watch, { passive: true });
watch();
