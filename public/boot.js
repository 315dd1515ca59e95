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

// Pieces of a page that the server draws anew while they change, each by its id. Without scripts the page loads itself again. The server
// hangs up now and then, so that the browser asks again and who asks is looked at again.
for (const piece of document.querySelectorAll("[data-live]")) {
  const source = new EventSource(piece.dataset.live);
  const aloud = piece.parentElement.querySelector("[data-live-said]");
  source.addEventListener("message", (event) => {
    const fresh = document.createElement("template");
    fresh.innerHTML = event.data;
    for (const part of fresh.content.children) document.getElementById(part.id)?.replaceChildren(...part.childNodes);
    if (aloud && event.lastEventId) aloud.textContent = event.lastEventId;
  });
  // Nothing more will come, and everything is there.
  source.addEventListener("over", () => source.close());
  source.addEventListener("end", () => {
    source.close();
    location.reload();
  });
}

// A piece that is fetched again with its page until that says it is over; what is typed elsewhere on the page stays.
for (const piece of document.querySelectorAll("[data-poll]")) {
  const again = async () => {
    if (document.hidden) return setTimeout(again, 3000);
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok) return setTimeout(again, 3000);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(piece.id);
    // What has not changed stays: somebody may be on a link in it.
    if (piece.innerHTML !== (fresh?.innerHTML ?? "")) piece.innerHTML = fresh?.innerHTML ?? "";
    if (fresh?.hasAttribute("data-poll")) return setTimeout(again, 3000);
    const typed = [...document.querySelectorAll("main input")].some((field) => field.value !== field.defaultValue);
    if (!typed && !document.activeElement?.matches("input, select")) location.reload();
  };
  setTimeout(again, 3000);
}

// A long list pasted: browsers lay out line after line, 7 s for 20,000 of them. Set at once it takes less than one.
document.addEventListener("paste", (event) => {
  const [area, text] = [event.target, event.clipboardData?.getData("text/plain") ?? ""];
  if (area.tagName !== "TEXTAREA" || area.readOnly || text.length < 50_000) return;
  event.preventDefault();
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
});

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

// Pictures large, and what can be done with them then.
if (document.querySelector("template#lightbox, .viewer-image")) import("./lightbox.js");
if (document.querySelector("[data-fresh]")) import("./fresh.js");
if (document.querySelector("form#zip, [data-older]")) import("./gallery.js");
if (document.querySelector("main[data-stay]")) import("./desk.js");
if (document.querySelector("dialog#picker")) import("./picker.js");

// Single keys. Never while somebody types, never with a modifier, not over a dialog, and not where they were switched off.
export const keys_off = () => /(?:^|; )keys=off/.test(document.cookie);
export const typing = (at) =>
  at.isContentEditable || at.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
