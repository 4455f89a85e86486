// What the server says is asked for at once, and shown as soon as Gradio has laid the page out.
import { quoth } from "./chat.js";
import "./panes.js";
import "./shelf.js";
import "./basket.js";
import { language } from "./words.js";

document.documentElement.lang = language;
window.quoth = quoth; // for the box, whose event is Gradio's
const begun = quoth.send("begin", { address: Object.fromEntries(new URLSearchParams(location.search)) });
const needed = ["#quoth-basket-foot", "#quoth-turns", "#quoth-ask textarea"];
const isLaid = () => needed.every((name) => document.querySelector(name));
const laid = new MutationObserver(() => {
  if (!isLaid()) return;
  laid.disconnect();
  quoth.start(begun);
});
if (isLaid()) quoth.start(begun);
else laid.observe(document.documentElement, { childList: true, subtree: true });
