// A click on a citation opens its article: the place goes to Python by the hidden button, the article comes back.
document.addEventListener("click", (event) => {
  const cite = event.target.closest?.(".quoth-cite");
  if (!cite) return;
  const { article, start, end } = cite.dataset;
  window.quothPlace = { article: Number(article), start: Number(start), end: Number(end) };
  document.querySelectorAll(".quoth-cite[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
  cite.setAttribute("aria-current", "true");
  document.querySelector("#quoth-open").click();
});

window.quothScroll = () => {
  requestAnimationFrame(() => {
    const quote = document.querySelector("#quoth-quote");
    quote?.scrollIntoView({ block: "center" });
    quote?.focus({ preventScroll: true });
  });
};
