/** The tables of docs/monitoring.md: what is asked of each server, and the alerts made of it. */
import { alerts } from "../../sdk/monitoring/alerts";
import { metrics } from "../../sdk/monitoring/metrics";
import { queries } from "../../sdk/monitoring/queries";
import { filledTable, table } from "./markdown";

const code = (text: string): string => `\`${text}\``;

/** Every query, with the names of metrics in the newest release. */
export function queriesTable(): string {
  const rows = queries.map(({ engine, id, title, unit, note }) => [engine, code(id), title, unit, note ?? ""]);
  return table(["source", "query", "answers", "unit", "note"], rows);
}

/** Every metric under each of its names. */
export function metricsTable(): string {
  const rows = metrics.map(({ engine, key, name, since, before, source }) => [
    engine,
    code(key),
    code(name),
    since ?? "",
    before ?? "",
    source,
  ]);
  return filledTable(["source", "metric", "name", "since", "before", "read in"], rows);
}

/** Every alert with its usual bound. */
export function alertsTable(): string {
  const rows = alerts.map((alert) => [
    code(alert.alert),
    code(alert.id),
    alert.severity,
    alert.wait,
    alert.threshold === undefined ? "" : `${code(alert.threshold)}: ${alert.default ?? ""}`,
    alert.engines.join(", "),
    alert.summary
      .replaceAll("${service}", "the service")
      .replaceAll("${threshold}", "the bound")
      .replace(/\s*\{\{.*?\}\}/g, ""),
  ]);
  return table(["alert", "id", "severity", "after", "bound", "servers", "fires when"], rows);
}
