// The panel of filters: a group for each facet, with counts under all other filters.

import { byId, el, many, number } from "./dom.js";
import { allFields, fieldOf, labelOf, nameOf } from "./labels.js";
import { current, go, has, put, toggle } from "./state.js";
import { span, yearsFilter } from "./years.js";

const SHOWN = 8;
/** The field of the upper end, where a range is of two. */
const ENDS = { age_lower: "age_upper" };
const OPEN_AT_FIRST = new Set(["resource_type", "country_codes", "years", "sex", "access"]);
const opened = new Map();
const whole = new Set();
const asked = new Set();
const numbers = {};
let domain = null;

/** Remember which years there are at all, so that the slider keeps its ends. */
export function learnYears(counts) {
  domain = span(counts ?? {});
}

/** Facets of many values are counted once somebody opens them. */
export const countedToo = () => [...asked];

/** Remember which numbers there are at all: a facet without any is not shown. */
export function learnNumbers(aggregations) {
  for (const [name, { minimum, maximum }] of Object.entries(aggregations)) {
    if (minimum !== undefined) numbers[name] = { minimum, maximum };
  }
}

/** Draw all groups. What has the focus keeps it. */
export function drawFacets(answer) {
  const focus = document.activeElement?.id;
  const groups = allFields().map((field) => group(field, answer)).filter(Boolean);
  byId("facets").replaceChildren(...groups);
  const set = [...current().keys()].filter((name) => fieldOf(name)).length;
  byId("chosen").textContent = set ? `${set} set` : "";
  if (focus) byId(focus)?.focus({ preventScroll: true });
}

function group(field, answer) {
  if (!field.parameters.length || field.kind === "since") return null;
  const waits = field.kind === "values" && field.counted === "on request" && !(field.name in answer.aggregations);
  const content = waits ? el("p", { className: "dim", text: "Counting …" }) : field.kind === "range" ? range(field, answer) : values(field, answer);
  if (!content) return null;
  const set = field.parameters.some((name) => current().has(name));
  const made = el(
    "details",
    { className: "facet", open: opened.get(field.name) ?? (set || OPEN_AT_FIRST.has(field.name)) },
    el("summary", { id: `facet-${field.name}` }, field.label),
    content,
    set ? unknown(field, answer) : null,
  );
  made.dataset.facet = field.name;
  made.addEventListener("toggle", () => {
    opened.set(field.name, made.open);
    if (waits && made.open) count(field.name);
  });
  return made;
}

/** Ask again, with the counts of this facet, too. */
function count(name) {
  if (asked.has(name)) return;
  asked.add(name);
  dispatchEvent(new Event("recount"));
}

function values(field, answer) {
  const counts = Object.entries(answer.aggregations[field.name] ?? {});
  const chosen = current().getAll(field.name).filter((value) => !counts.some(([each]) => each === value));
  const all = [...chosen.map((value) => [value, 0]), ...counts];
  if (!all.length) return field.counted === "always" ? null : el("p", { className: "dim", text: "None" });
  const most = Math.max(...all.map(([, count]) => count), 1);
  const listed = whole.has(field.name) ? all : all.filter(([value], index) => index < SHOWN || has(field.name, value));
  const rows = listed.map(([value, count]) => row(field, value, count, count / most));
  const rest = all.length - listed.length;
  const all_of_them = rest
    ? el("button", {
        type: "button",
        className: "link",
        id: `all-${field.name}`,
        text: `${number(rest)} more`,
        onclick: () => {
          whole.add(field.name);
          drawFacets(answer);
          byId(`facet-${field.name}`).parentElement.querySelectorAll("input")[listed.length]?.focus();
        },
      })
    : null;
  const others = answer.others?.[field.name];
  return el(
    "div",
    {},
    el("ul", {}, rows),
    all_of_them,
    others && !rest ? el("p", { className: "dim", text: `${number(others)} with other values` }) : null,
  );
}

function row(field, value, count, share) {
  const box = el("input", {
    type: "checkbox",
    id: `value-${field.name}-${value}`,
    checked: has(field.name, value),
    onchange: () => toggle(field.name, value),
  });
  const made = el("li", {}, el("label", {}, box, el("span", { className: "name", text: labelOf(field.name, value) }),
    el("span", { className: "count", text: number(count) })));
  made.style.setProperty("--share", `${Math.round(share * 100)}%`);
  return made;
}

function range(field, answer) {
  const [lower, upper] = field.parameters;
  const bounds = [current().get(lower), current().get(upper)];
  const chosen = ([from, to]) => put({ [lower]: from, [upper]: to });
  if (field.name === "years") {
    return domain && yearsFilter(domain, answer.aggregations.years ?? {}, bounds, chosen);
  }
  const known = { minimum: numbers[field.name]?.minimum, maximum: numbers[ENDS[field.name] ?? field.name]?.maximum };
  if (known.minimum === undefined && known.maximum === undefined) return null;
  const ends = [known.minimum, known.maximum];
  const [from, to] = [lower, upper].map((name, index) =>
    el("input", { type: "number", id: `range-${name}`, value: bounds[index] ?? "", inputMode: "numeric",
      placeholder: String(ends[index] ?? "") }));
  const tell = () => chosen([from.value, to.value]);
  from.addEventListener("change", tell);
  to.addEventListener("change", tell);
  return el("div", { className: "ends" }, el("label", {}, "from", from), el("label", {}, "to", to));
}

/** Where a filter is set: whether documents of which nothing is known count, too. */
function unknown(field, answer) {
  const count = answer.unknown?.[field.name];
  const on = has("or_unknown", field.name);
  if (count === 0 && !on) return null;
  const box = el("input", {
    type: "checkbox",
    id: `unknown-${field.name}`,
    checked: on,
    onchange: () => toggle("or_unknown", field.name),
  });
  const told = count === undefined ? "" : number(count);
  return el("label", { className: "unknown" }, box, el("span", { className: "name", text: "Also where it is not stated" }),
    el("span", { className: "count", text: told }));
}

/** The filters that are set, each with a button that removes it. */
export function drawChips() {
  const chips = [];
  const done = new Set();
  for (const [name, value] of current()) {
    const field = fieldOf(name);
    if (!field || done.has(`${name} ${value}`)) continue;
    done.add(`${name} ${value}`);
    if (field.kind === "range") {
      const sign = name === field.parameters[0] ? "from" : "to";
      chips.push(chip(`${field.label} ${sign} ${value}`, () => put({ [name]: null })));
    } else {
      chips.push(chip(`${nameOf(name)}: ${labelOf(name, value)}`, () => toggle(name, value)));
    }
  }
  if (chips.length > 1) {
    chips.push(el("li", {}, el("button", { type: "button", className: "link", text: "Remove all", onclick: clear })));
  }
  byId("chips").replaceChildren(...chips);
}

function chip(text, remove) {
  return el("li", {}, el("button", { type: "button", className: "chip", onclick: remove, "aria-label": `Remove filter ${text}` },
    text, el("span", { ariaHidden: "true", text: " ×" })));
}

/** Remove all filters; the text stays. */
export function clear() {
  const query = current().get("query");
  go(new URLSearchParams(query ? { query } : {}));
}

export const howMany = (answer) =>
  answer.num_documents === answer.num_hits
    ? many(answer.num_hits, "record", "records")
    : `${many(answer.num_documents, "record", "records")} of ${many(answer.num_hits, "study", "studies")}`;
