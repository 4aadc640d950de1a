// Asking the service. An answer that comes after a newer question is dropped.

export class Problem extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** The answer to a request below `discover/`. */
export async function ask(path, parameters, signal) {
  let answer;
  try {
    answer = await fetch(`discover/${path}?${parameters}`, { headers: { Accept: "application/json" }, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("The service cannot be reached. Is the network there?", 0);
  }
  if (answer.ok) return answer.json();
  const told = await answer.json().catch(() => ({}));
  throw new Problem(told.detail ?? `The service answered with status ${answer.status}.`, answer.status);
}

/** A function that asks, and ends what it asked before. Its answer is null where a newer question was put. */
export function latest(path) {
  let running = null;
  return async (parameters) => {
    running?.abort();
    const own = new AbortController();
    running = own;
    try {
      const found = await ask(path, parameters, own.signal);
      return running === own ? found : null;
    } catch (error) {
      if (error.name === "AbortError" || running !== own) return null;
      throw error;
    }
  };
}
