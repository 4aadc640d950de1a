// Suggestions while typing: a list below the field, by the pattern "combobox" of WAI-ARIA. Without an answer there are
// none, and nothing else changes.

import { latest } from "./api.js";
import { el, later, number } from "./dom.js";
import { addressOf, go, put } from "./state.js";

const WAIT = 150;
const LEAST = 2;
const FILTERS = { series: "series", topic: "topics", place: "country_codes" };

/** What a suggestion is, and of how many studies. */
const told = ({ kind, studies }) => (kind === "study" ? kind : `${kind} · ${number(studies)}`);

export function suggestFor(field, list) {
  const ask = latest("suggest");
  let found = [];
  let chosen = -1;

  const hide = () => {
    list.hidden = true;
    chosen = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };

  function choose(place) {
    chosen = place;
    [...list.children].forEach((each, index) => each.setAttribute("aria-selected", String(index === place)));
    if (place < 0) field.removeAttribute("aria-activedescendant");
    else {
      field.setAttribute("aria-activedescendant", list.children[place].id);
      list.children[place].scrollIntoView({ block: "nearest" });
    }
  }

  function take(suggestion) {
    hide();
    const { kind, id, text } = suggestion;
    if (kind === "study") go(new URL(addressOf(id), location.href).searchParams);
    else if (FILTERS[kind]) put({ query: null, [FILTERS[kind]]: id });
    else put({ query: text });
  }

  const look = later(async () => {
    const prefix = field.value.trim();
    if (prefix.length < LEAST || document.activeElement !== field) return hide();
    const answer = await ask(new URLSearchParams({ query: prefix })).catch(() => null);
    if (!answer) return undefined;
    found = answer.suggestions ?? [];
    if (!found.length || document.activeElement !== field) return hide();
    list.replaceChildren(...found.map(option));
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    return choose(-1);
  }, WAIT);

  const option = (suggestion, index) =>
    el("li", { id: `suggestion-${index}`, role: "option", "aria-selected": "false",
      onmousedown: (event) => event.preventDefault(), onclick: () => take(suggestion) },
      el("span", { className: "name", text: suggestion.text }),
      el("span", { className: "dim", text: told(suggestion) }));

  field.addEventListener("input", look);
  field.addEventListener("blur", hide);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      hide();
    } else if (!list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const count = found.length + 1;
      choose(((chosen + 1 + (event.key === "ArrowDown" ? 1 : -1) + count) % count) - 1);
    } else if (event.key === "Enter") {
      if (!list.hidden && chosen >= 0) {
        event.preventDefault();
        take(found[chosen]);
      } else hide();
    }
  });
}
