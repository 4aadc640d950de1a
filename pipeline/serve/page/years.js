// The years as a histogram with a slider of two handles. Both ends of the slider are open: at its end, a handle sets
// no bound, so that what is before or after the years drawn is not lost.

import { el, later, many, svg } from "./dom.js";

const MOST_BARS = 60;
const HEIGHT = 48;
const STAYS = 250;

/** The years to draw: those that many records cover, and all between; not the few of long ago, nor projections. */
export function span(counts) {
  const most = Math.max(...Object.values(counts), 0);
  if (!most) return null;
  const years = Object.entries(counts).filter(([, count]) => count >= most / 12).map(([year]) => Number(year));
  const first = Math.min(...years);
  return { first, last: Math.max(...years, first + 1) };
}

/** The histogram and the slider; `chosen` is called with [first, last], null where that end is open. */
export function yearsFilter(domain, counts, [from, to], chosen) {
  const { first, last } = domain;
  const limit = (year, fallback) => Math.min(Math.max(Number(year ?? fallback), first), last);
  const lower = handle("First year", "years-first", limit(from, first));
  const upper = handle("Last year", "years-last", limit(to, last));
  const told = el("div", { className: "told" });
  const { drawn, bars } = histogram(domain, counts);

  function handle(label, id, value) {
    return el("input", { type: "range", id, min: first, max: last, step: 1, value, "aria-label": label });
  }

  function show() {
    const a = Number(lower.value);
    const b = Number(upper.value);
    const open = [a === first, b === last];
    told.textContent = open[0] && open[1] ? "all years" : open[0] ? `up to ${b}` : open[1] ? `${a} and later` : `${a} to ${b}`;
    lower.setAttribute("aria-valuetext", open[0] ? "no first year" : String(a));
    upper.setAttribute("aria-valuetext", open[1] ? "no last year" : String(b));
    for (const bar of bars) bar.rect.classList.toggle("out", bar.last < a || bar.first > b);
    // at the right end the left handle has to be the one on top, or neither could be moved back
    lower.style.setProperty("z-index", a > (first + last) / 2 ? 3 : 2);
  }

  // keys change a handle year by year: what counts is where it stays
  const tell = later(() => {
    const [a, b] = [Number(lower.value), Number(upper.value)];
    chosen([a === first ? null : a, b === last ? null : b]);
  }, STAYS);
  lower.addEventListener("input", () => {
    if (Number(lower.value) > Number(upper.value)) lower.value = upper.value;
    show();
  });
  upper.addEventListener("input", () => {
    if (Number(upper.value) < Number(lower.value)) upper.value = lower.value;
    show();
  });
  lower.addEventListener("change", tell);
  upper.addEventListener("change", tell);
  show();
  return el("div", { className: "years" }, drawn, el("div", { className: "slider" }, lower, upper), told);
}

function histogram({ first, last }, counts) {
  const step = Math.ceil((last - first + 1) / MOST_BARS);
  const bars = [];
  for (let year = first; year <= last; year += step) bars.push({ first: year, last: Math.min(year + step - 1, last), count: 0 });
  for (const [year, count] of Object.entries(counts)) {
    const place = Math.floor((Number(year) - first) / step);
    // a bar of several years is as high as its best year: studies of several years would count several times
    if (bars[place] && Number(year) <= last) bars[place].count = Math.max(bars[place].count, count);
  }
  const most = Math.max(...bars.map((bar) => bar.count), 1);
  const drawn = svg("svg", {
    viewBox: `0 0 ${bars.length * 4} ${HEIGHT}`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": `Number of records by year, ${first} to ${last}; at most ${most}`,
  });
  bars.forEach((bar, index) => {
    const height = bar.count ? Math.max((bar.count / most) * HEIGHT, 1.5) : 0;
    const title = svg("title");
    title.textContent = `${bar.first === bar.last ? bar.first : `${bar.first}–${bar.last}`}: ${many(bar.count, "record", "records")}`;
    bar.rect = svg("rect", { x: index * 4, y: HEIGHT - height, width: 3.2, height }, title);
    drawn.append(bar.rect);
  });
  return { drawn, bars };
}
