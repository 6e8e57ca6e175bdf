import type { Rule } from "../../rule";
import { describeSize, isVllm, parallelismOf, sizePlaces } from "../../world/parallelism";
import type { Workload } from "../../world/types";
import { quotePlace } from "../../world/workload";

/** @requirement VL-27 */
export const noIdleGpus: Rule<Workload> = {
  id: "gpu/no-idle-gpus",
  level: "advisory",
  title: "A pod should not hold accelerators that no rank of its server uses",
  why:
    "The pod gets all accelerators it asks for, the server uses as many as its parallel sizes say, and without a size it " +
    "uses one. The service becomes Ready, the others stay idle and are paid for, and nothing reports it.",
  source: "kserve/kserve#5773; llmos-ai/llmos#40",
  profile: "standard",
  subjects: (world) => world.workloads,
  check: (workload) => {
    const parallelism = parallelismOf(workload);
    if (parallelism?.devices === undefined || parallelism.size.unreadable.length > 0) return undefined;
    const { size, devices } = parallelism;
    if (size.factors.length === 0 && !isVllm(workload)) return undefined;
    const idle = devices.count - size.ranks;
    if (idle <= 0) return [];
    const place = workload.editable([...sizePlaces(workload, size), devices.place]);
    const from = devices.place === undefined ? "" : ` (${quotePlace(devices.place, place)})`;
    return [
      {
        outcome: "fail",
        ...place,
        message:
          `The pod has ${devices.resource}: ${devices.count}${from}, the world size is ${describeSize(workload, size, place)}: ` +
          `${devices.count} - ${size.ranks} = ${idle} idle.`,
        fix:
          `Set --tensor-parallel-size=${devices.count} if it divides the model's attention heads, or ask for ` +
          `${size.ranks} x ${devices.resource}.`,
      },
    ];
  },
};
