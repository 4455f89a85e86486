// The kept quotes, with notes, in this browser; actions on words selected in an article; a quote as a picture.
import { quoth, say } from "./chat.js";

Object.assign(quoth, {
  kept() { return this.read("quoth-kept") ?? []; },
  collect(items) {
    const kept = this.write("quoth-kept", items);
    if (!kept) this.fail(say("The browser cannot store this: its storage is full or not allowed."));
    this.collected();
    return kept;
  },
  isKept(item) { return (other) => ["source", "start", "end"].every((key) => other[key] === item[key]); },
  quoteOf(card) {
    const { source, start, end } = card.querySelector(".quoth-cite").dataset;
    const { source: named, quote: text } = JSON.parse(card.querySelector(".quoth-copying").dataset.made);
    return { text, source, start: Number(start), end: Number(end), named, note: "" };
  },
  keepOrDrop(item) {
    const others = this.kept().filter((other) => !this.isKept(item)(other)), had = others.length < this.kept().length;
    const done = this.collect(had ? others : [...others, item]);
    if (done) this.tell(had ? say("Removed from kept quotes.") : say("Kept."));
  },
  starred() { // shows which quotes of the conversation are kept
    const kept = new Set(this.kept().map(({ source, start, end }) => JSON.stringify([source, start, end])));
    for (const star of document.querySelectorAll("#quoth-turns .quoth-keep")) {
      const { source, start, end } = star.closest(".quoth-card").querySelector(".quoth-cite").dataset;
      const is = kept.has(JSON.stringify([source, Number(start), Number(end)]));
      star.textContent = is ? "★" : "☆";
      star.setAttribute("aria-pressed", String(is));
    }
  },
  collected() {
    const kept = this.kept(), box = document.querySelector("#quoth-basket");
    if (!box) return;
    document.querySelector("#quoth-count").textContent = kept.length || "";
    document.querySelector("#quoth-basket-foot").hidden = !kept.length;
    document.querySelector("#quoth-checked").replaceChildren(); // the check was of other quotes
    const none = this.made("p", {
      className: "quoth-note", textContent: say("Click ☆ at a quote to keep it here, with a note."),
    });
    box.replaceChildren(...(kept.length ? [this.made("ol", { className: "quoth-kept" })] : [none]));
    box.firstElementChild.append(...(kept.length ? kept.map((item, place) => this.keptItem(item, place, kept)) : []));
    this.starred();
  },
  keptItem(item, place, kept) {
    const line = this.made("li", {}), cite = this.button("quoth-cite", item.named);
    const note = this.made("textarea", { value: item.note, placeholder: say("A note"), rows: 1 });
    note.ariaLabel = say("Note on kept quote {number}", { number: place + 1 });
    note.addEventListener("input", () => {
      this.write("quoth-kept", this.kept().map((one) => (this.isKept(item)(one) ? { ...one, note: note.value } : one)));
    });
    Object.assign(cite.dataset, { source: item.source, start: item.start, end: item.end });
    cite.dataset.quote = JSON.stringify([...item.text].slice(0, 600).join(""));
    const move = (by, sign, name) => {
      const button = this.button("quoth-kept-move", sign, name);
      button.disabled = !kept[place + by];
      button.addEventListener("click", () => {
        const items = this.kept();
        [items[place], items[place + by]] = [items[place + by], items[place]];
        this.collect(items);
        document.querySelectorAll(".quoth-kept > li")[place + by].querySelector("textarea").focus();
      });
      return button;
    };
    const drop = this.button("quoth-kept-drop", "×", say("Remove from kept quotes"));
    drop.addEventListener("click", () => {
      this.keepOrDrop(item);
      const notes = document.querySelectorAll(".quoth-kept textarea");
      (notes[Math.min(place, notes.length - 1)] ?? document.querySelector('.quoth-tab[data-tab="basket"]')).focus();
    });
    const quote = this.made("blockquote", { dir: "auto", textContent: item.text });
    const foot = this.made("p", { className: "quoth-kept-foot" });
    foot.append(cite, move(-1, "↑", say("Move up")), move(1, "↓", say("Move down")), drop);
    line.append(quote, foot, note);
    return line;
  },
  async exportKept(format) {
    const items = this.kept(), made = await this.send("basket", { format, items });
    if (!made) return;
    this.download(made);
    const lines = document.querySelectorAll(".quoth-kept > li");
    made.standing.forEach((standing, place) => { if (lines[place]) lines[place].dataset.standing = standing; });
    const gone = made.standing.filter((standing) => standing === "changed" || standing === "gone").length;
    const result = gone
      ? say("{count} of {all} quotes are no longer in the articles word for word. The document says which.",
        { count: gone, all: items.length })
      : say("All quotes are in the articles, word for word.");
    document.querySelector("#quoth-checked").textContent = result;
  },

  // ---- words selected in an article ----
  selected() {
    const chosen = getSelection(), view = this.visible(".quoth-formatted, .quoth-text");
    const range = chosen?.rangeCount && !chosen.isCollapsed ? chosen.getRangeAt(0) : null;
    if (!range || !view?.contains(range.commonAncestorContainer) || !range.toString().trim()) return null;
    const text = [...document.querySelector(".quoth-text").textContent]; // places count characters, not UTF-16
    const [start, end] = view.matches(".quoth-text") ? this.inText(view, range) : this.inFormatted(view, range);
    const whole = text.slice(start, end).join(""), words = whole.trim();
    if (!words) return null;
    const first = start + [...whole.slice(0, whole.indexOf(words))].length;
    const { source } = document.querySelector(".quoth-source-head").dataset;
    const named = document.querySelector(".quoth-source-head h2").textContent;
    const item = { text: words, source, start: first, end: first + [...words].length, named, note: "" };
    return { item, place: range.getBoundingClientRect() };
  },
  before(node, container, offset) { // the number of characters of a node before a place in it
    const range = document.createRange();
    range.setStart(node, 0);
    range.setEnd(container, offset);
    return [...range.toString()].length;
  },
  inText(view, range) {
    const start = this.before(view, range.startContainer, range.startOffset);
    return [start, start + [...range.toString()].length];
  },
  inFormatted(view, range) { // each run of characters names its place; one that stands for markup is taken whole
    const runs = [...view.querySelectorAll("[data-at]")].filter((run) => range.intersectsNode(run));
    const edge = (run, container, offset, isEnd) => {
      const at = Number(run.dataset.at), to = Number(run.dataset.to);
      if (!run.contains(container)) return isEnd ? to : at;
      const count = this.before(run, container, offset);
      return [...run.textContent].length === to - at ? at + count : isEnd && count ? to : at;
    };
    if (!runs.length) return [0, 0];
    return [edge(runs[0], range.startContainer, range.startOffset, false),
      edge(runs.at(-1), range.endContainer, range.endOffset, true)];
  },
  offer() {
    const found = this.selected();
    let bar = document.querySelector(".quoth-chosen");
    if (!found) return bar?.remove();
    bar ??= this.chooser();
    const above = found.place.top - 48, head = document.querySelector("#quoth-panes").getBoundingClientRect().top;
    const top = above > head ? above : found.place.bottom + 10;
    bar.style.top = `${Math.min(Math.max(top, head), innerHeight - bar.offsetHeight - 8)}px`;
    bar.style.left = `${Math.min(Math.max(found.place.left, 8), innerWidth - bar.offsetWidth - 8)}px`;
  },
  chooser() {
    const bar = this.made("div", { className: "quoth-chosen", role: "toolbar", ariaLabel: say("The selected words") });
    bar.append(...[["ask", say("Ask about this")], ["search", say("Search for this")], ["keep", say("Keep")]].map(
      ([way, label]) => {
        const button = this.button("quoth-chosen-way", label);
        button.dataset.way = way;
        return button;
      }));
    document.querySelector("#quoth-shell").append(bar);
    return bar;
  },
  use(way) {
    const { item } = this.selected() ?? {};
    getSelection().removeAllRanges();
    if (!item) return;
    if (way === "keep") return this.kept().some(this.isKept(item)) ? this.tell(say("Kept.")) : this.keepOrDrop(item);
    way === "search" ? this.ask(`“${item.text}”`, "search") : this.put(`${item.text.replace(/\s+/g, " ")} `);
  },

  // ---- a picture of a quote ----
  picture(card) {
    const { text, named, source } = this.quoteOf(card), scale = 2, width = 760, edge = 48;
    const canvas = this.made("canvas", {}), draw = canvas.getContext("2d");
    const serif = "Palatino, Georgia, 'Liberation Serif', serif", sans = "system-ui, 'Liberation Sans', sans-serif";
    const parts = [[`“${text}”`, `24px ${serif}`, 36, "#1b1a17"], [`— ${named}`, `16px ${sans}`, 24, "#5c574e"],
      [source, `13px ${sans}`, 20, "#5c574e"]];
    const lines = parts.flatMap(([words, font, height, colour], part) => {
      draw.font = font;
      return this.wrapped(words, (line) => draw.measureText(line).width <= width - 2 * edge)
        .map((line, number) => ({ line, font, colour, height: height + (part === 1 && !number ? 12 : 0) }));
    });
    const high = lines.reduce((sum, line) => sum + line.height, 2 * edge);
    Object.assign(canvas, { width: width * scale, height: high * scale });
    draw.scale(scale, scale);
    draw.fillStyle = "#fffefb";
    draw.fillRect(0, 0, width, high);
    draw.fillStyle = "#1c4a7c";
    draw.fillRect(edge / 2, edge, 3, high - 2 * edge);
    let at = edge - 8;
    for (const { line, font, colour, height } of lines) {
      Object.assign(draw, { font, fillStyle: colour });
      draw.fillText(line, edge, (at += height));
    }
    canvas.toBlob((blob) => this.save("quote.png", blob));
  },
  wrapped(text, fits) { // splits a text into lines, at the word boundaries of its language
    const words = new Intl.Segmenter(undefined, { granularity: "word" });
    return text.split("\n").flatMap((paragraph) => {
      const lines = [""];
      for (const { segment } of words.segment(paragraph)) {
        if (fits(lines.at(-1) + segment.trimEnd()) || !lines.at(-1)) lines[lines.length - 1] += segment;
        else lines.push(segment.trimStart());
      }
      return lines;
    });
  },
});

Object.assign(quoth.clicks, {
  "quoth-keep": (button) => quoth.keepOrDrop(quoth.quoteOf(button.closest(".quoth-card"))),
  "quoth-basket-show": () => {
    quoth.turnTab("basket");
    quoth.page.dataset.source = "open";
    quoth.go("source");
  },
  "quoth-basket-export": (button) => quoth.exportKept(button.dataset.format),
  "quoth-chosen-way": (button) => quoth.use(button.dataset.way),
  "quoth-picture": (button) => {
    button.closest("details").open = false;
    quoth.picture(button.closest(".quoth-card"));
  },
});
document.addEventListener("selectionchange", () => quoth.offer());
document.addEventListener("pointerdown", (event) => { // a click on the toolbar must not clear the selection
  if (event.target.closest?.(".quoth-chosen")) event.preventDefault();
});
