/** What workloads of a hardware profile may ask for. */

/** A bound of what workloads of a profile may ask for. */
export interface ProfileBounds {
  /** CPU cores. */
  cpu?: number;
  /** Amount with a unit, such as `8Gi`. */
  memory?: string;
  /** Accelerators. */
  count?: number;
}
