/** What a user may say of a Helm chart. */
import { z } from "zod";
import type { ChartCoordinates } from "../../catalog/charts";
import { dnsLabel, expected, object, textLike, whole } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";

/** Values of a chart, as in its `values.yaml`. */
export type ChartValues = Record<string, unknown>;

/** How a release of a chart differs from the catalogue's. */
export interface ChartSettings {
  /** Version of the chart. Default: the catalogue's, which never moves by itself. */
  version?: string;
  /** Repository or registry (`oci://...`), for mirrors. Default: the catalogue's. */
  repository?: string;
  /** Default: the catalogue's. */
  namespace?: string;
  /** Name of the Helm release; it cannot change later. Default: the catalogue's. */
  releaseName?: string;
  /** Laid over the values that the component sets itself. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the chart decides, and Pulumi's schema knows no `unknown`
  values?: Record<string, any>;
  /** Seconds until a release whose pods are not ready is rolled back. Default: 900. */
  timeoutSeconds?: number;
}

/** Where charts lie. */
export const chartRepository = textLike(
  /^(https?|oci):\/\/\S+$/,
  "the address of a chart repository (https://... or oci://...)",
);

export const chartSettingsSchema = object({
  version: textLike(/^v?\d+\.\d+(\.\d+)?([-+][0-9A-Za-z.-]+)?$/, "one exact version of a chart").optional(),
  repository: chartRepository.optional(),
  namespace: dnsLabel("a namespace").optional(),
  releaseName: dnsLabel("the name of a release").optional(),
  values: z.record(z.string(), z.any(), { error: expected("a mapping of chart values") }).optional(),
  timeoutSeconds: whole(1).optional(),
}) satisfies SchemaOf<ChartSettings>;

export type ChartSettingsSpec = z.output<typeof chartSettingsSchema>;

/** A chart is installed in one version that somebody chose. Paths begin at the settings. */
export function chartIsPinned({ chart, version }: ChartCoordinates, settings: Loose<ChartSettings>): Problem[] {
  if ((settings.version ?? version) !== undefined) return [];
  const message = `is missing; expected one exact version of the chart ${chart}: no published source names the current one`;
  return [{ path: ["version"], message }];
}
