// Zooming, panning and turning one picture in a box that scrolls. Only the view changes, never the picture. Panning is the box's own
// scrolling, so fingers, wheels, arrow keys and assistive technology do it as anywhere; a mouse may drag too.

/** How much one press of a button or key zooms. */
const STEP = 1.5;
/** A pointer that moves less than this (pixels) has clicked. */
const STILL = 4;
/** A finger that moves this far sideways (pixels) has swiped. */
const SWIPE = 48;

export class Zoom {
  #sheet = document.createElement("div");
  #image;
  #size = [1, 1];
  #zoom = 1;
  #turns = 0;
  #fit = 1;
  #start = null;

  /** `box` scrolls, `image` is put into it. `always`: the wheel zooms, too, where nothing is zoomed yet. `swipe`: called with -1 or 1. */
  constructor(box, image, { always = false, swipe } = {}) {
    this.box = box;
    this.#image = image;
    this.#sheet.className = "zoom-sheet";
    this.#sheet.append(image);
    box.append(this.#sheet);
    new ResizeObserver(() => this.#draw()).observe(box);
    box.addEventListener("wheel", (event) => this.#wheel(event, always), { passive: false });
    box.addEventListener("pointerdown", (event) => this.#down(event));
    box.addEventListener("pointermove", (event) => this.#move(event));
    box.addEventListener("pointerup", (event) => this.#up(event, swipe));
    box.addEventListener("pointercancel", () => (this.#start = null));
    box.addEventListener("click", (event) => this.#click(event));
    image.draggable = false;
  }

  get zoomed() {
    return this.#zoom > 1;
  }

  /** Another picture, whole and upright. `width` and `height` as shown, in pixels. */
  show(width, height) {
    this.#size = [width || 1, height || 1];
    this.#turns = 0;
    this.fit();
  }

  larger() {
    this.#to(this.#zoom * STEP);
  }

  smaller() {
    this.#to(this.#zoom / STEP);
  }

  fit() {
    this.#to(1);
  }

  /** A quarter to the right, or with -1 to the left. */
  turn(by = 1) {
    this.#turns += by;
    this.fit();
  }

  /** What a button or key named so does; whether it was one of these. */
  do(name) {
    const known = {
      larger: () => this.larger(),
      smaller: () => this.smaller(),
      fit: () => this.fit(),
      right: () => this.turn(1),
      left: () => this.turn(-1),
    };
    known[name]?.();
    return name in known;
  }

  #draw() {
    const [width, height] = this.#size;
    const [across, down] = this.#turns % 2 === 0 ? [width, height] : [height, width];
    const space = this.box.getBoundingClientRect();
    this.#fit = Math.min(space.width / across, space.height / down, 1);
    const scale = this.#fit * this.#zoom;
    const pixels = (length) => `${Math.floor(length * scale)}px`;
    Object.assign(this.#sheet.style, { width: pixels(across), height: pixels(down) });
    Object.assign(this.#image.style, { width: pixels(width), height: pixels(height), rotate: `${this.#turns * 90}deg` });
    this.box.toggleAttribute("data-zoomed", this.zoomed);
  }

  /** Zooms so that what lies under `at` stays there. */
  #to(zoom, at) {
    const whole = this.box.getBoundingClientRect();
    const [x, y] = at ?? [whole.left + whole.width / 2, whole.top + whole.height / 2];
    const before = this.#sheet.getBoundingClientRect();
    const part = [(x - before.left) / (before.width || 1), (y - before.top) / (before.height || 1)];
    this.#zoom = Math.min(Math.max(zoom, 1), Math.max(4, 2 / this.#fit));
    this.#draw();
    const after = this.#sheet.getBoundingClientRect();
    this.box.scrollLeft += after.left + part[0] * after.width - x;
    this.box.scrollTop += after.top + part[1] * after.height - y;
  }

  #wheel(event, always) {
    if (!always && !this.zoomed && !event.ctrlKey) return;
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    this.#to(this.#zoom * Math.exp(-event.deltaY * lines * 0.002), [event.clientX, event.clientY]);
  }

  #down(event) {
    this.#start = event.isPrimary && event.button === 0 ? { x: event.clientX, y: event.clientY, left: this.box.scrollLeft, top: this.box.scrollTop } : null;
    this.moved = false;
  }

  #move(event) {
    const start = this.#start;
    if (!start || !event.isPrimary) return;
    const [x, y] = [event.clientX - start.x, event.clientY - start.y];
    if (Math.hypot(x, y) > STILL) this.moved = true;
    if (!this.moved || !this.zoomed || event.pointerType === "touch") return;
    if (!this.box.hasPointerCapture(event.pointerId)) this.box.setPointerCapture(event.pointerId);
    this.box.scrollLeft = start.left - x;
    this.box.scrollTop = start.top - y;
  }

  #up(event, swipe) {
    const start = this.#start;
    this.#start = null;
    if (!start || !swipe || this.zoomed || event.pointerType !== "touch") return;
    const [x, y] = [event.clientX - start.x, event.clientY - start.y];
    if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) swipe(x > 0 ? -1 : 1);
  }

  #click(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (this.moved || !this.#sheet.contains(event.target)) return;
    if (this.zoomed) return this.fit();
    this.#to(Math.max(2, 1 / this.#fit), [event.clientX, event.clientY]);
  }
}

/** The single keys of the view, by what they do. */
export const VIEW_KEYS = { "+": "larger", "=": "larger", "-": "smaller", "_": "smaller", 0: "fit", r: "right", R: "left" };
