// The list of hits: what each is, where the words occur, and on demand why its facets have their values.

import { ask } from "./api.js";
import { byId, el, marked } from "./dom.js";
import { KINDS, ages, labelOf, nameOf, period } from "./labels.js";
import { addressOf, current, go } from "./state.js";

const LONGEST = 320;

/** Go to an address of this page without loading it again; other clicks (new tab, …) are the browser's. */
export function inPage(event) {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(new URL(event.currentTarget.href).searchParams);
}

/** A link to a document's own page. */
export const itemLink = (identifier, text) => el("a", { href: addressOf(identifier), onclick: inPage, text });

export function hit(result) {
  const { document, match } = result;
  const why = el("div", { className: "why", hidden: true });
  const button = el("button", { type: "button", className: "link", text: "Why?", "aria-expanded": "false",
    onclick: () => toggleWhy(button, why, document) });
  return el("li", {}, el("article", {},
    el("h3", {}, titleLink(document, match)),
    el("p", { className: "meta" }, facts(document).join(" · ")),
    parentLine(result),
    excerpt(document, match),
    variables(result.variables_which_matched),
    el("p", { className: "actions" }, button),
    why));
}

function titleLink(document, match) {
  const link = itemLink(document.harmony_id, "");
  link.append(...marked(match?.highlights?.name?.[0] ?? document.name));
  if (document.name_language) link.lang = document.name_language;
  return link;
}

/** The facts that tell one study from another, in a line. */
export function facts(document) {
  const countries = (document.country_codes ?? []).map((code) => labelOf("country_codes", code));
  const some = countries.length > 4 ? `${countries.slice(0, 3).join(", ")} and ${countries.length - 3} more countries` : countries.join(", ");
  const between = ages(document);
  return [
    KINDS[document.resource_type],
    document.publisher ?? document.catalogue,
    period(document),
    some,
    between && `ages ${between}`,
    document.sex && document.sex !== "all" && labelOf("sex", document.sex),
  ].filter(Boolean);
}

function parentLine({ parent }) {
  const identifier = parent?.extra_data?.harmony_id ?? parent?.harmony_id;
  if (!identifier) return null;
  return el("p", { className: "meta" }, "Part of ", itemLink(identifier, parent.extra_data?.name ?? identifier));
}

/** Fragments with the words that were found, else how the description begins. */
function excerpt(document, match) {
  const fragments = Object.entries(match?.highlights ?? {}).filter(([name]) => name !== "name").slice(0, 2);
  if (fragments.length) {
    return el("p", {}, fragments.flatMap(([, texts]) => [...marked(texts[0]), " … "]));
  }
  const text = document.description ?? "";
  if (!text) return null;
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST).replace(/\s+\S*$/, "")} …` : text;
  return el("p", { text: cut });
}

function variables(found) {
  if (!found?.length) return null;
  return el("p", { className: "meta" }, "Variables: ", found.slice(0, 5).map(({ name, description }) => description ?? name).join("; "));
}

async function toggleWhy(button, place, document) {
  const open = place.hidden;
  button.setAttribute("aria-expanded", String(open));
  place.hidden = !open;
  if (!open || place.childElementCount) return;
  place.replaceChildren(el("p", { className: "dim", text: "Looking …" }));
  try {
    const found = await ask("lookup", new URLSearchParams({ harmony_id: document.harmony_id, document: "true" }));
    const asked = [...current().keys()];
    place.replaceChildren(evidenceTable(found.results[0].document, (name) => asked.some((each) => each.startsWith(name))));
  } catch (error) {
    place.replaceChildren(el("p", { className: "dim", text: error.message }));
  }
}

const SAYS = {
  stated: "the record states it",
  catalogue: "of the whole catalogue",
  format: "of all records of this kind",
  derived: "follows from",
  curator: "a curator's correction",
};

/** Facets, their values, and the words that they rest on; those that are asked for come first. */
export function evidenceTable(document, first = () => false) {
  const names = Object.keys(document.evidence ?? {}).filter((name) => document[name] !== undefined);
  if (!names.length) return el("p", { className: "dim", text: "Nothing is known of this record's facets." });
  names.sort((a, b) => first(b) - first(a));
  return el("table", {},
    el("thead", {}, el("tr", {}, ["Facet", "Value", "Because of"].map((text) => el("th", { scope: "col", text })))),
    el("tbody", {}, names.map((name) => el("tr", { className: first(name) ? "asked" : "" },
      el("th", { scope: "row", text: nameOf(name) }),
      el("td", { text: shownValue(name, document[name]) }),
      el("td", {}, document.evidence[name].slice(0, 3).map(because))))));
}

export function shownValue(name, value) {
  const all = Array.isArray(value) ? value : [value];
  const years = name === "years" && all.length > 6;
  const shown = years ? [`${all[0]} … ${all.at(-1)}`] : all.slice(0, 12).map((each) => labelOf(name, String(each)));
  return shown.join(", ") + (!years && all.length > 12 ? " …" : "");
}

function because({ kind, words, field }) {
  const what = SAYS[kind] ?? kind;
  if (words) return el("p", {}, el("q", { text: words }), field ? el("span", { className: "dim", text: ` in ${field}` }) : null);
  return el("p", { className: "dim", text: kind === "derived" && field ? `${what} ${field.replaceAll("_", " ")}` : what });
}

export function drawHits(results, { add = false } = {}) {
  const list = byId("hits");
  const drawn = results.map(hit);
  if (add) list.append(...drawn);
  else list.replaceChildren(...drawn);
  return drawn[0];
}
