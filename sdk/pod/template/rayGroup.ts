/**
 * How KServe spreads a model over the pods of a Ray cluster.
 * Upstream: kserve/kserve `pkg/controller/v1beta1/inferenceservice/components/predictor.go` (computeRayNodeAndGPUs).
 */

/** The pods of one multi-node service. */
export interface RayGroup {
  /** Pods together: one head and the workers. */
  nodes: number;
  /** Accelerators of the head. */
  headGpus: number;
  /** Accelerators of each worker. */
  workerGpus: number;
}

/**
 * The group for a model that needs `total` accelerators (tensor x pipeline parallel size).
 * @param head accelerators that the head's container requests, 0 for none; only requests count, limits do not
 * @param worker the same of the worker's container
 * @returns KServe's message where head and workers together have too few
 */
export function rayGroup(total: number, head: number, worker: number): RayGroup | string {
  if (worker > 0) return groupOfWorkers(total, head, worker);
  if (head > 0) {
    const nodes = total > head ? total - head + 1 : 1;
    return checked(total, { nodes, headGpus: head, workerGpus: 1 });
  }
  return { nodes: total, headGpus: 1, workerGpus: 1 };
}

function groupOfWorkers(total: number, head: number, worker: number): RayGroup | string {
  const full = Math.ceil(total / worker);
  const alone = full === 1 || (head > 0 && total <= head);
  if (alone) return { nodes: 1, headGpus: total, workerGpus: 0 };
  return checked(total, { nodes: full, headGpus: head > 0 ? head : total - worker * (full - 1), workerGpus: worker });
}

function checked(total: number, group: RayGroup): RayGroup | string {
  const workers = group.workerGpus * (group.nodes - 1);
  if (total <= group.headGpus + workers) return group;
  return `the total required number of GPUs(${total}) is less than the number of GPUs assigned to the head node(${group.headGpus}) + worker node(${workers})`;
}
