// A picture large: over the list it stands in, as a dialog with the address of the picture's own page, and on that page itself. Without
// this each tile simply leads to its page.
import { keys_off, typing } from "./boot.js";
import { older } from "./gallery.js";
import { VIEW_KEYS, Zoom } from "./zoom.js";

/** How long (milliseconds) somebody stays at a picture before its original is fetched: leafing through does not fetch them all. */
const STAY = 150;

const template = document.querySelector("template#lightbox");
const plain = (event) => !event.defaultPrevented && !event.isComposing && !event.ctrlKey && !event.metaKey && !event.altKey;
const parsed = async (address) => {
  const answer = await fetch(address);
  if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
};

/** What a tile says of its picture. Tiles without one lead to their page as ever. */
const tiles = (root) =>
  [...root.querySelectorAll(".gallery .tile > a")].flatMap((link) => {
    const image = link.querySelector("img");
    if (!image) return [];
    const size = ["width", "height"].map((name) => Number(image.getAttribute(name)));
    return [{ link, href: link.href, path: link.pathname, label: image.alt, thumb: image.src, size }];
  });

class Lightbox {
  dialog = template.content.firstElementChild.cloneNode(true);
  image = document.createElement("img");
  items = tiles(document);
  /** Whether there may be pictures newer than these: the page of the list is not its first. */
  newer = Boolean(document.querySelector(".pager a[rel=prev]"));
  now = 0;
  title = document.title;

  constructor() {
    const box = this.part("zoom");
    this.zoom = new Zoom(box, this.image, { always: true, swipe: (by) => this.step(by) });
    this.dialog.addEventListener("click", (event) => this.pressed(event));
    this.dialog.addEventListener("keydown", (event) => this.key(event));
    // However it was closed, the address goes back to the list's; what is left to do is done when that has happened.
    this.dialog.addEventListener("close", () => (history.state?.lightbox ? history.back() : this.settle()));
    document.querySelector("main").addEventListener("click", (event) => this.chosen(event));
    document.querySelector("main").addEventListener("grown", () => this.grown());
    addEventListener("popstate", (event) => this.travelled(event.state?.lightbox));
    document.body.append(this.dialog);
  }

  part(name) {
    return this.dialog.querySelector(`[data-part="${name}"]`);
  }

  chosen(event) {
    const link = event.target.closest(".gallery .tile > a");
    const at = this.items.findIndex((item) => item.link === link);
    if (at < 0 || !plain(event) || event.shiftKey || event.button > 0) return;
    event.preventDefault();
    older.keep();
    history.scrollRestoration = "manual";
    history.pushState({ lightbox: this.items[at].path }, "", this.items[at].href);
    this.open(at);
  }

  travelled(path) {
    if (!path) return this.dialog.open ? this.dialog.close() : this.settle();
    const at = this.items.findIndex((item) => item.path === path);
    // Not of this list: its own page shows it.
    if (at < 0) return location.reload();
    if (this.dialog.open) this.show(at);
    else this.open(at);
  }

  open(at) {
    this.opened = true;
    this.dialog.showModal();
    this.show(at);
  }

  /** Back in the list: focus and view at the tile of the picture that was seen last. */
  settle() {
    if (!this.opened) return;
    this.opened = false;
    clearTimeout(this.timer);
    document.title = this.title;
    history.scrollRestoration = "auto";
    const { link } = this.items[this.now];
    if (!link.isConnected) return;
    link.focus({ preventScroll: true });
    link.scrollIntoView({ block: "nearest" });
  }

  show(at) {
    const item = this.items[at];
    this.now = at;
    this.film();
    this.image.alt = item.label;
    this.image.src = item.thumb;
    this.zoom.show(...item.size);
    this.part("title").textContent = item.label;
    this.count(item);
    document.title = [item.label, ...this.title.split(" · ").slice(1)].join(" · ");
    this.tools(item);
    this.whole(item);
    this.details(item);
    // Neighbours come small; who had an original is written down, so those nobody looks at stay where they are.
    for (const near of [this.items[at + 1], this.items[at - 1]]) if (near) new Image().src = near.thumb;
    if (this.items.length - at < 4) older.load();
    if (at === 0) this.earlier();
  }

