// The panes: side by side on a wide screen; on a phone one at a time, with the browser's back button. The source. Keys.
import { quoth, say } from "./chat.js";

Object.assign(quoth, {
  place: null, opening: true, tab: "source",
  page: document.documentElement,
  phone: matchMedia("(max-width: 799px)"),

  // ---- which panes are open and how wide they are, stored in this browser ----
  layout() { return this.read("quoth-panes") ?? {}; },
  remember(change) {
    this.write("quoth-panes", { ...this.layout(), ...change });
    this.arrange();
  },
  arrange() {
    const layout = this.layout(), panes = document.querySelector("#quoth-panes");
    const source = Boolean(document.querySelector(".quoth-source-head")) || this.tab === "basket";
    const shown = { library: layout.library !== "closed", source };
    for (const [pane, sign] of [["library", 1], ["source", -1]]) {
      if (pane === "library" || !shown.source) this.page.dataset[pane] = shown[pane] ? "open" : "closed";
      if (layout[`${pane}Width`]) this.page.style.setProperty(`--${pane}`, `${layout[`${pane}Width`]}px`);
      const bar = panes?.querySelector(`.quoth-divider[data-pane="${pane}"]`);
      if (panes && !bar) panes.append(this.divider(pane, sign));
    }
    this.page.dataset.form = layout.form ?? "formatted";
    for (const one of document.querySelectorAll(".quoth-form"))
      one.setAttribute("aria-pressed", String(one.dataset.form === this.page.dataset.form));
    this.page.dataset.pane ??= "talk";
    const open = this.phone.matches ? this.page.dataset.pane === "library" : shown.library;
    document.querySelector(".quoth-show")?.setAttribute("aria-expanded", String(open));
  },
  divider(pane, sign) {
    const bar = this.made("div", { className: "quoth-divider", tabIndex: 0, role: "separator" });
    const side = () => document.querySelector(`#quoth-${pane}`).getBoundingClientRect();
    const widen = (wanted) => {
      const width = Math.round(Math.min(Math.max(wanted, 220), innerWidth * 0.6));
      bar.ariaValueNow = String(Math.round((100 * width) / innerWidth));
      this.remember({ [`${pane}Width`]: width });
    };
    bar.dataset.pane = pane;
    bar.ariaLabel = pane === "library" ? say("Width of the articles") : say("Width of the source");
    Object.assign(bar, { ariaOrientation: "vertical", ariaValueMin: "0", ariaValueMax: "60", ariaValueNow: "30" });
    bar.addEventListener("pointerdown", (event) => { bar.setPointerCapture(event.pointerId); event.preventDefault(); });
    bar.addEventListener("pointermove", (event) => {
      const { left, right } = side();
      if (bar.hasPointerCapture(event.pointerId)) widen(sign > 0 ? event.clientX - left : right - event.clientX);
    });
    bar.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 24, ArrowLeft: -24 }[event.key];
      if (step) { event.preventDefault(); widen(side().width + sign * step); }
    });
    return bar;
  },
  go(pane, address = location.href) { // on a phone: shows one pane, with an entry in the browser's history
    const now = this.page.dataset.pane ?? "talk";
    if (this.phone.matches && pane === "talk" && now !== "talk") history.back();
    else if (this.phone.matches && pane !== "talk" && now === "talk") history.pushState({ pane }, "", address);
    else if (address !== location.href) history.replaceState(history.state, "", address);
    this.page.dataset.pane = pane;
    this.arrange();
  },
  toggle(pane) {
    if (this.phone.matches) return this.go(this.page.dataset.pane === pane ? "talk" : pane);
    this.remember({ [pane]: this.page.dataset[pane] === "open" ? "closed" : "open" });
  },
  close(pane) {
    if (pane === "library" || this.phone.matches) return this.toggle(pane);
    this.page.dataset.source = "closed";
    this.go("talk", location.pathname);
    this.back();
  },

  // ---- the source ----
  turnTab(tab) { // shows the source or the kept quotes in the right pane
    this.tab = this.page.dataset.tab = tab;
    for (const one of document.querySelectorAll(".quoth-tab"))
      one.setAttribute("aria-pressed", String(one.dataset.tab === tab));
  },
  cites() { return [...document.querySelectorAll("#quoth-turns .quoth-cite")]; },
  show(cite) {
    const { article, source, start, end, from, to, quote } = cite.dataset;
    const passage = from ? [Number(from), Number(to)] : null;
    this.opening = true;
    this.place = article ? { article: Number(article), start: Number(start), end: Number(end), passage }
      : { address: { source, start, end, quote: JSON.parse(quote) } };
    for (const other of document.querySelectorAll(".quoth-cite[aria-current]")) other.removeAttribute("aria-current");
    cite.setAttribute("aria-current", "true");
    for (let fold = cite.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    this.page.dataset.source = "open";
    this.turnTab("source");
    this.go("source", this.address(source, start, end, quote));
    this.load();
  },
  async load() {
    const place = this.place, said = await this.send("source", place);
    if (!said || place !== this.place) return;
    this.fill({ "quoth-article": said.html });
    this.arrived();
  },
  address(source, start, end, quote) { // with the quote, so that the server notices if the article has changed
    const query = new URLSearchParams({ source, start, end, ...(quote && { quote: JSON.parse(quote) }) });
    return `${location.pathname}?${query}`;
  },
  step(by) {
    const cites = this.cites(), at = cites.findIndex((cite) => cite.hasAttribute("aria-current"));
    const next = cites[Math.min(Math.max(at + by, 0), cites.length - 1)];
    if (!next) return;
    this.show(next);
    next.scrollIntoView({ block: "nearest" });
  },
  turnTo(page) {
    this.opening = false; // turning pages must not scroll to the quote
    const article = Number(document.querySelector(".quoth-source-head").dataset.article);
    const { address, ...place } = this.place ?? {};
    this.place = { article, start: 0, end: 0, ...place, page };
    this.load();
  },
  zoom(button) {
    const large = button.closest(".quoth-sheet").querySelector(".quoth-page").classList.toggle("quoth-large");
    button.setAttribute("aria-pressed", String(large));
  },
  back() {
    this.opening = false; // a source that is still loading must not take the focus
    this.go("talk");
    const cite = this.cites().find((one) => one.hasAttribute("aria-current"));
    cite?.closest(".quoth-turn").scrollIntoView({ block: "start" });
    (cite ?? this.box())?.focus({ preventScroll: true });
  },
  visible(name) { // the one of the two views that is visible
    return [...document.querySelectorAll(name)].find((one) => one.checkVisibility());
  },
  turnForm(form) { // shows a Markdown article formatted, or its text; remembered in this browser
    this.remember({ form });
    this.visible("#quoth-quote, .quoth-first")?.scrollIntoView({ block: "center" });
  },
  heading(button) {
    const heading = this.visible(`.quoth-heading[data-start="${button.dataset.start}"]`);
    heading?.scrollIntoView({ block: "start" });
    heading?.focus({ preventScroll: true });
  },
  arrived() { // a source is on the page
    const shown = document.querySelector(".quoth-source-head");
    this.arrange();
    if (shown && this.page.dataset.source !== "open") { // the page was opened by a link
      this.page.dataset.source = "open";
      if (this.phone.matches) this.go("source");
    }
    requestAnimationFrame(() => {
      const quote = this.visible("#quoth-quote, .quoth-first");
      if (!this.opening || !quote) return;
      const spot = document.querySelector(".quoth-box"), frame = spot?.closest(".quoth-sheet-frame");
      const middle = frame?.getBoundingClientRect().top + frame?.clientHeight / 3;
      if (frame) frame.scrollTop += spot.getBoundingClientRect().top - middle;
      else quote.scrollIntoView({ block: "center" });
      quote.focus({ preventScroll: true });
    });
  },
});

