// The conversation: asking, showing new answers, storing it in this browser, copying. The page calls the server
// directly, because Gradio does not support these actions and its events are slow.
import { language, words } from "./words.js";

const plurals = new Intl.PluralRules(language);
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
export const say = (english, values = {}) => filled(words[english] ?? english, values);
export const sayMany = (count, one, many) => { // as say_many of language.py
  const forms = words[many] ?? { one, other: many };
  return filled(forms[plurals.select(count)] ?? forms.other, { count });
};

export const quoth = {
  questions: [], only: [], searches: [], turn: null, number: 0, current: null, seen: null, failed: "",
  clicks: {}, // by the class of a button: the action of a click
  name: Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join(""),

  // ---- the server ----
  async post(what, given) {
    const body = JSON.stringify({ visit: this.name, ...given });
    try {
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch(`page/${what}`, { method: "POST", headers, body });
      this.fail(answer.ok ? "" : answer.status < 500 ? await answer.text()
        : say("Something went wrong on the server. Its log has the details."));
      return answer.ok ? answer : null;
    } catch { this.fail(say("The server did not answer. Check that it is running, then try again.")); }
    return null;
  },
  async send(what, given) {
    const answer = await this.post(what, given);
    try { return (await answer?.json()) ?? null; }
    catch { this.fail(say("The server did not answer. Check that it is running, then try again.")); }
    return null;
  },
  fill(parts) { for (const [name, html] of Object.entries(parts)) document.getElementById(name).innerHTML = html; },

  // ---- asking: the page sends the whole conversation and receives only the answers that it does not show yet ----
  entered(text) { // returns what stays in the box
    if (!text.trim()) return [text];
    const before = { ...this.conversation(), current: this.current, turn: this.turn, way: this.way() };
    const place = this.turn ?? this.questions.length;
    this.turn = null;
    const full = place >= 200; // the server's maximum; a new conversation begins
    if (full) this.current = null;
    const kept = full ? 0 : place;
    this.searches = this.searches.filter((number) => number < kept);
    if (this.way() === "search") this.searches.push(kept);
    this.questions = [...this.questions.slice(0, kept), text.trim()];
    this.only = this.only.slice(0, kept);
    const same = this.only.length && JSON.stringify(this.narrowing()) === JSON.stringify(this.lastOnly());
    this.only.push(same ? 1 : this.narrowing());
    this.keep();
    const gone = this.wait(text.trim());
    const drawn = this.turns().querySelectorAll(".quoth-turn").length; // fewer than asked while an answer is pending
    this.converse(Math.min(kept, drawn)).then((done) => { if (!done) this.takeBack(text, before, gone); });
    return [""];
  },
  takeBack(text, before, gone) { // a question that could not be sent returns to the box; the rest is restored
    const { turn, way, ...was } = before, made = this.current;
    Object.assign(this, was, { seen: JSON.stringify(was.questions) });
    const others = this.all().filter((talk) => talk.id !== made && talk.id !== was.current);
    this.store(was.questions.length ? [{ id: was.current, ...this.conversation() }, ...others] : others);
    this.list();
    this.turns().append(...gone);
    if (!this.box().value) this.put(text, way, turn);
  },
  conversation() { return { questions: this.questions, only: this.only, searches: this.searches }; },
  lastOnly() { return this.only.findLast((only) => only !== 1) ?? null; },
  way() { return document.querySelector('[name="quoth-way"]:checked')?.value ?? "ask"; },
  setWay(way) {
    document.querySelector(`[name="quoth-way"][value="${way}"]`).checked = true;
    this.box().placeholder = way === "search" ? say("Search for words") : say("Ask your articles");
    document.querySelector("#quoth-ask button").textContent = way === "search" ? say("Search") : say("Ask");
  },
  turns() { return document.querySelector("#quoth-turns"); },
  wait(question) { // removes and returns the turns that the pending answer replaces
    this.tell(say("Searching …"));
    this.turns().setAttribute("aria-busy", "true");
    for (const pending of this.turns().querySelectorAll(".quoth-pending")) pending.remove();
    const gone = [...this.turns().children].slice(this.questions.length - 1);
    for (const turn of gone) turn.remove();
    const pending = this.made("section", { className: "quoth-pending" });
    pending.append(this.made("h2", { className: "quoth-question", dir: "auto", textContent: question }));
    pending.dataset.said = say("Searching …");
    this.turns().append(pending);
    this.lead(pending);
    return gone;
  },
  async converse(shown) { // returns whether the server answered
    const number = ++this.number, said = await this.send("talk", { ...this.conversation(), shown });
    if (number !== this.number) return true; // there is a newer request
    this.turns().removeAttribute("aria-busy");
    this.turns().querySelector(".quoth-pending")?.remove();
    if (!said) return false;
    for (const turn of [...this.turns().children].slice(shown)) turn.remove();
    this.turns().insertAdjacentHTML("beforeend", said.html);
    const turn = this.turns().lastElementChild;
    this.starred();
    this.tell(turn ? this.summary(turn) : "");
    if (turn) this.lead(turn);
    return true;
  },
  summary(turn) {
    const text = (name) => turn.querySelector(name)?.textContent;
    const quotes = turn.querySelectorAll(".quoth-card").length;
    const found = sayMany(quotes, "{count} quote found.", "{count} quotes found.");
    return text(".quoth-error") ?? text(".quoth-missing") ?? text(".quoth-total") ?? found;
  },
  lead(turn) { // scrolls a question to the top, so that its whole answer is visible
    const box = document.querySelector("#quoth-scroll");
    box.scrollTop += turn.getBoundingClientRect().top - box.getBoundingClientRect().top;
  },
  made(tag, properties) { return Object.assign(document.createElement(tag), properties); },
  button(className, textContent, name) {
    const made = this.made("button", { type: "button", className, textContent, title: name ?? "" });
    if (name) made.ariaLabel = name;
    return made;
  },
  tell(text) { // for screen readers
    const box = document.querySelector("#quoth-status");
    if (box) box.textContent = text;
  },
  fail(text) { // shown to everybody
    this.failed = text; // start() shows an error from before the page was ready
    const box = document.querySelector("#quoth-failed") ?? document.querySelector("#quoth-begin");
    if (box) box.textContent = text;
  },
  box() { return document.querySelector("#quoth-ask textarea"); },
  put(text, way = "ask", turn = null) { // turn: the number of the turn to replace; null adds one at the end
    const box = this.box();
    this.turn = turn;
    this.go("talk");
    this.setWay(way);
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, text);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  },
  ask(text, way, turn) {
    this.put(text, way, turn);
    setTimeout(() => document.querySelector("#quoth-ask button").click());
  },

  // ---- conversations, in this browser only ----
  read(name) { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; } },
  write(name, value) { // returns whether the browser stored it
    try { localStorage.setItem(name, JSON.stringify(value)); return true; } catch { return false; }
  },
  all() { return this.read("quoth-conversations") ?? []; },
  store(all) { this.write("quoth-conversations", all.slice(0, 50)); },
  keep() {
    // If another tab has continued this conversation, this tab continues it as a separate one.
    const stored = this.stored();
    if (!this.current || (stored && stored !== this.seen))
      this.current = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    this.seen = JSON.stringify(this.questions);
    const now = { id: this.current, questions: this.questions, only: this.only, searches: this.searches };
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
    this.searches = talk?.searches ?? [];
    this.turn = null;
    this.list();
    this.turns().replaceChildren();
    if (this.questions.length) this.wait(this.questions.at(-1));
    this.converse(0);
  },
  forget(id) {
    this.store(this.all().filter((talk) => talk.id !== id));
    id === this.current ? this.open(null) : this.list();
  },
  list() {
    try { sessionStorage.setItem("quoth-current", this.current ?? ""); } catch { /* the browser does not store it */ }
    document.querySelector("#quoth-conversations")?.replaceChildren(...this.all().map((talk) => {
      const item = document.createElement("li"), title = talk.questions[0] ?? "…";
      const open = this.button("quoth-conversation", title);
      const drop = this.button("quoth-forget", "×", say("Delete the conversation {title}", { title }));
      open.dir = "auto";
      open.dataset.id = drop.dataset.id = talk.id;
      if (talk.id === this.current) open.setAttribute("aria-current", "true");
      item.append(open, drop);
      return item;
    }));
  },

  // ---- the page as it opens ----
  async start(begun, again) {
    const parts = await begun;
    if (!parts) { // the server or its database may be back soon
      this.fail(this.failed);
      return setTimeout(() => this.start(again(), again), 3000);
    }
    this.fill(parts);
    document.querySelector("#quoth-ask label > span").textContent = say("Your question");
    this.setWay("ask");
    this.shelved();
    this.collected();
    this.arrange();
    this.arrived();
    try { this.current = sessionStorage.getItem("quoth-current"); } catch { /* the browser does not store it */ }
    this.all().some((talk) => talk.id === this.current) ? this.open(this.current) : this.list();
    this.suggest();
  },
  async suggest() { // shows example questions; the server needs time to find them
    const welcome = await this.send("welcome");
    if (welcome) this.fill({ "quoth-begin": welcome.html });
  },

  // ---- out of the page ----
  download({ name, content }) {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    this.save(name, new Blob([bytes]));
  },
  save(name, blob) {
    const link = this.made("a", { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  },
  copy(button) {
    const made = JSON.parse(button.parentElement.dataset.made);
    const cite = button.closest(".quoth-card").querySelector(".quoth-cite").dataset;
    const link = new URL(this.address(cite.source, cite.start, cite.end, cite.quote), location.href).href;
    const done = this.toClipboard({ ...made, markdown: `${made.markdown}(${link})`, link }[button.dataset.as]);
    button.closest("details").open = false;
    done ? this.tell(say("Copied.")) : this.fail(say("The browser does not allow copying here."));
  },
  // Over plain http, as in a home network, there is no navigator.clipboard. A copy event keeps the text unchanged, also
  // its line ends.
  toClipboard(text, html) {
    let done = false;
    const give = (event) => {
      event.clipboardData.setData("text/plain", text);
      if (html) event.clipboardData.setData("text/html", html);
      event.preventDefault();
      done = true;
    };
    const box = this.made("textarea", { value: "x", className: "quoth-hidden-text" }), before = document.activeElement;
    (document.querySelector("dialog[open]") ?? document.body).append(box); // nothing outside of a dialog has the focus
    box.select(); // some browsers send no copy event without a selection
    document.addEventListener("copy", give, { capture: true, once: true });
    document.execCommand("copy");
    document.removeEventListener("copy", give, { capture: true });
    box.remove();
    before?.focus({ preventScroll: true });
    return done;
  },
  async judge(button) {
    const turn = [...this.turns().children].indexOf(button.closest(".quoth-turn"));
    const card = button.closest(".quoth-card"), quote = card ? this.quoteOf(card).text : "";
    const said = { turn, quote, right: button.dataset.right === "true" };
    const answer = await this.send("judge", { ...this.conversation(), ...said });
    const menu = button.closest(".quoth-menu");
    if (menu) menu.open = false;
    if (!answer) return;
    this.tell(answer.said);
    const note = this.made("p", { className: "quoth-note quoth-judged", textContent: answer.said });
    const place = button.closest(".quoth-card") ?? button.closest(".quoth-answer");
    place.querySelector(".quoth-judged")?.remove();
    place.append(note);
  },
};

Object.assign(quoth.clicks, {
  "quoth-copy": (button) => quoth.copy(button),
  "quoth-judge": (button) => quoth.judge(button),
  "quoth-edit": ({ dataset }) => quoth.put(dataset.ask, dataset.search ? "search" : "ask", Number(dataset.turn)),
  "quoth-widen": ({ dataset }) => {
    quoth.narrow({});
    quoth.ask(dataset.ask, dataset.search ? "search" : "ask", Number(dataset.turn));
  },
  "quoth-example": (button) => quoth.ask(button.textContent),
  "quoth-conversation": (button) => {
    button.closest("details").open = false;
    quoth.go("talk");
    quoth.open(button.dataset.id);
  },
  "quoth-forget": (button) => quoth.forget(button.dataset.id),
  "quoth-new": () => { quoth.go("talk"); quoth.open(null); quoth.box().focus(); },
  "quoth-export": async (button) => {
    const made = await quoth.send("export", { ...quoth.conversation(), format: button.dataset.format });
    if (made) quoth.download(made);
  },
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button");
  if (event.isTrusted) // a user's click outside of an open menu closes it
    for (const menu of document.querySelectorAll(".quoth-menu[open]"))
      if (!menu.contains(event.target)) menu.open = false;
  for (const name of button?.classList ?? []) quoth.clicks[name]?.(button);
});
document.addEventListener("change", ({ target }) => {
  if (target.name === "quoth-way") quoth.setWay(target.value);
});
document.addEventListener("click", (event) => { // only of a pointer: arrow keys switch between the two
  if (event.detail && event.target.closest?.(".quoth-way label")) quoth.box().focus();
});
window.addEventListener("storage", () => { quoth.list(); quoth.collected(); }); // a change in another tab