// Another key counts as the second one of a pair this long (milliseconds).
const PAIR = 1500;
let g_at = -PAIR;
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (["Shift", "CapsLock"].includes(event.key)) return;
  if (!(event.target instanceof Element) || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (keys_off()) return;
  const key = event.key.toLowerCase();
  const second = event.timeStamp - g_at < PAIR;
  g_at = key === "g" && !second ? event.timeStamp : -PAIR;
  let target;
  if (second) target = document.querySelector(`a[data-go="${CSS.escape(key)}"]`);
  else if (key === "?") target = document.querySelector("a[data-help]");
  // From picture to picture, unless something that scrolls sideways has the focus.
  else if (/^arrow(left|right)$/.test(key) && !event.shiftKey && !event.target.closest("[tabindex='0']"))
    target = document.querySelector(`.viewer-nav a[rel=${key === "arrowleft" ? "prev" : "next"}]`);
  else if (key === "/") target = document.querySelector("main input[type=search]") ?? document.querySelector("a[data-search]");
  // The page's own keys are those its links and buttons name for use with Alt.
  else if (/^[a-z0-9]$/.test(key) && key !== "g") target = document.querySelector(`[accesskey="${key}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input")) target.focus();
  else target.click();
});

// The list of keys opens over the page; without scripts, or where it cannot be had, it is a page.
const list_keys = async (link) => {
  const answer = await fetch(link.href);
  const found = new DOMParser().parseFromString(await answer.text(), "text/html");
  const list = found.querySelector("[data-keys]");
  if (!list) throw new Error("no list");
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "keys-title");
  const head = document.createElement("form");
  head.className = "dialog-head";
  head.method = "dialog";
  const title = document.createElement("h2");
  title.id = "keys-title";
  title.textContent = found.querySelector("h1").textContent;
  const close = document.createElement("button");
  close.className = "btn btn-sm";
  close.textContent = list.dataset.close;
  head.append(title, close);
  for (const heading of list.querySelectorAll("h2")) {
    const lower = document.createElement("h3");
    lower.append(...heading.childNodes);
    heading.replaceWith(lower);
  }
  dialog.append(head, list);
  // The browser gives the focus back to where it was.
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
};
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("a[data-help]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button > 0 || document.querySelector("[data-keys]")) return;
  event.preventDefault();
  list_keys(link).catch(() => location.assign(link.href));
});

// A preference is kept without leaving the page, so that nothing typed is lost. `false` where that did not work.
const prefer = async (form, button) => {
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, button)), redirect: "manual" });
  return answer.type === "opaqueredirect";
};

// Light and dark: the style sheet does the rest. Without an answer the form goes its plain way.
for (const form of document.querySelectorAll("form[data-look]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter;
    if (!(await prefer(form, button).catch(() => false))) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
      return form.submit();
    }
    if (button.value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = button.value;
    // The button that was pressed is hidden now; the one in its place takes the focus and says the new state.
    [...form.querySelectorAll("button")].find((other) => other.checkVisibility())?.focus();
  });
}

// The language: the page comes anew, and what was typed is put back. Passwords and other secrets are never kept.
const CARRIED = "wxdesk.carried";
const fields_of = (form) =>
  [...form.elements].filter(
    (field) =>
      field.name &&
      !field.readOnly &&
      !("secret" in field.dataset) &&
      field.matches("input:not([type=password], [type=hidden], [type=file], [type=submit]), textarea, select"),
  );
const forms = () => [...document.forms].filter((form) => !form.matches("[data-look], [data-language], [method=dialog]"));
const say = (field) => {
  for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
};
for (const form of document.querySelectorAll("form[data-language]")) {
  form.addEventListener("submit", async (event) => {
    // The server draws this one again itself, with everything that is typed and whatever was chosen on the way.
    const again = document.querySelector("form[data-again]");
    if (again) {
      event.preventDefault();
      if (!(await prefer(form, event.submitter).catch(() => false))) return form.submit();
      return again.requestSubmit(again.querySelector(`[name=intent][value="${again.dataset.again}"]`));
    }
    const kept = forms().map((one) =>
      fields_of(one).map((field) => [field.name, field.matches("[type=checkbox], [type=radio]") ? [field.value, field.checked] : field.value]),
    );
    try {
      sessionStorage.setItem(CARRIED, JSON.stringify({ path: location.pathname, at: Date.now(), top: scrollY, kept }));
    } catch {
      // Too much to keep, or nothing may be kept here: the language still changes.
    }
  });
}
let carried;
try {
  carried = JSON.parse(sessionStorage.getItem(CARRIED) ?? "null");
  sessionStorage.removeItem(CARRIED);
} catch {
  // Nothing may be kept here, so nothing was.
}
if (carried && carried.path === location.pathname && Date.now() - carried.at < 60_000) {
  forms().forEach((form, at) => {
    const fields = fields_of(form);
    // Another number of fields is another form.
    if (fields.length !== carried.kept[at]?.length) return;
    fields.forEach((field, at_field) => {
      const [name, value] = carried.kept[at][at_field];
      if (field.name !== name) return;
      const [known, ticked] = Array.isArray(value) ? value : [];
      const changed = Array.isArray(value) ? field.value === known && field.checked !== ticked : field.value !== value;
      if (!changed) return;
      if (Array.isArray(value)) field.checked = ticked;
      else field.value = value;
      for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
      say(field);
    });
  });
  scrollTo(0, carried.top);
}

// The composer keeps its draft two seconds after the last input. What is sent by a button goes without waiting for that.
const composer = document.querySelector("form[data-autosave]");
if (composer) {
  let timer = 0;
  let going = null;
  let typed = 0;
  // What only the server knows: what variables become for the person shown, who of a pasted list left or was never there. Once more was
  // typed, the next save asks for that.
  const put = (name, texts) => {
    for (const [key, text] of Object.entries(texts ?? {})) {
      for (const place of document.querySelectorAll(`[data-${name}="${CSS.escape(key)}"]`)) {
        place.textContent = text;
        if (name === "tally" && ["left", "foreign"].includes(key)) place.parentElement.hidden = !text;
      }
    }
  };
  const keep = async () => {
    going = new AbortController();
    const asked = typed;
    const fields = [...new FormData(composer)].filter(([name, value]) => typeof value === "string" && name !== "intent");
    const body = new URLSearchParams([...fields, ["intent", "save"]]);
    try {
      const answer = await fetch(composer.getAttribute("action"), { method: "POST", body, signal: going.signal, headers: { accept: "application/json" } });
      if (!answer.ok || answer.redirected) return;
      const said = await answer.json();
      if (!said.draft) return;
      composer.elements.draft.value = said.draft;
      composer.querySelector("[data-saved]").textContent = said.line;
      if (asked === typed) ["preview", "count", "tally"].forEach((name) => put(name, said[name]));
    } catch {
      // Not kept this time; the next input tries again.
    }
  };
  composer.addEventListener("input", (event) => {
    clearTimeout(timer);
    typed += 1;
    if (event.target.type !== "file" && event.target.name !== "look") timer = setTimeout(keep, 2000);
  });
  composer.addEventListener("submit", () => {
    clearTimeout(timer);
    going?.abort();
  });
}