Object.assign(quoth.clicks, {
  "quoth-cite": (button) => quoth.show(button),
  "quoth-show": (button) => quoth.toggle(button.dataset.pane),
  "quoth-close": (button) => quoth.close(button.dataset.pane),
  "quoth-move": ({ dataset: { to } }) => (to === "back" ? quoth.back() : quoth.step(to === "next" ? 1 : -1)),
  "quoth-form": (button) => quoth.turnForm(button.dataset.form),
  "quoth-tab": (button) => quoth.turnTab(button.dataset.tab),
  "quoth-heading-move": (button) => quoth.heading(button),
  "quoth-page-move": (button) => quoth.turnTo(Number(button.dataset.page)),
  "quoth-zoom": (button) => quoth.zoom(button),
});

quoth.arrange(); // before the first paint, so that the layout does not shift
window.addEventListener("popstate", (event) => {
  const before = quoth.page.dataset.pane;
  quoth.page.dataset.pane = event.state?.pane ?? "talk";
  quoth.arrange();
  if (before !== "talk" && quoth.page.dataset.pane === "talk") quoth.back();
});
quoth.phone.addEventListener("change", () => { quoth.page.dataset.pane = "talk"; quoth.arrange(); });

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    const menu = document.querySelector(".quoth-menu[open]");
    if (!menu) return quoth.back();
    menu.open = false;
    return menu.querySelector("summary").focus();
  }
  if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
  const ask = () => { quoth.go("talk"); quoth.box().focus(); };
  const act = { "/": ask, j: () => quoth.step(1), k: () => quoth.step(-1) }[event.key];
  if (act) { event.preventDefault(); act(); }
});
