// What Gradio has no way for: citations that open their article, keys, copying, and conversations kept in the browser.
const quoth = (window.quoth = {
  questions: [], turn: null, place: null, act: null, format: null, given: [], current: null, seen: null, opening: true,

  // ---- asking: what is asked is the list of all questions; answers are made anew from it ----
  asked(text) {
    if (!text.trim()) return this.questions;
    this.questions = [...this.questions.slice(0, this.turn ?? this.questions.length), text.trim()];
    this.turn = null;
    this.keep();
    this.say("Searching …");
    document.querySelector("#quoth-answers").setAttribute("aria-busy", "true");
    return this.questions;
  },
  answered() {
    document.querySelector("#quoth-answers").removeAttribute("aria-busy");
    const turn = document.querySelector(".quoth-turn");
    if (!turn) return this.say("");
    const quotes = turn.querySelectorAll(".quoth-card").length;
    const error = turn.querySelector(".quoth-error")?.textContent;
    this.say(error ?? (turn.querySelector(".quoth-absent") ? "Not found in the articles." : `${quotes} quote${quotes === 1 ? "" : "s"} found.`));
    document.querySelector("#quoth-talk").scrollTo?.({ top: 0 });
  },
  say(text) { const box = document.querySelector("#quoth-status"); if (box) box.textContent = text; },
  box() { return document.querySelector("#quoth-ask textarea"); },
  put(text) {
    const box = this.box();
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, text);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  },

  // ---- conversations, in this browser only ----
  all() { try { return JSON.parse(localStorage.getItem("quoth-conversations")) ?? []; } catch { return []; } },
  store(all) { try { localStorage.setItem("quoth-conversations", JSON.stringify(all.slice(0, 50))); } catch { /* private window */ } },
  keep() {
    // In another tab this conversation may have gone on; then this tab's goes on as one of its own.
    const stored = this.stored();
    if (!this.current || (stored && stored !== this.seen)) this.current = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    this.seen = JSON.stringify(this.questions);
    this.store([{ id: this.current, questions: this.questions }, ...this.all().filter((c) => c.id !== this.current)]);
    this.list();
  },
  stored() { const talk = this.all().find((c) => c.id === this.current); return talk && JSON.stringify(talk.questions); },
  open(id) {
    this.current = id;
    this.seen = this.stored();
    this.questions = this.all().find((c) => c.id === id)?.questions ?? [];
    this.turn = null;
    this.list();
    document.querySelector("#quoth-replay").click();
  },
  forget(id) {
    this.store(this.all().filter((c) => c.id !== id));
    id === this.current ? this.open(null) : this.list();
  },
  start() {
    this.current = sessionStorage.getItem("quoth-current");
    this.all().some((c) => c.id === this.current) ? this.open(this.current) : this.list();
  },
  list() {
    this.current ? sessionStorage.setItem("quoth-current", this.current) : sessionStorage.removeItem("quoth-current");
    const list = document.querySelector("#quoth-conversations");
    if (!list) return;
    list.replaceChildren(...this.all().map((talk) => {
      const item = document.createElement("li"), open = document.createElement("button"), drop = document.createElement("button");
      open.type = drop.type = "button";
      open.className = "quoth-conversation"; open.dataset.id = talk.id; open.textContent = talk.questions[0] ?? "Empty"; open.dir = "auto";
      if (talk.id === this.current) open.setAttribute("aria-current", "true");
      drop.className = "quoth-forget"; drop.dataset.id = talk.id; drop.textContent = "Delete";
      drop.setAttribute("aria-label", `Delete the conversation ${open.textContent}`);
      item.append(open, drop);
      return item;
    }));
  },
  download([name, text]) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  },

  // ---- adding articles ----
  async add(files) {
    const tokens = [], refused = [];
    for (const [number, file] of [...files].entries()) {
      this.say(`Sending file ${number + 1} of ${files.length} …`);
      try {
        const answer = await fetch(`upload?${new URLSearchParams({ name: file.name })}`, { method: "POST", body: file });
        const said = answer.headers.get("content-type")?.startsWith("application/json") ? await answer.json() : { error: await answer.text() };
        said.token ? tokens.push(said.token) : refused.push(said.error);
      } catch { refused.push(`${file.name} could not be sent.`); }
    }
    this.say(refused.join(" "));
    const list = document.querySelector("#quoth-refused");
    list.replaceChildren(...refused.map((reason) => Object.assign(document.createElement("li"), { textContent: reason })));
    this.given = tokens;
    if (tokens.length) document.querySelector("#quoth-taker").click();
  },

  // ---- the source ----
  cites() { return [...document.querySelectorAll("#quoth-answers .quoth-cite")]; },
  show(cite) {
    const { article, source, start, end, from, to, quote } = cite.dataset;
    this.opening = true;
    this.place = { article: Number(article), start: Number(start), end: Number(end), passage: from ? [Number(from), Number(to)] : null, page: null };
    document.querySelectorAll(".quoth-cite[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
    cite.setAttribute("aria-current", "true");
    history.replaceState(null, "", this.address(source, start, end, quote));
    document.querySelector("#quoth-open").click();
  },
  address(source, start, end, quote) { // with the quote, so that it is noticed when the article has changed since
    return `${location.pathname}?${new URLSearchParams({ source, start, end, ...(quote && { quote: JSON.parse(quote) }) })}`;
  },
  step(by) {
    const cites = this.cites(), at = cites.findIndex((c) => c.hasAttribute("aria-current"));
    const next = cites[Math.min(Math.max(at + by, 0), cites.length - 1)];
    if (next) this.show(next);
  },
  turnTo(page) {
    this.opening = false; // the person looks at the page, not for the quote in its text
    this.place = { ...this.place, page };
    document.querySelector("#quoth-open").click();
  },
  zoom(button) {
    const large = button.closest(".quoth-sheet").querySelector(".quoth-page").classList.toggle("quoth-large");
    button.setAttribute("aria-pressed", String(large));
  },
  back() {
    this.opening = false; // a source that still loads must not take the focus back
    const cite = document.querySelector(".quoth-cite[aria-current]");
    const turn = cite?.closest(".quoth-turn");
    (turn ?? this.box())?.scrollIntoView({ block: "start" });
    (cite ?? this.box())?.focus({ preventScroll: true });
  },
  scroll() {
    requestAnimationFrame(() => {
      if (!this.opening) return;
      const quote = document.querySelector("#quoth-quote"), box = quote?.closest(".quoth-text");
      if (!box) return;
      const spot = document.querySelector(".quoth-box"), frame = spot?.closest(".quoth-sheet-frame");
      if (frame) frame.scrollTop += spot.getBoundingClientRect().top - frame.getBoundingClientRect().top - frame.clientHeight / 3;
      box.scrollTop += quote.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
      if (window.innerWidth < 800) document.querySelector("#quoth-source").scrollIntoView({ block: "start" });
      quote.focus({ preventScroll: true });
    });
  },

  // ---- copying ----
  copy(button) {
    const made = JSON.parse(button.parentElement.dataset.made), cite = button.closest(".quoth-card").querySelector(".quoth-cite").dataset;
    const link = new URL(this.address(cite.source, cite.start, cite.end, cite.quote), location.href).href;
    const done = this.toClipboard({ ...made, markdown: `${made.markdown}(${link})`, link }[button.dataset.as]);
    this.say(done ? "Copied." : "The browser does not allow copying here.");
  },
  // Over plain http, as in a home network, there is no navigator.clipboard; a copy event's data is taken as it is, line ends too.
  toClipboard(text) {
    let done = false;
    const give = (event) => { event.clipboardData.setData("text/plain", text); event.preventDefault(); done = true; };
    const box = document.createElement("textarea"), before = document.activeElement;
    box.value = "x"; // without a selection some browsers send no copy event
    box.className = "quoth-hidden-text";
    document.body.append(box);
    box.select();
    document.addEventListener("copy", give, { capture: true, once: true });
    document.execCommand("copy");
    document.removeEventListener("copy", give, { capture: true });
    box.remove();
    before?.focus({ preventScroll: true });
    return done;
  },
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button");
  if (!button) return;
  const is = (name) => button.classList.contains(name);
  if (is("quoth-cite")) quoth.show(button);
  else if (is("quoth-copy")) quoth.copy(button);
  else if (is("quoth-move")) button.dataset.to === "back" ? quoth.back() : quoth.step(button.dataset.to === "next" ? 1 : -1);
  else if (is("quoth-page-move")) quoth.turnTo(Number(button.dataset.page));
  else if (is("quoth-zoom")) quoth.zoom(button);
  else if (is("quoth-edit")) { quoth.turn = Number(button.dataset.turn); quoth.put(button.dataset.ask); }
  else if (is("quoth-example")) quoth.put(button.textContent);
  else if (is("quoth-conversation")) quoth.open(button.dataset.id);
  else if (is("quoth-forget")) quoth.forget(button.dataset.id);
  else if (is("quoth-new")) { quoth.open(null); quoth.box().focus(); }
  else if (is("quoth-export")) { quoth.format = button.dataset.format; document.querySelector("#quoth-exporter").click(); }
  else if (is("quoth-act")) {
    quoth.act = { do: button.dataset.do, article: Number(button.dataset.article ?? 0) };
    document.querySelector("#quoth-actor").click();
  } else if (is("quoth-sort")) {
    const head = button.closest("th"), body = head.closest("table").tBodies[0], column = head.cellIndex;
    const down = head.getAttribute("aria-sort") === "ascending", key = (row) => row.cells[column].dataset.key ?? row.cells[column].textContent;
    head.parentElement.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    body.append(...[...body.rows].sort((a, b) => (down ? -1 : 1) * key(a).localeCompare(key(b))));
  }
});

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("#quoth-add input")) return;
  quoth.add(event.target.files).finally(() => { event.target.value = ""; });
});
for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault(); // a file that misses the box must not open in place of the page
  if (kind === "drop" && event.target.closest?.(".quoth-drop")) quoth.add(event.dataTransfer.files);
});

window.addEventListener("storage", () => quoth.list()); // another tab's conversations

document.addEventListener("input", (event) => {
  if (!event.target.classList?.contains("quoth-filter")) return;
  const words = event.target.value.toLowerCase().split(/\s+/);
  for (const row of event.target.closest(".quoth-shelf").querySelectorAll("tbody tr"))
    row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "Escape") { quoth.back(); return; }
  if (typing) return;
  const act = { "/": () => quoth.box().focus(), j: () => quoth.step(1), k: () => quoth.step(-1) }[event.key];
  if (act) { event.preventDefault(); act(); }
});
