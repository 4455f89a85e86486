// Requests the page's contents at once, and shows them as soon as Gradio has built the page.
import { quoth } from "./chat.js";
import "./panes.js";
import "./shelf.js";
import "./basket.js";
import "./citing.js";
import { language } from "./words.js";

document.documentElement.lang = language;
window.quoth = quoth; // Gradio's event of the question box calls it
const begin = () => quoth.send("begin", { address: Object.fromEntries(new URLSearchParams(location.search)) });
const begun = begin();
const needed = ["#quoth-basket-foot", "#quoth-turns", "#quoth-ask textarea"];
const isLaid = () => needed.every((name) => document.querySelector(name));
const laid = new MutationObserver(() => {
  if (!isLaid()) return;
  laid.disconnect();
  quoth.start(begun, begin);
});
if (isLaid()) quoth.start(begun, begin);
else laid.observe(document.documentElement, { childList: true, subtree: true });
