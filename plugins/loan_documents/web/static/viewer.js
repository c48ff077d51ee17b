// The picture of a page with a box for each value; selecting a field zooms to it.
import { address } from "./api.js";
import { el, words } from "./dom.js";

export const level = (value) => (value >= 0.95 ? "good" : value >= 0.8 ? "low" : "bad");
const ZOOMS = [1, 1.5, 2, 3];
const LARGEST_BOX = 0.9;

export class Viewer {
  constructor(documentId, pages, fields, onPick = () => {}) {
    Object.assign(this, { documentId, pages, fields, onPick, page: 1, zoom: 1, current: null, onDraw: null });
    this.image = el("img", { alt: "" });
    this.layer = el("div");
    this.sheet = el("div", { class: "sheet" }, this.image, this.layer);
    this.scroll = el("div", { class: "sheet-scroll", tabindex: "0", role: "region", "aria-label": "Page" }, this.sheet);
    this.where = el("span", { class: "dim", "aria-live": "polite" });
    const button = (label, text, action) => el("button", { type: "button", class: "small", "aria-label": label, title: label, onclick: action }, text);
    this.previous = button("Previous page", "‹", () => this.turn(-1));
    this.next = button("Next page", "›", () => this.turn(1));
    this.boxes = el("button", { type: "button", class: "small", "aria-pressed": "true", onclick: () => this.toggleBoxes() }, "Boxes");
    this.element = el("section", { class: "viewer", "aria-label": "Pages" },
      el("div", { class: "bar" }, this.previous, this.where, this.next, el("span", { class: "grow" }), this.boxes,
        button("Zoom out", "−", () => this.setZoom(-1)), button("Zoom in", "+", () => this.setZoom(1)), button("Fit to the width", "Fit", () => this.fit())),
      this.scroll);
    this.sheet.addEventListener("pointerdown", (event) => this.#draw(event));
    this.image.addEventListener("error", () => { this.image.alt = "This page cannot be shown. Look at the original file."; this.element.dataset.state = "failed"; });
    this.image.addEventListener("load", () => { this.image.alt = `Page ${this.page}`; this.element.dataset.state = "shown"; });
  }

  start() { this.#open(this.fields.find((field) => field.page)?.page ?? 1); }

  #open(page) {
    this.page = Math.min(Math.max(1, page), this.pages);
    this.element.dataset.state = "loading";
    this.image.alt = "The page is loading …";
    this.image.src = address(`documents/${this.documentId}/pages/${this.page}/image`);
    this.where.textContent = `Page ${this.page} of ${this.pages}`;
    this.previous.disabled = this.page === 1;
    this.next.disabled = this.page === this.pages;
    this.#boxes();
  }

  #boxes() {
    this.layer.replaceChildren(...this.fields.filter((field) => field.page === this.page && field.bbox && area(field.bbox) < LARGEST_BOX).map((field) => {
      const [left, top, right, bottom] = field.bbox;
      const share = (value) => `${value * 100}%`;
      return el("button", { type: "button", class: `box ${level(field.confidence)}${field.name === this.current ? " current" : ""}`, title: words(field.name),
        "aria-label": `${words(field.name)}, on this page`, tabindex: "-1",
        style: { left: share(left - 0.003), top: share(top - 0.003), width: share(right - left + 0.006), height: share(bottom - top + 0.006) },
        onclick: () => { this.show(field.name); this.onPick(field.name); } });
    }));
  }

  // Show the field's page, zoom in, and centre the field.
  show(name) {
    this.current = name;
    const field = this.fields.find((one) => one.name === name);
    if (!field?.bbox || area(field.bbox) >= LARGEST_BOX) { this.#boxes(); return; }
    if (field.page !== this.page) this.#open(field.page); else this.#boxes();
    if (this.zoom < 1.5) this.#resize(1.5);
    const [left, top, right, bottom] = field.bbox;
    const centre = () => this.scroll.scrollTo({
      left: ((left + right) / 2) * this.sheet.clientWidth - this.scroll.clientWidth / 2,
      top: ((top + bottom) / 2) * this.sheet.clientHeight - this.scroll.clientHeight / 2,
    });
    if (this.image.complete && this.image.naturalWidth) centre(); else this.image.addEventListener("load", centre, { once: true });
  }

  turn(step) { this.#open(this.page + step); this.scroll.scrollTo({ top: 0 }); }
  fit() { this.#resize(1); this.scroll.scrollTo({ left: 0 }); }
  setZoom(step) { this.#resize(ZOOMS[Math.min(ZOOMS.length - 1, Math.max(0, ZOOMS.indexOf(this.zoom) + step))]); }
  #resize(zoom) { this.zoom = zoom; this.sheet.style.width = zoom === 1 ? "" : `${zoom * 100}%`; }
  toggleBoxes() { const shown = this.boxes.getAttribute("aria-pressed") === "true"; this.boxes.setAttribute("aria-pressed", String(!shown)); this.layer.hidden = shown; }

  // Draw a box for a value that was not found; calls back once with page and box.
  draw(done) { this.onDraw = done; this.element.classList.add("drawing"); }
  stopDrawing() { this.onDraw = null; this.element.classList.remove("drawing"); }
  #draw(event) {
    if (!this.onDraw) return;
    event.preventDefault();
    const place = (at) => { const box = this.sheet.getBoundingClientRect(); return [clamp((at.clientX - box.left) / box.width), clamp((at.clientY - box.top) / box.height)]; };
    const start = place(event);
    const mark = el("div", { class: "drawn" });
    this.sheet.append(mark);
    const box = (at) => { const end = place(at); return [Math.min(start[0], end[0]), Math.min(start[1], end[1]), Math.max(start[0], end[0]), Math.max(start[1], end[1])]; };
    const move = (at) => { const [l, t, r, b] = box(at); Object.assign(mark.style, { left: `${l * 100}%`, top: `${t * 100}%`, width: `${(r - l) * 100}%`, height: `${(b - t) * 100}%` }); };
    const end = (at) => {
      removeEventListener("pointermove", move);
      mark.remove();
      const drawn = box(at);
      if (area(drawn) > 0.00002) { const done = this.onDraw; this.stopDrawing(); done?.(this.page, drawn); }
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end, { once: true });
  }
}

const clamp = (value) => Math.min(1, Math.max(0, value));
const area = ([left, top, right, bottom]) => (right - left) * (bottom - top);
