import type { Rule, Verdict } from "../../rule";
import { argumentPlace, describeSize, parallelismOf, sizePlaces, type Parallelism } from "../../world/parallelism";
import type { Workload } from "../../world/types";
import { quotePlace } from "../../world/workload";

export const worldSizeLeGpus: Rule<Workload> = {
  id: "gpu/world-size-le-gpus",
  level: "mandatory",
  title: "Tensor, pipeline and local data parallel size together must not exceed the accelerators of the pod",
  why:
    "Every rank of the server needs an accelerator of its own. The size is an argument, the accelerators are a resource " +
    'limit, and nothing on the cluster compares them: the server exits with "World size (4) is larger than the number ' +
    'of available GPUs (2) in this node" and the pod restarts for ever.',
  source: "vllm-project/vllm#15217",
  profile: "minimal",
  subjects: (world) => world.workloads,
  check: (workload) => {
    const parallelism = parallelismOf(workload);
    if (parallelism === undefined || parallelism.size.factors.length === 0) return undefined;
    const { size, devices } = parallelism;
    const [unreadable] = size.unreadable;
    if (unreadable !== undefined) {
      const place = workload.editable([argumentPlace(workload, unreadable)]);
      return [
        {
          outcome: "unknown",
          ...place,
          message: `The value "${unreadable.value ?? ""}" of ${unreadable.flag} (${quotePlace(place, place)}) is no whole number as it stands, so the world size is not known.`,
          fix: "Give the size as a number.",
        },
      ];
    }
    if (size.ranks <= (devices?.count ?? 1)) return [];
    return [devices === undefined ? withoutDevices(workload, parallelism) : tooFew(workload, parallelism, devices)];
  },
};

function tooFew(
  workload: Workload,
  { size }: Parallelism,
  { resource, count, place }: NonNullable<Parallelism["devices"]>,
): Verdict {
  const edited = workload.editable([...sizePlaces(workload, size), place]);
  const from = place === undefined ? "" : ` (${quotePlace(place, edited)})`;
  const [only, ...more] = size.factors;
  const lower =
    more.length === 0 && only !== undefined
      ? `--${only.flag} to ${count}`
      : `the sizes so that their product is ${count}`;
  return {
    outcome: "fail",
    ...edited,
    message:
      `The world size is ${describeSize(workload, size, edited)}, the pod has ${resource}: ${count}${from}; ${size.ranks} > ${count}. ` +
      `The server will exit with "World size (${size.ranks}) is larger than the number of available GPUs (${count}) in this node".`,
    fix: `Set ${resource} to ${size.ranks} in requests and limits, or ${lower}.`,
  };
}

/** vLLM on CPUs takes a tensor parallel size too, so this is a likely mistake and not a certain one. */
function withoutDevices(workload: Workload, { size }: Parallelism): Verdict {
  const edited = workload.editable(sizePlaces(workload, size));
  return {
    outcome: "fail",
    level: "advisory",
    ...edited,
    message: `The world size is ${describeSize(workload, size, edited)}, and the pod asks for no accelerator at all.`,
    fix: `Ask for ${size.ranks} accelerators, by resources or a hardware profile; on CPUs leave the size out.`,
  };
}
