// The requests of the service, from its own OpenAPI description.

import { byId, el } from "./dom.js";

const described = await (await fetch("openapi.json")).json();
byId("about").textContent = described.info.description;
byId("requests").replaceChildren(...Object.entries(described.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, request]) => section(path, method, request))));

function section(path, method, request) {
  return el("section", {},
    el("h3", {}, el("code", { text: `${method.toUpperCase()} ${path}` })),
    el("p", { text: request.description ?? "" }),
    parameters(request.parameters ?? []),
    el("ul", {}, Object.entries(request.responses).map(([status, { description }]) =>
      el("li", { text: `${status}: ${description}` }))));
}

function parameters(listed) {
  if (!listed.length) return null;
  return el("div", { className: "why" }, el("table", {},
    el("thead", {}, el("tr", {}, ["Parameter", "Value", "Meaning"].map((text) => el("th", { scope: "col", text })))),
    el("tbody", {}, listed.map((each) => el("tr", {},
      el("th", { scope: "row" }, el("code", { text: each.name })),
      el("td", { text: typeOf(each.schema) }),
      el("td", { text: each.description ?? "" }))))));
}

function typeOf(schema = {}) {
  const kinds = (schema.anyOf ?? [schema]).map(({ type }) => type).filter((type) => type && type !== "null");
  const text = kinds.map((type) => (type === "array" ? "string, may be repeated" : type)).join(" or ");
  return schema.default !== undefined && !Array.isArray(schema.default) ? `${text}, by default ${schema.default}` : text;
}
