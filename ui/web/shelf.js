// The articles: adding, finding, sorting, and which of them are asked.
Object.assign(quoth, {
  act: null, given: [], chosen: {},

  // ---- adding ----
  async add(files) {
    const tokens = [], refused = [];
    for (const [number, file] of [...files].entries()) {
      this.say(`Sending file ${number + 1} of ${files.length} …`);
      try {
        const address = `upload?${new URLSearchParams({ name: file.name })}`;
        const answer = await fetch(address, { method: "POST", body: file });
        const isJson = answer.headers.get("content-type")?.startsWith("application/json");
        const said = isJson ? await answer.json() : { error: await answer.text() };
        said.token ? tokens.push(said.token) : refused.push(said.error);
      } catch { refused.push(`${file.name} could not be sent.`); }
    }
    this.say(refused.join(" "));
    const lines = refused.map((reason) => this.made("li", { textContent: reason }));
    document.querySelector("#quoth-refused").replaceChildren(...lines);
    this.given = tokens;
    if (tokens.length) document.querySelector("#quoth-taker").click();
  },

  // ---- which are asked: ticks, an author, days; null where all are ----
  narrowing() {
    const given = Object.entries(this.chosen).filter(([, value]) => value?.length);
    return given.length ? Object.fromEntries(given) : null;
  },
  narrow(chosen) {
    this.chosen = chosen;
    this.shelved();
  },
  ticks() { return [...document.querySelectorAll(".quoth-tick")]; },
  shelved() { // the articles are drawn anew, or others are chosen
    const there = new Set(this.ticks().map((tick) => tick.dataset.source));
    this.chosen.sources = this.chosen.sources?.filter((source) => there.has(source));
    for (const tick of this.ticks()) tick.checked = this.chosen.sources?.includes(tick.dataset.source) ?? false;
    for (const field of document.querySelectorAll("[data-only]")) field.value = this.chosen[field.dataset.only] ?? "";
    const line = document.querySelector("#quoth-narrowed"), count = this.chosen.sources?.length ?? 0;
    const { author, since, until } = this.chosen;
    const parts = [count && `${count} of ${there.size} articles`, author && `by ${author}`, since && `since ${since}`,
      until && `until ${until}`].filter(Boolean);
    line?.replaceChildren();
    if (!parts.length) return;
    const all = this.made("button", { type: "button", className: "quoth-all", textContent: "Ask all" });
    line?.append(`Asking only ${parts.join(", ")}. `, all);
  },
  sort(select) {
    const list = select.closest(".quoth-shelf").querySelector(".quoth-items"), key = select.value;
    const items = [...list.children], down = key === "title" ? 1 : -1;
    items.forEach((item, place) => { item.dataset.place ??= String(place).padStart(7, "0"); });
    const by = (item) => item.dataset[key || "place"];
    list.append(...items.sort((a, b) => (key ? down : 1) * by(a).localeCompare(by(b))));
  },
});

Object.assign(quoth.clicks, {
  "quoth-act": (button) => {
    quoth.act = { do: button.dataset.do, article: Number(button.dataset.article ?? 0) };
    document.querySelector("#quoth-actor").click();
  },
  "quoth-all": () => { quoth.narrow({}); quoth.box().focus(); },
});

document.addEventListener("change", ({ target }) => {
  if (target.matches?.("#quoth-add input")) quoth.add(target.files).finally(() => { target.value = ""; });
  else if (target.matches?.(".quoth-order")) quoth.sort(target);
  else if (target.matches?.(".quoth-tick")) {
    const sources = quoth.ticks().filter((tick) => tick.checked).map((tick) => tick.dataset.source);
    quoth.narrow({ ...quoth.chosen, sources });
  } else if (target.dataset?.only) quoth.narrow({ ...quoth.chosen, [target.dataset.only]: target.value });
});
document.addEventListener("input", ({ target }) => {
  if (!target.classList?.contains("quoth-filter")) return;
  const words = target.value.toLowerCase().split(/\s+/);
  for (const item of target.closest(".quoth-shelf").querySelectorAll(".quoth-item"))
    item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word));
});
for (const kind of ["dragover", "dragleave", "drop"]) document.addEventListener(kind, (event) => {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault(); // a file must not open in place of the page
  const box = document.querySelector("#quoth-add input");
  quoth.page.classList.toggle("quoth-dropping", kind === "dragover" && Boolean(box));
  if (kind === "drop" && box) quoth.add(event.dataTransfer.files);
});
