/** Random workers of a runtime and of a service. */
import * as fc from "fast-check";
import { affinity, args, env, labels, nodeSelector, some, tolerations, volumes } from "./podParts";

/** Accelerators of both kinds of container: all of one name, as a pod's requests must be told apart. */
export interface Devices {
  /** Requests, limits, or nothing at all. */
  head: object;
  worker: object;
  ownWorker: object;
}

const RESOURCES = ["nvidia.com/gpu", "amd.com/gpu"];

export const devices: fc.Arbitrary<Devices> = fc.constantFrom(...RESOURCES).chain((resource) => {
  const counted = fc.constantFrom("1", "2", "4").map((count) => ({
    requests: { [resource]: count },
    limits: { [resource]: count },
  }));
  const any = fc.oneof(
    { weight: 2, arbitrary: fc.constant({}) },
    { weight: 3, arbitrary: counted },
    { weight: 1, arbitrary: fc.constant({ limits: { [resource]: "2" } }) },
  );
  return fc.record({ head: any, worker: any, ownWorker: fc.oneof(fc.constant({}), counted) });
});

const sizes = some({ pipelineParallelSize: fc.constantFrom(1, 2, 3), tensorParallelSize: fc.constantFrom(1, 2, 4, 8) });
const pod = some({ nodeSelector, affinity, tolerations });

/** `spec.workerSpec` of a runtime. */
export function runtimeWorker({ worker }: Devices): fc.Arbitrary<object> {
  const container = some({ args, env, command: fc.constantFrom(["/bin/sh", "-c"]) }).map((parts) => ({
    name: "worker-container",
    image: "vllm/worker:1",
    resources: worker,
    ...parts,
  }));
  return fc
    .tuple(container, pod, some({ labels, volumes, annotations: fc.constant({ note: "worker" }) }), sizes)
    .map(([one, shared, rest, size]) => ({ containers: [one], ...shared, ...rest, ...size }));
}

/** `spec.predictor.workerSpec` of a service. */
export function serviceWorker({ ownWorker }: Devices): fc.Arbitrary<object> {
  const container = some({ args, image: fc.constantFrom("mine/worker:2") }).map((parts) => ({
    name: "worker-container",
    resources: ownWorker,
    ...parts,
  }));
  return fc
    .tuple(fc.option(container, { nil: undefined }), pod, sizes)
    .map(([one, shared, size]) => ({ ...(one === undefined ? {} : { containers: [one] }), ...shared, ...size }));
}
