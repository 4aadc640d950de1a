// How facets and their values are called. Fields, their parameters and the labels of codes come from the service.

let fields = [];
const labels = {};

export function learn(answer) {
  if (answer.fields) fields = answer.fields;
  for (const [name, of] of Object.entries(answer.labels ?? {})) labels[name] = { ...labels[name], ...of };
}

export const allFields = () => fields;
export const fieldNamed = (name) => fields.find((field) => field.name === name);
export const fieldOf = (parameter) => fields.find((field) => field.parameters.includes(parameter));
export const nameOf = (name) => fieldNamed(name)?.label ?? name.replaceAll("_", " ");

/** A value for people: its label, with a capital. */
export function labelOf(name, value) {
  const found = labels[name]?.[value] ?? (value === "true" ? "yes" : value === "false" ? "no" : String(value));
  return found.charAt(0).toUpperCase() + found.slice(1);
}

export const KINDS = { dataset: "Dataset", study: "Study", source: "Source", variable: "Variable" };

/** The years that a document states: "1990–1999", "since 2004", "from 1990"; "" where no year is known. */
export function period(document) {
  const { start_year: start, end_year: end, ongoing } = document;
  if (start === undefined) return end === undefined ? "" : `until ${end}`;
  if (ongoing) return `since ${start}`;
  if (end === undefined) return `from ${start}`;
  return start === end ? String(start) : `${start}–${end}`;
}

/** "18–45", "16 and over"; "" where no age is known. */
export function ages(document) {
  const { age_lower: lower, age_upper: upper } = document;
  if (lower === undefined && upper === undefined) return "";
  if (upper === undefined) return `${lower} and over`;
  if (lower === undefined) return `up to ${upper}`;
  return lower === upper ? String(lower) : `${lower}–${upper}`;
}