  /** Which of those in the list it is. */
  count(item) {
    const shown = this.items.filter((other) => other.link.isConnected);
    const nth = template.dataset.nth.replace("{n}", shown.indexOf(item) + 1).replace("{count}", shown.length);
    this.part("at").textContent = item.link.isConnected ? nth : "";
  }

  tools(item) {
    const [back, on, pick] = ["previous", "next", "pick"].map((name) => this.dialog.querySelector(`[data-do="${name}"]`));
    back.hidden = this.now === 0 && !this.newer;
    on.hidden = this.now === this.items.length - 1 && !older.more;
    const box = this.box(item);
    pick.hidden = !box;
    pick.setAttribute("aria-pressed", String(box?.checked ?? false));
    const download = this.dialog.querySelector("[data-do=download]");
    if (download) download.href = `${item.path}/file?download=1`;
    this.dialog.querySelector("[data-do=page]").href = item.href;
    if (document.activeElement === document.body || document.activeElement?.hidden) this.zoom.box.focus();
  }

  /** The small pictures below; only the one shown is on the way of the Tab key, the arrows lead to the others. */
  film() {
    const strip = this.part("film");
    const had = strip.contains(document.activeElement);
    for (const [at, item] of [...this.items.entries()].slice(strip.children.length)) {
      const [cell, link, image] = ["li", "a", "img"].map((name) => document.createElement(name));
      cell.className = "film";
      link.href = item.href;
      link.dataset.at = at;
      image.loading = "lazy";
      image.alt = item.label;
      image.src = `${item.path}/thumb?size=160`;
      link.append(image);
      cell.append(link);
      strip.append(cell);
    }
    for (const [at, { firstElementChild: link }] of [...strip.children].entries()) {
      link.tabIndex = at === this.now ? 0 : -1;
      if (at === this.now) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    const here = strip.children[this.now];
    if (had) here.firstElementChild.focus({ preventScroll: true });
    strip.scrollTo({ left: here.offsetLeft - (strip.clientWidth - here.offsetWidth) / 2 });
  }

  /** The original, once somebody stays with the picture. */
  whole(item) {
    clearTimeout(this.timer);
    this.part("failed").hidden = true;
    if (!("original" in template.dataset)) return;
    this.timer = setTimeout(async () => {
      const whole = new Image();
      whole.src = `${item.path}/file`;
      const came = await whole.decode().then(() => true, () => false);
      if (this.items[this.now] !== item) return;
      if (came) this.image.src = whole.src;
      this.part("failed").hidden = came;
    }, STAY);
  }

  /** What is known of the picture, from its own page. */
  async details(item) {
    const panel = this.part("details");
    if (panel.hidden) return;
    const facts = this.part("facts");
    facts.setAttribute("aria-busy", "true");
    item.facts ??= parsed(item.href).then((page) => page.querySelector("[data-details] dl"));
    const found = await item.facts.catch(() => null);
    if (!found) item.facts = undefined;
    if (this.items[this.now] !== item) return;
    facts.replaceChildren(found ? document.importNode(found, true) : template.dataset.none);
    facts.removeAttribute("aria-busy");
  }

  /** Pictures have come to the list; while one is shown large these are older ones. */
  grown() {
    if (!this.dialog.open) return void (this.items = tiles(document));
    const known = new Set(this.items.map((item) => item.link));
    this.items.push(...tiles(document).filter((item) => !known.has(item.link)));
    this.moved();
  }

  /** The next one that is newer than the first of the list, by the pages of the pictures in between; those without an image are passed. */
  earlier() {
    if (!this.newer) return Promise.resolve();
    this.looking ??= this.look().then(
      (found) => {
        if (!found) return (this.newer = false);
        this.items.unshift(found);
        this.now += 1;
        this.part("film").replaceChildren();
      },
      () => (this.newer = false),
    ).finally(() => {
      this.looking = undefined;
      this.moved();
    });
    return this.looking;
  }

  async look() {
    let page = await parsed(this.items[0].href);
    for (let tries = 0; tries < 5; tries++) {
      const link = page.querySelector(".viewer-nav a[rel=prev]");
      if (!link) return null;
      page = await parsed(link.href);
      const image = page.querySelector(".viewer-image img");
      if (!image) continue;
      const size = ["width", "height"].map((name) => Number(image.getAttribute(name)));
      const facts = Promise.resolve(page.querySelector("[data-details] dl"));
      return { link, href: link.href, path: link.pathname, label: page.querySelector("h1").textContent, thumb: `${link.pathname}/thumb`, size, facts };
    }
    return null;
  }

  /** More can be leafed to than before. */
  moved() {
    if (!this.dialog.open) return;
    this.count(this.items[this.now]);
    this.tools(this.items[this.now]);
    this.film();
  }

  async step(by) {
    if (this.now + by === this.items.length) await older.load();
    if (this.now + by < 0) await this.earlier();
    this.go(this.now + by);
  }

  go(at) {
    const item = this.items[at];
    if (!item || !this.dialog.open) return;
    history.replaceState({ lightbox: item.path }, "", item.href);
    this.show(at);
  }

  box(item) {
    return item.link.isConnected ? item.link.parentElement.querySelector(".pick input") : null;
  }

  pressed(event) {
    const film = event.target.closest("[data-at]");
    if (film && plain(event) && !event.shiftKey) {
      event.preventDefault();
      this.go(Number(film.dataset.at));
    }
    const name = event.target.closest("[data-do]")?.dataset.do;
    if (name) this.do(name, event);
  }

  do(name) {
    if (this.zoom.do(name)) return;
    if (name === "close") this.dialog.close();
    if (name === "next") this.step(1);
    if (name === "previous") this.step(-1);
    if (name === "pick") {
      this.box(this.items[this.now])?.click();
      this.tools(this.items[this.now]);
    }
    if (name === "details") {
      const panel = this.part("details");
      panel.hidden = !panel.hidden;
      for (const button of this.dialog.querySelectorAll("[aria-controls]")) button.setAttribute("aria-expanded", String(!panel.hidden));
      if (panel.hidden) this.dialog.querySelector("[aria-controls]").focus();
      this.details(this.items[this.now]);
    }
  }

  key(event) {
    if (!plain(event)) return;
    // A zoomed picture that has the focus is scrolled by the arrows.
    const arrow = { ArrowLeft: "previous", ArrowRight: "next" }[event.key];
    const scrolls = this.zoom.zoomed && document.activeElement === this.zoom.box;
    let name = event.shiftKey || scrolls ? undefined : arrow;
    if (!arrow && !keys_off()) name = VIEW_KEYS[event.key] ?? { x: "pick", i: "details", d: "download" }[event.key.toLowerCase()];
    if (!name) return;
    event.preventDefault();
    if (name === "download") this.dialog.querySelector("[data-do=download]")?.click();
    else this.do(name);
  }
}

/** On the picture's own page the picture itself can be zoomed and turned; the link around it has become a button below. */
const on_page = (frame) => {
  const image = frame.querySelector("img");
  const tools = document.querySelector(".viewer-tools");
  const box = document.createElement("div");
  box.className = "viewer-image zoom";
  box.tabIndex = 0;
  box.role = "group";
  box.ariaLabel = tools.getAttribute("aria-label");
  const size = ["width", "height"].map((name) => Number(image.getAttribute(name)));
  box.style.setProperty("--natural", `${size[1]}px`);
  frame.replaceWith(box);
  const zoom = new Zoom(box, image);
  zoom.show(...size);
  tools.addEventListener("click", (event) => zoom.do(event.target.closest("[data-do]")?.dataset.do));
  document.addEventListener("keydown", (event) => {
    if (!plain(event) || keys_off() || typing(event.target) || document.querySelector("dialog[open]")) return;
    // R asks again where the page offers that.
    const asks = event.key.toLowerCase() === "r" && document.querySelector("[accesskey=r]");
    if (!asks && zoom.do(VIEW_KEYS[event.key])) event.preventDefault();
  });
  // The page was loaded anew while it lay over the list: the list's address is one step back, in this very document.
  const here = location.pathname;
  addEventListener("popstate", () => location.pathname !== here && location.reload());
};

if (template) new Lightbox();
const frame = document.querySelector(".viewer-image");
if (frame) on_page(frame);

document.documentElement.dataset.large = "true";
