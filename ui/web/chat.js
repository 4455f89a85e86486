// The conversation: asking, drawing what is new, keeping it in this browser, copying. Gradio has no way for these.
const quoth = (window.quoth = {
  questions: [], only: [], turn: null, number: 0, drawn: 0, format: null, current: null, seen: null,
  clicks: {}, // what a click on a button of a class does

  // ---- asking: what is sent is the whole conversation; what comes back is only what the page does not show yet ----
  asked(text) {
    const before = this.turn ?? this.questions.length;
    this.turn = null;
    if (!text.trim()) return this.talk(this.questions.length);
    const full = before >= 200; // as many as the server takes
    if (full) this.current = null;
    this.questions = full ? [] : this.questions.slice(0, before);
    this.only = full ? [] : this.only.slice(0, before);
    const same = this.only.length && JSON.stringify(this.narrowing()) === JSON.stringify(this.lastOnly());
    this.only.push(same ? 1 : this.narrowing());
    this.questions.push(text.trim());
    this.keep();
    this.wait(text.trim());
    return this.talk(this.questions.length - 1);
  },
  lastOnly() { return this.only.findLast((only) => only !== 1) ?? null; },
  replayed() { this.wait(""); return this.talk(0); },
  talk(shown) { return { questions: this.questions, only: this.only, shown, number: ++this.number }; },
  turns() { return document.querySelector("#quoth-turns"); },
  wait(question) {
    this.say("Searching …");
    document.querySelector("#quoth-answers").setAttribute("aria-busy", "true");
    if (!question) return;
    for (const turn of [...this.turns().children].slice(this.questions.length - 1)) turn.remove();
    const head = this.made("h2", { className: "quoth-question", dir: "auto", textContent: question });
    const pending = this.made("section", { className: "quoth-pending" });
    pending.append(head);
    this.turns().append(pending);
    this.lead(pending);
  },
  draw(given) {
    const line = given.indexOf("\n"), [number, shown] = given.slice(0, line).split(" ").map(Number);
    const lost = number === this.drawn || line < 0; // the answer of before: this one did not come
    if (!lost && number !== this.number) return; // there is a newer request
    document.querySelector("#quoth-answers").removeAttribute("aria-busy");
    this.turns().querySelector(".quoth-pending")?.remove();
    if (lost) return this.say("The server did not answer. Is it still there? Ask again.");
    this.drawn = number;
    for (const turn of [...this.turns().children].slice(shown)) turn.remove();
    this.turns().insertAdjacentHTML("beforeend", given.slice(line + 1));
    const turn = this.turns().lastElementChild;
    if (!turn) return this.say("");
    const quotes = turn.querySelectorAll(".quoth-card").length, error = turn.querySelector(".quoth-error")?.textContent;
    const absent = turn.querySelector(".quoth-absent") && "Not found in the articles.";
    this.say(error ?? (absent || `${quotes} quote${quotes === 1 ? "" : "s"} found.`));
    this.lead(turn);
  },
  lead(turn) { // a question stands at the top, its answer in full under it
    const box = document.querySelector("#quoth-scroll");
    box.scrollTop += turn.getBoundingClientRect().top - box.getBoundingClientRect().top;
  },
  made(tag, properties) { return Object.assign(document.createElement(tag), properties); },
  say(text) { const box = document.querySelector("#quoth-status"); if (box) box.textContent = text; },
  box() { return document.querySelector("#quoth-ask textarea"); },
  put(text) {
    const box = this.box();
    this.go("talk");
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, text);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  },
  ask(text) { this.put(text); setTimeout(() => document.querySelector("#quoth-ask button").click()); },

  // ---- conversations, in this browser only ----
  all() { try { return JSON.parse(localStorage.getItem("quoth-conversations")) ?? []; } catch { return []; } },
  store(all) {
    this.write("quoth-conversations", all.slice(0, 50));
  },
  write(name, value) { try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* private window */ } },
  keep() {
    // In another tab this conversation may have gone on; then this tab's goes on as one of its own.
    const stored = this.stored();
    if (!this.current || (stored && stored !== this.seen))
      this.current = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    this.seen = JSON.stringify(this.questions);
    const now = { id: this.current, questions: this.questions, only: this.only };
    this.store([now, ...this.all().filter((talk) => talk.id !== this.current)]);
    this.list();
  },
  stored() {
    const talk = this.all().find((one) => one.id === this.current);
    return talk && JSON.stringify(talk.questions);
  },
  open(id) {
    const talk = this.all().find((one) => one.id === id);
    this.current = id;
    this.seen = this.stored();
    this.questions = talk?.questions ?? [];
    this.only = talk?.only ?? this.questions.map(() => null);
    this.turn = null;
    this.list();
    document.querySelector("#quoth-replay").click();
  },
  forget(id) {
    this.store(this.all().filter((talk) => talk.id !== id));
    id === this.current ? this.open(null) : this.list();
  },
  start() {
    this.current = sessionStorage.getItem("quoth-current");
    this.all().some((talk) => talk.id === this.current) ? this.open(this.current) : this.list();
    this.shelved();
    this.arrange();
  },
  list() {
    if (this.current) sessionStorage.setItem("quoth-current", this.current);
    else sessionStorage.removeItem("quoth-current");
    document.querySelector("#quoth-conversations")?.replaceChildren(...this.all().map((talk) => {
      const item = document.createElement("li"), open = document.createElement("button"), drop = open.cloneNode();
      open.type = drop.type = "button";
      Object.assign(open, { className: "quoth-conversation", textContent: talk.questions[0] ?? "Empty", dir: "auto" });
      Object.assign(drop, { className: "quoth-forget", textContent: "×", title: "Delete" });
      open.dataset.id = drop.dataset.id = talk.id;
      if (talk.id === this.current) open.setAttribute("aria-current", "true");
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

  // ---- copying ----
  copy(button) {
    const made = JSON.parse(button.parentElement.dataset.made);
    const cite = button.closest(".quoth-card").querySelector(".quoth-cite").dataset;
    const link = new URL(this.address(cite.source, cite.start, cite.end, cite.quote), location.href).href;
    const done = this.toClipboard({ ...made, markdown: `${made.markdown}(${link})`, link }[button.dataset.as]);
    button.closest("details").open = false;
    this.say(done ? "Copied." : "The browser does not allow copying here.");
  },
  // Over plain http, as in a home network, there is no navigator.clipboard; a copy event's data is taken as it is, line
  // ends too.
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

Object.assign(quoth.clicks, {
  "quoth-copy": (button) => quoth.copy(button),
  "quoth-edit": (button) => { quoth.turn = Number(button.dataset.turn); quoth.put(button.dataset.ask); },
  "quoth-widen": (button) => {
    quoth.narrow({});
    quoth.turn = Number(button.dataset.turn);
    quoth.ask(button.dataset.ask);
  },
  "quoth-example": (button) => quoth.ask(button.textContent),
  "quoth-conversation": (button) => {
    button.closest("details").open = false;
    quoth.go("talk");
    quoth.open(button.dataset.id);
  },
  "quoth-forget": (button) => quoth.forget(button.dataset.id),
  "quoth-new": () => { quoth.go("talk"); quoth.open(null); quoth.box().focus(); },
  "quoth-export": (button) => {
    quoth.format = button.dataset.format;
    document.querySelector("#quoth-exporter").click();
  },
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button");
  if (event.isTrusted) // a person's, beside an open menu
    for (const menu of document.querySelectorAll(".quoth-menu[open]"))
      if (!menu.contains(event.target)) menu.open = false;
  for (const name of button?.classList ?? []) quoth.clicks[name]?.(button);
});
window.addEventListener("storage", () => quoth.list()); // another tab's conversations
