/** Where Helm charts are found, in which version they are used, and where they go. */
import catalogue from "./charts.json";

/** One chart as Helm installs it. */
export interface ChartCoordinates {
  /** Address of the repository; `oci://...` for a registry. */
  repository: string;
  chart: string;
  /** Absent where no source names the current one: then whoever installs it must. */
  version?: string;
  namespace: string;
  releaseName: string;
  /** Whether pods of the namespace need what Pod Security Admission calls privileged. */
  privileged?: boolean;
  /** Where this was read. */
  source: string;
}

export type ChartName = keyof typeof catalogue;

const known = catalogue as Readonly<Record<ChartName, ChartCoordinates>>;

/** Names of all charts of the catalogue. */
export const chartNames = Object.keys(catalogue) as ChartName[];

/** A chart of the catalogue. */
export function chartCoordinates(name: ChartName): ChartCoordinates {
  return known[name];
}
