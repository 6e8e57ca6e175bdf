/** What of the platform's own objects exists in which release of OpenShift AI and Open Data Hub. */
import fields from "./platformFields.json";
import { compareReleases } from "./versions";

/** Releases that know a field. */
export interface FieldReleases {
  since: string;
  /** First release without it. */
  removedIn?: string;
  /** What the other releases have for it. */
  instead?: string;
}

export type FieldGroup = "components" | "kserve" | "dashboard";

/** Components of a DataScienceCluster beside KServe, Kueue and ModelMesh. */
export type PlatformComponent = keyof typeof fields.components;

/** Their names, as in the DataScienceCluster. */
export const platformComponents = Object.keys(fields.components) as PlatformComponent[];

/** The newest release read; what a platform without a version is taken for. */
export const NEWEST_PLATFORM = "3.5";

/** Why a release does not know a field; undefined when it does, or when nothing is recorded of the field. */
export function fieldProblem(group: FieldGroup, field: string, version: string): string | undefined {
  const releases = (fields[group] as Readonly<Record<string, FieldReleases>>)[field];
  if (releases === undefined) return undefined;
  const { since, removedIn, instead } = releases;
  const hint = instead === undefined ? "" : `; did you mean ${instead}?`;
  if (compareReleases(version, since) < 0) return `does not exist in version ${version}, only since ${since}${hint}`;
  if (removedIn === undefined || compareReleases(version, removedIn) < 0) return undefined;
  return `does not exist in version ${version}: it ended with ${removedIn}${hint}`;
}
