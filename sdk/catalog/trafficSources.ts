/** Namespaces of a platform whose pods must reach a model, by their labels. */
import type { PlatformKind } from "../spec/platform/platform";
import sources from "./trafficSources.json";

/** Labels that a namespace must have, all of them. */
export type NamespaceLabels = Record<string, string>;

/** Who calls models on a platform, beside their users. */
export interface TrafficSources {
  platform: PlatformKind;
  /** Routers and gateways. */
  router: NamespaceLabels[];
  /** Prometheus. */
  monitoring: NamespaceLabels[];
  /** The platform's own controllers and dashboard. */
  controller: NamespaceLabels[];
  /** Where pods ask for names. */
  dns: { namespace: NamespaceLabels; ports: number[] };
  note: string;
  source: string;
}

const known = sources as unknown as TrafficSources[];

/** The callers of a platform. */
export function trafficSources(platform: PlatformKind): TrafficSources {
  const found = known.find((entry) => entry.platform === platform);
  if (found === undefined) throw new RangeError(`no callers are known of platform ${platform}`);
  return found;
}
