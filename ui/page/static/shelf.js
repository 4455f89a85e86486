// The library pane: adding, finding and sorting articles, and choosing those to ask.
import { quoth, say } from "./chat.js";

Object.assign(quoth, {
  chosen: {}, find: "", order: "", looked: Date.now(), unfolded: new Set(),

  // ---- adding: files are uploaded in groups; the server keeps them until it adds a group to the library ----
  async add(files) {
    const all = [...files], refused = [];
    for (let at = 0; at < all.length; at += 100) {
      const tokens = [];
      for (const [number, file] of all.slice(at, at + 100).entries()) {
        this.doing(say("Sending file {number} of {all} …", { number: at + number + 1, all: all.length }), 0);
        const said = await this.upload(file);
        said.token ? tokens.push(said.token) : refused.push(said.error);
      }
      const before = at ? [...document.querySelectorAll("#quoth-said li")] : []; // rejections of earlier groups
      if (tokens.length) await this.change("take", { files: tokens });
      this.refusedToo(before);
    }
    this.doing("");
    if (!refused.length) return document.querySelector("#quoth-refused")?.replaceChildren();
    this.tell(refused.join(" "));
    const lines = refused.map((reason) => this.made("li", { textContent: reason }));
    document.querySelector("#quoth-refused").replaceChildren(...lines);
  },
  refusedToo(lines) {
    if (!lines.length) return;
    const box = document.querySelector("#quoth-said");
    if (!box.querySelector("ul"))
      box.append(this.made("p", { className: "quoth-error", textContent: say("Not added:") }), this.made("ul", {}));
    box.querySelector("ul").prepend(...lines);
  },
  async upload(file) {
    try {
      const answer = await fetch(`upload?${new URLSearchParams({ name: file.name })}`, { method: "POST", body: file });
      const isJson = answer.headers.get("content-type")?.startsWith("application/json");
      return isJson ? await answer.json() : { error: await answer.text() };
    } catch { return { error: say("{file} could not be sent.", { file: file.name }) }; }
  },
  async dropped(transfer) { // adds dropped files and the contents of folders, except hidden ones
    const files = [];
    const walk = async (entry) => {
      if (entry.name.startsWith(".")) return;
      if (entry.isFile) return files.push(await new Promise((done, failed) => entry.file(done, failed)));
      const reader = entry.createReader();
      const some = () => new Promise((done, failed) => reader.readEntries(done, failed)); // at most a hundred
      for (let found = await some(); found.length; found = await some()) for (const one of found) await walk(one);
    };
    const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()); // not available after the first await
    if (!entries.length || entries.some((entry) => !entry)) return this.add(transfer.files);
    try { for (const entry of entries) await walk(entry); }
    catch { return this.fail(say("The folder could not be read.")); }
    return this.add(files);
  },
  async change(what, given) { // the server reports progress in lines of JSON; the last has the result
    const answer = await this.post(what, given);
    if (!answer) return;
    let rest = "", last = {}, drawn = Date.now();
    try {
      const lines = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await lines.read(); !part.done; part = await lines.read()) {
        const whole = (rest + part.value).split("\n");
        rest = whole.pop();
        if (whole.length) last = JSON.parse(whole.at(-1));
        if (last.doing) this.doing(last.doing, last.share);
        if (last.share > 0 && Date.now() - drawn > 3000) { // the articles added so far can be asked
          drawn = Date.now();
          this.redraw(await this.send("shelf"));
          this.doing(last.doing, last.share);
        }
      }
    } catch { this.fail(say("Something went wrong on the server. Its log has the details.")); }
    this.doing("");
    if (last.said === undefined) return;
    const lost = document.activeElement?.closest("#quoth-list, #quoth-said"); // will be replaced
    this.redraw(last, last.said);
    if (lost) document.querySelector("#quoth-said button, .quoth-filter")?.focus();
    this.tell(document.querySelector("#quoth-said").textContent);
    this.suggest();
  },
  doing(text, share = 0) {
    for (const box of document.querySelectorAll(".quoth-doing")) {
      box.replaceChildren();
      if (text) box.append(this.made("progress", { max: 1, value: share, ariaLabel: text }), ` ${text}`);
    }
  },
  redraw(drawn, said) {
    if (!drawn) return;
    if (said !== undefined) this.fill({ "quoth-said": said });
    if (drawn.shelf === undefined) return; // the library cannot be read at present
    this.fill({ "quoth-begin": drawn.begin });
    this.drawShelf(drawn.shelf);
  },
  drawShelf(html) { // replaces the list; the text and the focus of its search field stay
    const typing = document.activeElement?.classList.contains("quoth-filter");
    this.fill({ "quoth-list": html });
    const field = document.querySelector(".quoth-filter"), order = document.querySelector(".quoth-order");
    if (field) Object.assign(field, { value: this.find });
    if (order) Object.assign(order, { value: this.order });
    if (typing) field?.focus();
    if (this.order) this.sort();
    this.filter();
    this.shelved();
  },
  async look() { // shows files changed on disk when the page becomes visible again
    if (document.hidden || Date.now() - this.looked < 30000) return;
    this.looked = Date.now();
    const drawn = await this.send("shelf");
    if (drawn) this.drawShelf(drawn.shelf);
  },

  // ---- the articles to ask: ticks, an author, dates; null for all ----
  narrowing() {
    const given = Object.entries(this.chosen).filter(([, value]) => value?.length);
    return given.length ? Object.fromEntries(given) : null;
  },
  narrow(chosen) {
    this.chosen = chosen;
    this.shelved();
  },
  ticks() { return [...document.querySelectorAll(".quoth-tick")]; },
  shelved() { // after the list was replaced or the choice has changed
    const there = new Set(this.ticks().map((tick) => tick.dataset.source));
    this.chosen.sources = this.chosen.sources?.filter((source) => there.has(source));
    const sources = new Set(this.chosen.sources);
    for (const tick of this.ticks()) tick.checked = sources.has(tick.dataset.source);
    for (const field of document.querySelectorAll("[data-only]")) field.value = this.chosen[field.dataset.only] ?? "";
    const line = document.querySelector("#quoth-narrowed"), { author, since, until } = this.chosen;
    const parts = [sources.size && say("{count} of {all} articles", { count: sources.size, all: there.size }),
      author && say("by {author}", { author }), since && say("since {day}", { day: since }),
      until && say("until {day}", { day: until })].filter(Boolean);
    line?.replaceChildren();
    if (!parts.length) return;
    line?.append(`${say("Asking only {articles}.", { articles: parts.join(", ") })} `,
      this.button("quoth-all", say("Ask all")));
  },
  filter() { // a group whose name has the words shows all its articles
    const words = this.find.toLowerCase().split(/\s+/), all = words.every((word) => !word);
    const fits = (text) => words.every((word) => text.includes(word));
    const shows = (item, name = "") => {
      item.hidden = !fits(`${name} ${item.textContent.toLowerCase()}`);
      return !item.hidden;
    };
    for (const row of document.querySelectorAll(".quoth-items > li")) {
      const fold = row.querySelector("details");
      if (!fold) { shows(row); continue; }
      const name = fold.dataset.group.toLowerCase(), items = [...fold.querySelectorAll(".quoth-item")];
      row.hidden = items.filter((item) => shows(item, name)).length === 0;
      fold.open = all ? this.unfolded.has(fold.dataset.group) : !row.hidden && !fits(name);
    }
  },
  sort() {
    const key = this.order, down = !key || key === "title" ? 1 : -1, { compare } = new Intl.Collator();
    const by = (item) => item.dataset[key || "place"];
    for (const list of document.querySelectorAll(".quoth-items, .quoth-within")) {
      const items = [...list.children];
      items.forEach((item, place) => { item.dataset.place ??= String(place).padStart(7, "0"); });
      list.append(...items.sort((a, b) => down * compare(by(a), by(b))));
    }
  },
});

