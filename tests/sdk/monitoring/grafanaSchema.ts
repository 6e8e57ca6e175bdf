/**
 * What Grafana's dashboard model (schema version 39) demands of the parts that are written here: every panel has an id of
 * its own and a place inside the 24 columns, every graph a data source and queries that Prometheus reads, and every
 * variable that a query names exists.
 */
import { z } from "zod";
import { promqlError } from "./promqlGrammar";

const source = z.strictObject({ type: z.literal("prometheus"), uid: z.literal("${datasource}") });

const target = z.strictObject({
  refId: z.string().regex(/^[A-Z]$/),
  expr: z.string().superRefine((expr, context) => {
    const error = promqlError(expr.replaceAll("$__rate_interval", "5m"));
    if (error !== undefined) context.addIssue({ code: "custom", message: `${expr}: ${error}` });
  }),
  legendFormat: z.string().min(1),
  datasource: source,
});

const gridPos = z
  .strictObject({ h: z.int().min(1), w: z.int().min(1).max(24), x: z.int().min(0).max(23), y: z.int().min(0) })
  .refine(({ x, w }) => x + w <= 24);

const row = z.strictObject({ id: z.int().positive(), type: z.literal("row"), title: z.string().min(1), gridPos });

const graph = z.strictObject({
  id: z.int().positive(),
  type: z.literal("timeseries"),
  title: z.string().min(1),
  description: z.string().min(1).optional(),
  gridPos,
  datasource: source,
  fieldConfig: z.strictObject({
    defaults: z.strictObject({
      unit: z.enum(["short", "percentunit", "percent", "ms", "s", "celsius", "watt"]),
      min: z.literal(0),
    }),
    overrides: z.array(z.never()),
  }),
  targets: z.array(target).min(1),
});

const variable = z.strictObject({
  name: z.string().regex(/^\w+$/),
  label: z.string().min(1),
  type: z.enum(["datasource", "query"]),
  query: z.string().min(1),
  regex: z.string().optional(),
  datasource: source.optional(),
  refresh: z.int().min(0).max(2).optional(),
});

export const dashboardSchema = z
  .strictObject({
    uid: z.string().min(1).max(40),
    title: z.string().min(1),
    tags: z.array(z.string()),
    schemaVersion: z.literal(39),
    editable: z.boolean(),
    time: z.strictObject({ from: z.string().regex(/^now-\d+[hd]$/), to: z.literal("now") }),
    refresh: z.string().regex(/^\d+[smhd]$/),
    timepicker: z.strictObject({ refresh_intervals: z.array(z.string().regex(/^\d+[smhd]$/)) }),
    links: z.array(
      z.strictObject({
        title: z.string(),
        type: z.literal("link"),
        url: z.string().regex(/^\?from=now-\d+[hd]&to=now$/),
        includeVars: z.literal(true),
        keepTime: z.literal(false),
      }),
    ),
    templating: z.strictObject({ list: z.array(variable) }),
    panels: z.array(z.discriminatedUnion("type", [row, graph])),
  })
  .superRefine(({ panels, templating }, context) => {
    const ids = panels.map(({ id }) => id);
    if (new Set(ids).size !== ids.length) context.addIssue({ code: "custom", message: "two panels share an id" });
    const names = templating.list.map(({ name }) => name);
    const used = JSON.stringify([panels, templating]).matchAll(/\$\{(\w+)\}/g);
    for (const [, name = ""] of used) {
      if (!names.includes(name)) context.addIssue({ code: "custom", message: `no variable ${name}` });
    }
    for (const [index, one] of panels.entries()) {
      const clash = panels.slice(index + 1).find((other) => overlap(one.gridPos, other.gridPos));
      if (clash !== undefined) context.addIssue({ code: "custom", message: `${one.title} lies on ${clash.title}` });
    }
  });

type Place = z.output<typeof gridPos>;

function overlap(a: Place, b: Place): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
