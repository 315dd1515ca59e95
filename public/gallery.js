// The gallery: selecting tiles, and older pictures that come by themselves near the foot. Without this it is checkboxes and links.

const main = document.querySelector("main");
const boxes = () => [...main.querySelectorAll(".pick input[type=checkbox]")];

// What is selected goes along to the next page, whichever link leads there; Shift selects a row of tiles.
const form = document.querySelector("form#zip");
const turn = form?.querySelector("[data-turn]");
if (turn) {
  const changed = () => boxes().some((box) => box.checked !== box.defaultChecked);
  let last;
  main.addEventListener("click", (event) => {
    const box = event.target.closest(".pick input[type=checkbox]");
    if (box) {
      const all = boxes();
      const span = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      if (event.shiftKey && span[0] >= 0) for (const other of all.slice(span[0], span[1] + 1)) other.checked = box.checked;
      last = box;
      return weigh();
    }
    const day = event.target.closest("[data-pick-day]")?.closest(".day");
    if (day) {
      const its = boxes().filter((one) => day.contains(one));
      const all = its.every((one) => one.checked);
      for (const one of its) one.checked = !all;
      return weigh();
    }
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.hasAttribute("data-unpick") || link.pathname !== new URL(form.action).pathname || !changed()) return;
    event.preventDefault();
    turn.value = link.pathname + link.search;
    form.requestSubmit(turn);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open], details.menu[open]")) return;
    if (boxes().some((box) => box.checked)) form.querySelector("[data-unpick], [type=reset]")?.click();
  }, { capture: true });
  form.addEventListener("reset", () => setTimeout(weigh));
  drawn();
  weigh();
}

/** Says beside how many are selected how large they are together, also those of other pages. */
function weigh() {
  const place = form?.querySelector("[data-size]");
  if (!place) return;
  const bytes = boxes().reduce((sum, box) => sum + (box.checked ? Number(box.dataset.bytes) : 0), Number(place.dataset.size));
  const [unit, digits, name] = [[1e9, 1, "GB"], [1e6, 1, "MB"], [1e3, 0, "KB"], [1, 0, "B"]].find(([least]) => bytes >= least) ?? [1, 0, "B"];
  place.textContent = ` · ${(bytes / unit).toFixed(digits)} ${name}`;
}

// A frame drawn with the mouse selects the tiles it touches; what was selected before stays.
function drawn() {
  const frame = document.createElement("div");
  frame.className = "drawn";
  let from;
  main.addEventListener("dragstart", (event) => event.target.closest(".gallery") && event.preventDefault());
  main.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button > 0 || !event.target.closest(".day") || event.target.closest("button, label, header")) return;
    from = { x: event.pageX, y: event.pageY, had: new Map(boxes().map((box) => [box, box.checked])) };
  });
  addEventListener("pointermove", (event) => {
    if (!from || (!frame.isConnected && Math.hypot(event.pageX - from.x, event.pageY - from.y) < 8)) return;
    main.append(frame);
    main.classList.add("drawing");
    const [left, right] = [from.x, event.pageX].sort((a, b) => a - b);
    const [top, bottom] = [from.y, event.pageY].sort((a, b) => a - b);
    const { x, y } = main.getBoundingClientRect();
    Object.assign(frame.style, { left: `${left - scrollX - x}px`, top: `${top - scrollY - y}px`, width: `${right - left}px`, height: `${bottom - top}px` });
    const inside = frame.getBoundingClientRect();
    // Tiles that have come while the frame is drawn take part, too.
    for (const box of boxes()) {
      if (!from.had.has(box)) from.had.set(box, box.checked);
      const tile = box.closest(".tile").getBoundingClientRect();
      box.checked = from.had.get(box) || (tile.left < inside.right && tile.right > inside.left && tile.top < inside.bottom && tile.bottom > inside.top);
    }
    weigh();
  });
  const end = (event) => {
    const drew = frame.isConnected;
    if (drew && event.type === "pointercancel") for (const [box, had] of from.had) box.checked = had;
    from = undefined;
    frame.remove();
    main.classList.remove("drawing");
    if (!drew) return;
    weigh();
    // The click that ends the drawing opens nothing.
    const swallow = (click) => [click.preventDefault(), click.stopPropagation()];
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }));
  };
  for (const sign of ["pointerup", "pointercancel"]) addEventListener(sign, end);
}

/** So many pages come by themselves; then the link stands, so that what is below it can be reached. */
const BY_ITSELF = 3;

