/** Values put into PromQL, so that no name of a model or namespace can end a label or change what is asked. */

/** Values of variables; a value that is left out stays a variable, as Grafana wants it. */
export interface QueryVariables {
  namespace?: string;
  model_name?: string;
  /** Duration such as `5m`, or Grafana's `$__rate_interval`. */
  rate_interval?: string;
  /** Regular expression of pod names. */
  pods?: string;
  /** Deployment of the predictor. */
  deployment?: string;
}

/** A text as PromQL writes it. */
export function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

/** A text inside double quotes, without them. */
export function escaped(text: string): string {
  return text.replace(/[\\"]/g, (letter) => `\\${letter}`).replace(/\n/g, "\\n");
}

/** A text that a regular expression of PromQL takes for itself. */
export function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, (letter) => `\\${letter}`);
}

const DURATION = /^(\d+(ms|[smhdwy]))+$|^\$(__\w+|\{\w+\})$/;

/**
 * Fills the variables of a query. A label's value is quoted where the query forgot to.
 *
 * @requirement MO-7
 * @throws RangeError for an interval that is no duration
 */
export function fillQuery(query: string, variables: QueryVariables): string {
  const { rate_interval: interval } = variables;
  if (interval !== undefined && !DURATION.test(interval)) {
    throw new RangeError(`${JSON.stringify(interval)} is not a duration such as "5m"`);
  }
  return query.replace(/(["'])?\$\{(\w+)\}/g, (whole, quote: string | undefined, name: string, at: number) => {
    const value = (variables as Record<string, string | undefined>)[name];
    if (value === undefined) return whole;
    if (name === "rate_interval") return value;
    if (quote === undefined && !insideQuotes(query.slice(0, at))) return quoted(value);
    // PromQL's single quotes know the same escapes, and one more letter to escape.
    const text = quote === "'" ? escaped(value).replaceAll("'", "\\'") : escaped(value);
    return `${quote ?? ""}${text}`;
  });
}

function insideQuotes(before: string): boolean {
  return (before.replace(/\\./g, "").match(/"/g)?.length ?? 0) % 2 === 1;
}
