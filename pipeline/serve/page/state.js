// What is searched for is in the address of the page, under the names of the service's parameters: it can be kept,
// sent, and gone back to.

const NOT_SENT = new Set(["item"]);

/** The parameters in the address. */
export const current = () => new URLSearchParams(location.search);

/** Go to these parameters: a new entry of the browser's history, or in place of the present one. */
export function go(parameters, { replace = false } = {}) {
  const kept = new URLSearchParams([...parameters].filter(([, value]) => value !== ""));
  const address = kept.size ? `?${kept}` : location.pathname;
  history[replace ? "replaceState" : "pushState"](null, "", address);
  dispatchEvent(new Event("moved"));
}

/** The address of a document's own page, with the search that led to it. */
export function addressOf(identifier) {
  const parameters = current();
  parameters.set("item", identifier);
  return `?${parameters}`;
}

/** Parameters of a search, without those that are the page's own. */
export const asked = () => new URLSearchParams([...current()].filter(([name]) => !NOT_SENT.has(name)));

/** Whether a filter has this value. */
export const has = (name, value) => current().getAll(name).includes(value);

/** Set or remove one value of a filter. */
export function toggle(name, value) {
  const parameters = current();
  const values = parameters.getAll(name);
  parameters.delete(name);
  const left = values.includes(value) ? values.filter((each) => each !== value) : [...values, value];
  for (const each of left) parameters.append(name, each);
  parameters.delete("item");
  go(parameters);
}

/** Set parameters to single values; null removes one. */
export function put(values) {
  const parameters = current();
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === "") parameters.delete(name);
    else parameters.set(name, value);
  }
  parameters.delete("item");
  go(parameters);
}
