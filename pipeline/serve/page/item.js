// A document's own page: what it is, where it is found, what it is a part of, and what each facet rests on.

import { ask } from "./api.js";
import { byId, el, outside } from "./dom.js";
import { evidenceTable, facts, inPage, itemLink } from "./hits.js";
import { current } from "./state.js";

let asked = null;

/** Draw the page of the document with this id, once the labels of facets and values are known. */
export async function drawItem(identifier, learnAll) {
  const place = byId("item");
  asked = identifier;
  place.setAttribute("aria-busy", "true");
  try {
    await learnAll();
    const found = await ask("lookup", new URLSearchParams({ id: identifier, document: "true" }));
    if (asked !== identifier) return;
    const alike = el("div");
    place.replaceChildren(...page(found.results[0]), alike);
    document.title = `${found.results[0].document.name} – Studies`;
    drawSimilar(identifier, alike);
  } catch (error) {
    if (asked !== identifier) return;
    const text = error.status === 404 ? "There is no such document, or no more." : error.message;
    place.replaceChildren(back(), el("div", { className: "problem", role: "alert" }, el("p", { text })));
    document.title = "Studies";
  } finally {
    if (asked === identifier) place.removeAttribute("aria-busy");
  }
  place.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function back() {
  const parameters = current();
  parameters.delete("item");
  return el("p", {}, el("a", { className: "back", href: `?${parameters}`, onclick: inPage, text: "Back to the results" }));
}

function page(result) {
  const document = result.document;
  const identifiers = [...(document.dois ?? []).map((doi) => outside(`https://doi.org/${doi}`, `doi:${doi}`)),
    ...(document.urls ?? []).map((url) => outside(url))];
  return [
    back(),
    el("h2", { text: document.name, lang: document.name_language ?? null }),
    el("p", { className: "meta" }, facts(document).join(" · ")),
    document.replaced_by ? el("p", { className: "note" }, "There is a newer version: ", itemLink(document.replaced_by, document.replaced_by)) : null,
    lineage(result),
    ...paragraphs(document.description),
    list("Where", identifiers),
    text("Keywords", document.keywords?.join(", ")),
    text("Population", document.population),
    text("Place", document.geographic_coverage),
    text("Time", document.temporal_coverage),
    text("Access", document.data_access),
    text("Licence", document.license),
    text("Made by", document.creators?.join("; ")),
    text("Funded by", document.funders?.join("; ")),
    text("Series", document.series),
    children(result.child_datasets),
    el("h3", { text: "What is known, and why" }),
    el("div", { className: "why" }, evidenceTable(document)),
    text("Id", document.harmony_id),
    el("p", {}, el("a", { href: `discover/lookup?${new URLSearchParams({ harmony_id: document.harmony_id })}`, text: "As JSON" })),
  ].filter(Boolean);
}

/** Studies that are like this one, as soon as they are known; without them the page is complete, too. */
async function drawSimilar(identifier, place) {
  const parameters = new URLSearchParams({ id: identifier, num_results: "5", document: "true" });
  const found = await ask("similar", parameters).catch(() => ({ results: [] }));
  const links = found.results.map(({ document }) =>
    el("span", {}, itemLink(document.harmony_id, document.name), el("span", { className: "dim", text: ` ${facts(document).slice(0, 3).join(" · ")}` })));
  const listed = list("Similar studies", links);
  if (listed) place.append(listed);
}

function lineage({ parent, ancestors }) {
  const line = ancestors?.length ? ancestors : parent && Object.keys(parent).length ? [parent] : [];
  if (!line.length) return null;
  const links = line.map((each) => itemLink(each.harmony_id ?? each.extra_data?.harmony_id, each.extra_data?.name ?? each.harmony_id));
  return el("p", { className: "meta" }, "Part of ", links.flatMap((link, index) => (index ? [" › ", link] : [link])));
}

function children(found) {
  const named = (found ?? []).filter((each) => each.extra_data?.harmony_id);
  if (!named.length) return null;
  return list("Parts", named.map((each) => itemLink(each.extra_data.harmony_id, each.dataset_schema?.name ?? each.extra_data.name)));
}

const paragraphs = (words) => (words ?? "").split(/\n{2,}/).filter(Boolean).map((part) => el("p", { text: part }));

const text = (title, words) => (words ? el("div", { className: "line" }, el("h3", { text: title }), el("p", { text: words })) : null);

const list = (title, links) =>
  links.length ? el("div", { className: "line" }, el("h3", { text: title }), el("ul", {}, links.map((link) => el("li", {}, link)))) : null;
