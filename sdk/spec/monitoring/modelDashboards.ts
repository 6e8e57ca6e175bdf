/** What a user may say of dashboards. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { Engine } from "../../monitoring/alerts";
import { RefreshInterval, TimeRange } from "../../monitoring/grafana";
import { choice, dnsLabel, flag, list, object, record, text, textLike } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";
import { quote } from "../schema/problem";
import type { SpecRule } from "../schema/validate";

/** How Grafana finds its dashboards. */
export const DashboardKind = {
  /** ConfigMaps with a label, read by the sidecar of Grafana's charts. */
  ConfigMap: "ConfigMap",
  /** Custom resources of the Grafana operator. */
  GrafanaDashboard: "GrafanaDashboard",
} as const;
export type DashboardKind = (typeof DashboardKind)[keyof typeof DashboardKind];

/**
 * Arguments of the ModelDashboards component.
 *
 * @requirement MO-2, MO-3, MO-12
 */
export interface ModelDashboardsArgs {
  /** Beginning of the objects' names, at most 50 characters. Default: the component's name. */
  name?: string;
  /** Namespace of the objects, usually Grafana's. */
  namespace: Input<string>;
  /** A dashboard for each of these servers. Default: `vllm`. */
  engines?: Engine[];
  /** Release of the server; only with one engine. Default: the newest. */
  engineVersion?: string;
  /** Default: `ConfigMap`. */
  kind?: DashboardKind;
  /** Labels by which they are found. Default: `grafana_dashboard: "1"` on ConfigMaps; `dashboards: grafana` of the operator. */
  labels?: Record<string, string>;
  /** Folder in Grafana. Default: the top. */
  folder?: string;
  /** Time range at the start. Default: `1h`. */
  range?: TimeRange;
  /** How often they are drawn anew. Default: `30s`. */
  refresh?: RefreshInterval;
  /** Adds NVIDIA's GPUs; needs their exporter. Default: false. */
  gpus?: boolean;
}

export const modelDashboardsSchema = object({
  name: textLike(
    /^[a-z0-9]([-a-z0-9]{0,48}[a-z0-9])?$/,
    "a name (lower case letters, digits, dashes; at most 50)",
  ).optional(),
  namespace: dnsLabel("a namespace"),
  engines: list(choice(Object.values(Engine)), "servers").default(["vllm"]),
  engineVersion: textLike(/^v?\d+\.\d+(\.\d+)*([.+-]?[a-z]+[\d.]*)*$/, 'a release such as "0.8.5"').optional(),
  kind: choice(Object.values(DashboardKind)).default("ConfigMap"),
  labels: record(text("a label value"), "label values").optional(),
  folder: text("the name of a folder").optional(),
  range: choice(Object.values(TimeRange)).default("1h"),
  refresh: choice(Object.values(RefreshInterval)).default("30s"),
  gpus: flag.default(false),
}) satisfies SchemaOf<ModelDashboardsArgs>;

export type ModelDashboardsSpec = z.output<typeof modelDashboardsSchema> & { name: string };

export const modelDashboardsRules: readonly SpecRule<ModelDashboardsArgs>[] = [
  ({ engines }) =>
    engines?.length === 0 ? [{ path: ["engines"], message: "is empty; name vllm, ovms or mlserver" }] : [],
  ({ engines }) =>
    (engines ?? []).flatMap((engine, index, all) =>
      all.indexOf(engine) === index ? [] : [{ path: ["engines", index], message: `${quote(engine)} is named twice` }],
    ),
  ({ engines, engineVersion }) =>
    engineVersion !== undefined && (engines?.length ?? 1) > 1
      ? [{ path: ["engineVersion"], message: `${quote(engineVersion)}: of which server? Make a component for each` }]
      : [],
];
