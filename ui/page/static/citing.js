// A dialog above the page: ways to cite quoted articles, and an answer as JSON.
import { quoth, say } from "./chat.js";

Object.assign(quoth, {
  dialog(title) { // an empty one; the browser keeps the keyboard within it, and Esc closes it
    document.querySelector("#quoth-dialog")?.remove();
    const box = this.made("dialog", { id: "quoth-dialog" }), head = this.made("header", {});
    const name = this.made("h2", { id: "quoth-dialog-name", textContent: title }), body = this.made("div", {});
    head.append(name, this.button("quoth-dialog-close", "×", say("Close")));
    box.setAttribute("aria-labelledby", name.id);
    box.append(head, body, this.made("p", { className: "quoth-note", role: "status" }));
    const opener = document.activeElement;
    box.addEventListener("close", () => { box.remove(); opener?.focus({ preventScroll: true }); });
    box.addEventListener("click", (event) => { if (event.target === box) box.close(); }); // beside it
    document.querySelector("#quoth-shell").append(box);
    box.showModal();
    return body;
  },
  opener(button) { // the menu closes, and takes the focus, to which the dialog returns
    const menu = button.closest("details");
    menu.open = false;
    menu.querySelector("summary").focus({ preventScroll: true });
  },
  async cite(button) {
    const card = button.closest(".quoth-card, .quoth-turn"), quotes = [];
    for (const cite of card.querySelectorAll(".quoth-card-cite")) {
      const { article, start, end } = cite.dataset;
      quotes.push({ article: Number(article), start: Number(start), end: Number(end) });
    }
    this.opener(button);
    const said = await this.send("cite", { quotes });
    if (!said) return;
    this.dialog(say("Cite")).innerHTML = said.html;
    this.turnStyle(this.layout().style ?? "apa");
  },
  turnStyle(style, focus) {
    const tabs = [...document.querySelectorAll(".quoth-style")];
    const chosen = tabs.find((tab) => tab.dataset.way === style) ?? tabs[0];
    for (const tab of tabs) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
    }
    for (const panel of document.querySelectorAll(".quoth-cited")) panel.hidden = panel.dataset.way !== style;
    if (focus) chosen?.focus();
  },
  async json(button) {
    const turn = [...this.turns().children].indexOf(button.closest(".quoth-turn"));
    this.opener(button);
    const said = await this.send("json", { ...this.conversation(), turn });
    if (!said) return;
    if (said.said) return this.fail(said.said);
    const body = this.dialog(say("As JSON")), text = this.made("pre", { tabIndex: 0, textContent: said.text });
    const copy = this.button("quoth-copy-this", say("Copy")), save = this.button("quoth-json-save", say("Save"));
    copy.dataset.made = JSON.stringify({ text: said.text });
    save.addEventListener("click", () => this.save("answer.json", new Blob([said.text])));
    body.append(text, copy, save);
  },
  copyThis(button) {
    const { text, html } = JSON.parse(button.dataset.made), box = document.querySelector("#quoth-dialog [role=status]");
    box.textContent = this.toClipboard(text, html) ? say("Copied.") : say("The browser does not allow copying here.");
  },
});

Object.assign(quoth.clicks, {
  "quoth-reference": (button) => quoth.cite(button),
  "quoth-json": (button) => quoth.json(button),
  "quoth-dialog-close": (button) => button.closest("dialog").close(),
  "quoth-copy-this": (button) => quoth.copyThis(button),
  "quoth-style": ({ dataset }) => { quoth.turnStyle(dataset.way); quoth.remember({ style: dataset.way }); },
});
document.addEventListener("keydown", (event) => { // arrow keys move between the tabs
  const tab = event.target.closest?.(".quoth-style"), step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!tab || !step) return;
  const tabs = [...document.querySelectorAll(".quoth-style")];
  const next = tabs.at((tabs.indexOf(tab) + step) % tabs.length).dataset.way;
  quoth.turnStyle(next, true);
  quoth.remember({ style: next });
});
