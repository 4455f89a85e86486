// What the server says is asked for at once, and shown as soon as Gradio has laid the page out.
import { quoth } from "./chat.js";
import "./panes.js";
import "./shelf.js";
import "./basket.js";
import { language } from "./words.js";

document.documentElement.lang = language;
window.quoth = quoth; // for the box, whose event is Gradio's
const begun = quoth.send("begin", { address: Object.fromEntries(new URLSearchParams(location.search)) });
const isLaid = () => document.querySelector("#quoth-basket-foot") && document.querySelector("#quoth-turns") && quoth.box();
const laid = new MutationObserver(() => {
  if (!isLaid()) return;
  laid.disconnect();
  quoth.start(begun);
});
if (isLaid()) quoth.start(begun);
else laid.observe(document.documentElement, { childList: true, subtree: true });
