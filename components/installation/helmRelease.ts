/** Charts that Helm installs. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ChartCoordinates } from "../../sdk/catalog/charts";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { present } from "../../sdk/kubernetes/present";
import type { ChartSettingsSpec, ChartValues } from "../../sdk/spec/installation/chart";
import type { Provision } from "../../sdk/spec/schema/provision";
import { after } from "../children";
import { createObject } from "../objects";
import { plainError } from "../specification";
import { namespaceManifest, PRIVILEGED } from "./operatorManifests";
import type { Installation } from "./operatorSubscription";

const TIMEOUT_SECONDS = 900;

/** A chart of the catalogue and how it is wanted. */
export interface ChartInstallation extends ChartCoordinates {
  values?: pulumi.Input<ChartValues>;
  timeoutSeconds?: number;
  /** Objects that must be in the namespace before the release, by the end of their logical names. */
  before?: { suffix: string; manifest: KubernetesObject }[];
}

/** The catalogue's chart with the component's values and what the settings change. */
export function chartWith(
  coordinates: ChartCoordinates,
  values: ChartValues,
  settings: ChartSettingsSpec | undefined,
): ChartInstallation {
  const { values: over = {}, ...rest } = settings ?? {};
  return { ...coordinates, ...present(rest), values: overlaid(values, over) };
}

/** Values with others laid over them, as Helm does it: mappings are joined, everything else is replaced. */
function overlaid(values: ChartValues, over: ChartValues): ChartValues {
  const joined = Object.entries(over).map(([key, value]: [string, unknown]) => {
    const below: unknown = values[key];
    return [key, isMapping(below) && isMapping(value) ? overlaid(below, value) : value] as const;
  });
  return { ...values, ...Object.fromEntries(joined) };
}

function isMapping(value: unknown): value is ChartValues {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/**
 * Installs a chart in one pinned version as a Helm release of a fixed name and waits for its pods. What fails is taken
 * back by Helm itself, so that the next run can begin anew.
 *
 * @param name logical name of the release
 * @param provision nothing is made for `existing` and `skip`
 * @throws RunError for a chart without a version
 */
export function installChart(
  name: string,
  chart: ChartInstallation,
  provision: Provision,
  opts: pulumi.CustomResourceOptions,
): Installation {
  const { namespace } = chart;
  if (provision !== "create") return { namespace, ready: [] };
  const { version } = chart;
  if (version === undefined) throw plainError(`chart ${chart.chart}: expected a version; the catalogue knows none`);
  const made = chart.privileged === true ? [privilegedNamespace(name, namespace, opts)] : [];
  for (const { suffix, manifest } of chart.before ?? [])
    made.push(createObject(`${name}-${suffix}`, { ...manifest }, after(opts, made)));
  const release = new k8s.helm.v3.Release(
    name,
    {
      ...located(chart),
      name: chart.releaseName,
      version,
      namespace,
      // A namespace of ours is removed again with the release; one that Helm makes stays.
      createNamespace: chart.privileged !== true,
      atomic: true,
      timeout: chart.timeoutSeconds ?? TIMEOUT_SECONDS,
      ...(chart.values !== undefined && { values: chart.values }),
    },
    after(opts, made),
  );
  return { namespace, ready: [release] };
}

/** A registry's address is part of the chart's name; a repository's is not. */
function located({ repository, chart }: ChartCoordinates): Pick<k8s.helm.v3.ReleaseArgs, "chart" | "repositoryOpts"> {
  if (repository.startsWith("oci://")) return { chart: `${repository.replace(/\/$/, "")}/${chart}` };
  return { chart, repositoryOpts: { repo: repository } };
}

function privilegedNamespace(name: string, namespace: string, opts: pulumi.CustomResourceOptions): pulumi.Resource {
  return createObject(`${name}-namespace`, { ...namespaceManifest(namespace, PRIVILEGED) }, opts);
}