/** Ids as the server writes a selection down (`media/picked.rs`): 16 bytes each, in base64 for addresses. A rule names none. */
const read = (text) => text.startsWith("all-") ? [] : [...atob(text.replaceAll("-", "+").replaceAll("_", "/"))].map((one) => one.charCodeAt(0).toString(16).padStart(2, "0")).join("").match(/.{32}/g) ?? [];
const written = (ids) =>
  btoa(String.fromCharCode(...(ids.join("").match(/../g) ?? []).map((pair) => parseInt(pair, 16)))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** Older pictures, fetched as the page that the link leads to and put below those that are here. */
class Older {
  #link = main.querySelector(".pager[data-older] a[rel=next]");
  #said = main.querySelector("[data-grown]");
  #pages = 0;
  #left = BY_ITSELF;
  #going;
  #observer;

  constructor() {
    if (!this.#link) return;
    addEventListener("pagehide", () => this.keep());
    // A window and a half ahead, so that they are there before one is.
    this.#observer = new IntersectionObserver(([foot]) => foot.isIntersecting && this.#near(), { rootMargin: "0px 0px 150% 0px" });
    this.#again().then(() => this.more && this.#observer.observe(this.#link.closest(".pager")));
  }

  /** Whether there are any. */
  get more() {
    return Boolean(this.#link?.isConnected);
  }

  /** Fetches the next ones. `false` where that does not work; then the link is what is left. */
  load() {
    if (!this.more) return Promise.resolve(false);
    this.#going ??= this.#load().finally(() => (this.#going = undefined));
    return this.#going;
  }

  /** Notes in the browser's history how much is shown and what of it is selected, for whoever comes back. */
  keep() {
    if (history.state?.lightbox || this.#pages === 0) return;
    history.replaceState({ ...history.state, older: { pages: this.#pages, top: scrollY, picked: boxes().filter((box) => box.checked).map((box) => box.value) } }, "");
  }

  /** Shows as much as was shown here before, and the same part of it. */
  async #again() {
    const { pages = 0, top, picked } = history.state?.older ?? {};
    while (this.#pages < pages && (await this.load()));
    if (this.#pages === 0) return;
    // What the browser gives back by itself is only what the first page had.
    for (const box of picked ? boxes() : []) box.checked = picked.includes(box.value);
    weigh();
    scrollTo({ top, behavior: "instant" });
  }

  async #near() {
    if (this.#left === 0) return this.#observer.disconnect();
    this.#left -= 1;
    if (!(await this.load())) return this.#observer.disconnect();
    // What is still near says so only when it is looked at anew.
    this.#observer.disconnect();
    if (this.more) this.#observer.observe(this.#link.closest(".pager"));
  }

  async #load() {
    try {
      const answer = await fetch(this.#link.href);
      if (!answer.ok || answer.redirected) return false;
      this.#take(new DOMParser().parseFromString(await answer.text(), "text/html"));
      return true;
    } catch {
      return false;
    }
  }

  #take(page) {
    const fresh = [];
    for (const one of page.querySelectorAll("main .day")) {
      const day = document.importNode(one, true);
      fresh.push(...day.querySelectorAll(".tile"));
      const here = document.getElementById(one.getAttribute("aria-labelledby"))?.closest(".day");
      if (!here) {
        const last = [...main.querySelectorAll(".day")].at(-1);
        if (last) last.after(day);
        else main.querySelector("[data-looked]").before(day);
        continue;
      }
      // The day goes on; what can be done with it may only be known now.
      if (!here.querySelector("[data-pick-day]") && day.querySelector("[data-pick-day]")) here.querySelector("header").replaceWith(day.querySelector("header"));
      here.querySelector("ul").append(...day.querySelector("ul").children);
    }
    this.#pages += 1;
    this.#settle(fresh);
    this.#onward(page, fresh);
    // A page of a search that looks at many pictures may find none of them; then it says how far it looked.
    const looked = main.querySelector("[data-looked]");
    looked.textContent = page.querySelector("[data-looked]")?.textContent ?? "";
    looked.hidden = looked.textContent === "";
    const text = fresh.length === 0 ? looked.textContent : fresh.length === 1 ? this.#said.dataset.grownOne : this.#said.dataset.grown;
    this.#said.textContent = text.replace("{n}", fresh.length).replace("{count}", main.querySelectorAll(".tile").length);
    main.dispatchEvent(new Event("grown"));
  }

  /** What was selected elsewhere and is here now is selected here. */
  #settle(fresh) {
    const kept = form?.elements.kept;
    if (!kept) return;
    const ids = read(kept.value);
    const come = fresh.map((tile) => tile.querySelector(".pick input")).filter((box) => box && ids.includes(box.value));
    if (come.length > 0) {
      const still = ids.filter((id) => come.every((box) => box.value !== id));
      kept.value = written(still);
      main.classList.toggle("picker-kept", still.length > 0);
      const [place, size] = ["[data-elsewhere]", "[data-size]"].map((css) => form.querySelector(css));
      place.textContent = still.length > 0 ? place.dataset.elsewhere.replace("{n}", still.length) : "";
      size.dataset.size = come.reduce((left, box) => left - Number(box.dataset.bytes), Number(size.dataset.size));
    }
    weigh();
  }

  /** Where the links lead now. At the end the focus goes on to what has come. */
  #onward(page, fresh) {
    const next = page.querySelector(".pager a[rel=next]");
    if (next) {
      this.#link.textContent = next.textContent;
      return this.#link.setAttribute("href", next.getAttribute("href"));
    }
    if (document.activeElement === this.#link) fresh[0]?.querySelector("a").focus({ preventScroll: true });
    const pager = this.#link.closest(".pager");
    this.#link.remove();
    if (!pager.querySelector("a")) pager.remove();
  }
}

export const older = new Older();

document.documentElement.dataset.gallery = "true";
