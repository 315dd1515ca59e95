// Keeps a picture on the desk while somebody looks at it: without this it would go to a colleague after two minutes.

/** How often the desk says so (milliseconds). */
const EVERY = 45_000;

const desk = document.querySelector("main[data-stay]");

async function stay() {
  if (document.visibilityState !== "visible") return;
  const answer = await fetch(desk.dataset.stay, { method: "POST", body: new URLSearchParams({ intent: "stay" }) }).catch(() => null);
  // Somebody else took it while this page was hidden: the page says who.
  if (answer?.status === 409) location.reload();
}

if (desk) {
  setInterval(stay, EVERY);
  document.addEventListener("visibilitychange", stay);
}
