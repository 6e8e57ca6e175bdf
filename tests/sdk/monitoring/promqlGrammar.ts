/** Prometheus' own grammar, as its web page parses queries. */
import { parser } from "@prometheus-io/lezer-promql";

/** Where the grammar stumbles; undefined for a query that Prometheus reads. */
export function promqlError(query: string): string | undefined {
  let error: string | undefined;
  parser.parse(query).iterate({
    enter: ({ type, from }) => {
      if (type.isError) error ??= `at ${from}: ${query.slice(from, from + 20)}`;
    },
  });
  return error;
}
