/** What models can be served on: for each kind of hardware the operator, runtime, images, and how well it is supported. */
import type { Vendor } from "./acceleratorFamilies";
import targets from "./acceleratorTargets.json";
import { vendorOperator } from "./acceleratorVendors";
import { nearest } from "./nearest";
import { compareReleases } from "./versions";

/** `technology-preview`: outside production service levels. `unknown`: no source says. */
export type SupportLevel = "supported" | "technology-preview" | "unknown";

/** A setting of the server that only this hardware knows. */
export interface TargetEnvironment {
  name: string;
  /** A text, also where it looks like true or false. */
  value: string;
  purpose: string;
  /** Whether it belongs on production clusters. */
  production: boolean;
}

/** One kind of hardware to serve on. A value that is not known is absent. */
export interface AcceleratorTarget {
  name: string;
  displayName: string;
  aliases: string[];
  /** Absent for CPUs. */
  vendor?: Extract<Vendor, "nvidia" | "amd" | "intel" | "ibm">;
  /** CPU architecture of the nodes, where it decides. */
  architecture?: string;
  /** Resource of one device; absent for CPUs. */
  resource?: string;
  /** OLM package of its operator, and the chart where that is not used; absent for CPUs. */
  operator?: string;
  chart?: string;
  /** The runtime that OpenShift AI brings for it; an entry of `servingRuntimes`. */
  runtime: string;
  /** What the product documentation calls the runtime; the dashboard's own name changes with its releases. */
  documentedRuntime?: string;
  /** Whether the platform never chooses that runtime by itself, so that services must name it. */
  namedRuntime?: boolean;
  /** What images for it are called. */
  imageFamily: string;
  /** Scheduler that places its pods. */
  scheduler?: string;
  /** Label of its nodes. */
  nodeLabel?: string;
  /** Key of the taint that its nodes usually carry. */
  taint?: string;
  hardwareProfile: "required" | "recommended" | "optional";
  environment?: TargetEnvironment[];
  /** Releases of OpenShift AI, both ends included; no end: up to the newest that is known. */
  support: { from: string; to?: string; level: Exclude<SupportLevel, "unknown"> }[];
  /** Guides by their numbers, or a repository. */
  source: string;
}

/**
 * Every kind of hardware, with its operator.
 *
 * @requirement AC-1, AC-4, AC-6, AC-7, AC-10, AC-11
 */
export const acceleratorTargets: readonly AcceleratorTarget[] = (targets as AcceleratorTarget[]).map((target) => {
  if (target.vendor === undefined) return target;
  const { package: operator, chart } = vendorOperator(target.vendor);
  return { ...target, ...(operator !== undefined && { operator }), ...(chart !== undefined && { chart }) };
});

/**
 * Finds a kind of hardware by name or alias, ignoring case.
 *
 * @returns `undefined` for one that is not known; {@link nearestAcceleratorTarget} proposes one
 */
export function findAcceleratorTarget(name: string): AcceleratorTarget | undefined {
  const wanted = name.toLowerCase();
  return acceleratorTargets.find((target) => namesOf(target).some((known) => known.toLowerCase() === wanted));
}

/** The known name closest to a misspelt one. */
export function nearestAcceleratorTarget(name: string): string | undefined {
  const closest = nearest(name, acceleratorTargets.flatMap(namesOf));
  return closest === undefined ? undefined : findAcceleratorTarget(closest)?.name;
}

/**
 * How a release of OpenShift AI supports a kind of hardware.
 *
 * @param version such as `3.4`
 * @requirement AC-12
 */
export function supportLevel({ support }: AcceleratorTarget, version: string): SupportLevel {
  const found = support.find(
    ({ from, to }) => compareReleases(from, version) <= 0 && (to === undefined || compareReleases(version, to) <= 0),
  );
  return found?.level ?? "unknown";
}

function namesOf({ name, aliases }: AcceleratorTarget): string[] {
  return [name, ...aliases];
}
