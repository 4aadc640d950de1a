// The page: what is in its address is asked for and shown.

import { ask, latest } from "./api.js";
import { byId, el } from "./dom.js";
import { clear, countedToo, drawChips, drawFacets, howMany, learnNumbers, learnYears } from "./facets.js";
import { drawHits } from "./hits.js";
import { drawItem } from "./item.js";
import { learn } from "./labels.js";
import { asked, current, go, put } from "./state.js";
import { suggestFor } from "./suggest.js";

const A_PAGE = 20;
const find = latest("search");
let known = false;
let shown = null;
let next = null;

async function show() {
  const item = current().get("item");
  byId("item").hidden = !item;
  byId("results").hidden = byId("panel").hidden = Boolean(item);
  byId("query").value = current().get("query") ?? "";
  byId("sort").value = current().get("sort") ?? "relevance";
  if (item) await drawItem(item, learnAll);
  else await search();
}

async function search() {
  const parameters = asked();
  const query = parameters.get("query");
  document.title = query ? `${query} – Studies` : "Studies";
  if (shown === String(parameters)) return;
  busy(true);
  try {
    await learnAll();
    const answer = await find(withMore(parameters));
    if (!answer) return;
    shown = String(parameters);
    draw(answer);
  } catch (error) {
    shown = null;
    fail(error);
  }
  busy(false);
}

/** Which facets there are, and which years, whatever is searched for. */
async function learnAll() {
  if (known) return;
  const all = await ask("aggregate", "");
  learn(all);
  learnYears(all.aggregations.years);
  learnNumbers(all.aggregations);
  known = true;
}

const withMore = (parameters, after = null) =>
  new URLSearchParams([...parameters, ...countedToo().map((name) => ["facets", name]), ["num_results", A_PAGE], ["document", "true"], ...(after ? [["after", after]] : [])]);

function draw(answer) {
  learn(answer);
  byId("problem").replaceChildren();
  byId("status").textContent = answer.num_hits ? howMany(answer) : "Nothing found";
  byId("note").hidden = !answer.note;
  byId("note").textContent = answer.note ?? "";
  drawChips();
  drawFacets(answer);
  drawHits(answer.results);
  if (!answer.num_hits) byId("hits").replaceChildren(nothing());
  setNext(answer);
}

function nothing() {
  const filtered = byId("chips").childElementCount > 0;
  return el("li", { className: "empty" },
    el("p", { text: filtered ? "No record has these words and all of these filters." : "No record has these words." }),
    filtered ? el("p", {}, el("button", { type: "button", text: "Remove the filters", onclick: clear })) : null);
}

function setNext(answer) {
  next = answer.next ?? null;
  byId("more").hidden = next === null;
}

async function more() {
  const button = byId("more");
  button.disabled = true;
  try {
    const answer = await find(withMore(asked(), next));
    if (answer) {
      drawHits(answer.results, { add: true })?.querySelector("a").focus();
      setNext(answer);
    }
  } catch (error) {
    fail(error);
  }
  button.disabled = false;
}

function fail(error) {
  byId("status").textContent = "No answer";
  byId("more").hidden = true;
  byId("hits").replaceChildren();
  const again = el("button", { type: "button", text: "Try again", onclick: search });
  byId("problem").replaceChildren(el("div", { className: "problem" }, el("p", { text: error.message }), el("p", {}, again)));
  drawChips();
}

function busy(is) {
  byId("results").toggleAttribute("data-busy", is);
  byId("results").setAttribute("aria-busy", String(is));
}

byId("search").addEventListener("submit", (event) => {
  event.preventDefault();
  put({ query: byId("query").value.trim() });
});
byId("sort").addEventListener("change", () => put({ sort: byId("sort").value === "relevance" ? null : byId("sort").value }));
byId("more").addEventListener("click", more);
byId("home").addEventListener("click", (event) => {
  event.preventDefault();
  go(new URLSearchParams());
});
suggestFor(byId("query"), byId("suggestions"));
byId("panel").open = matchMedia("(min-width: 48rem)").matches;
addEventListener("popstate", show);
addEventListener("moved", show);
addEventListener("recount", () => {
  shown = null;
  search();
});
show();