Object.assign(quoth.clicks, {
  "quoth-act": ({ dataset }) => quoth.change("act", { do: dataset.do, article: Number(dataset.article ?? 0) }),
  "quoth-all": () => { quoth.narrow({}); quoth.box().focus(); },
});

document.addEventListener("change", ({ target }) => {
  if (target.matches?.("#quoth-shell input[type=file]")) {
    const files = [...target.files].filter((file) => !/(^|\/)\./.test(file.webkitRelativePath));
    quoth.add(files).finally(() => { target.value = ""; });
  } else if (target.matches?.(".quoth-order")) { quoth.order = target.value; quoth.sort(); }
  else if (target.matches?.(".quoth-tick")) {
    const sources = quoth.ticks().filter((tick) => tick.checked).map((tick) => tick.dataset.source);
    quoth.narrow({ ...quoth.chosen, sources });
  } else if (target.dataset?.only) quoth.narrow({ ...quoth.chosen, [target.dataset.only]: target.value });
});
document.addEventListener("click", (event) => { // a click or a key on the name of a group
  const fold = event.target.closest?.(".quoth-group summary")?.parentElement;
  if (fold) quoth.unfolded[fold.open ? "delete" : "add"](fold.dataset.group);
});
document.addEventListener("input", ({ target }) => {
  if (!target.classList?.contains("quoth-filter")) return;
  quoth.find = target.value;
  quoth.filter();
});
for (const kind of ["dragover", "dragleave", "drop"]) document.addEventListener(kind, (event) => {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault(); // the browser must not open the file instead of the page
  const may = Boolean(document.querySelector(".quoth-drop"));
  quoth.page.classList.toggle("quoth-dropping", kind === "dragover" && may);
  if (kind === "drop" && may) quoth.dropped(event.dataTransfer);
});
document.addEventListener("visibilitychange", () => quoth.look());
