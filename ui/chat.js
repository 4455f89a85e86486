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
    const box = quote?.closest(".quoth-text");
    if (!box) return;
    box.scrollTop += quote.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
    if (window.innerWidth < 800) box.scrollIntoView({ block: "start" });
    quote.focus({ preventScroll: true });
  });
};
