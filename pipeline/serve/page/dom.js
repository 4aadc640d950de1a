// Making elements. Data only ever become text or attributes, never markup.

export const byId = (id) => document.getElementById(id);

/** An element with properties and children; null children are left out, strings are text. */
export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  set(made, properties);
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** The same for a drawing. */
export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function set(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "text") element.textContent = value;
    else if (name in element && name !== "list") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
}

/** A link to another site, if the address is one of the web; else its text. */
export function outside(address, text = address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return document.createTextNode(text);
  }
  if (!["http:", "https:"].includes(url.protocol)) return document.createTextNode(text);
  return el("a", { href: url.href, rel: "noopener noreferrer external", text });
}

/** A text in which the words between <em> and </em> are marked; everything else of it is text. */
export function marked(text) {
  return text.split(/<em>(.*?)<\/em>/s).map((part, index) => (index % 2 ? el("mark", { text: part }) : part));
}

export const number = (value) => new Intl.NumberFormat().format(value);

/** "1 study", "2 studies". */
export const many = (value, one, several) => `${number(value)} ${value === 1 ? one : several}`;

/** A call that waits until there was none for some milliseconds. */
export function later(call, wait) {
  let timer;
  return (...words) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...words), wait);
  };
}
