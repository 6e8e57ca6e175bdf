/** Random runtimes. */
import * as fc from "fast-check";
import { containersNamed, FORMATS, image, NAMESPACE, sharedPod } from "./containers";
import { type Devices, runtimeWorker } from "./multiNodeParts";
import { annotations, containerParts, labels, type PartChoice, some } from "./podParts";

/** A runtime called `pair` with volumes of its own; with devices it is one for several nodes. */
export function runtimeObject(choice: PartChoice, own: object[], devices?: Devices): fc.Arbitrary<object> {
  const main = fc.tuple(image, containerParts(choice)).map(([picture, parts]) => ({
    name: "kserve-container",
    image: picture,
    ...parts,
    ...(devices === undefined ? {} : { resources: devices.head }),
  }));
  return fc
    .record({
      namespaced: fc.boolean(),
      server: fc.constantFrom(undefined, undefined, "mlserver", "tritonserver", "torchserve", "vllmserver"),
      main,
      mainFirst: fc.boolean(),
      others: devices === undefined ? containersNamed(["sidecar", "transformer-container"], choice) : fc.constant([]),
      pod: some({ ...sharedPod, labels, annotations, hostIPC: fc.boolean() }),
      worker: devices === undefined ? fc.constant(undefined) : runtimeWorker(devices),
    })
    .map(({ namespaced, server, main: first, mainFirst, others, pod, worker }) => ({
      apiVersion: "serving.kserve.io/v1alpha1",
      kind: namespaced ? "ServingRuntime" : "ClusterServingRuntime",
      metadata: {
        name: "pair",
        ...(namespaced ? { namespace: NAMESPACE } : {}),
        ...(server === undefined ? {} : { annotations: { "serving.kserve.io/server-type": server } }),
      },
      spec: {
        supportedModelFormats: FORMATS.map((name) => ({ name, version: "1" })),
        containers: mainFirst ? [first, ...others] : [...others, first],
        ...(own.length === 0 ? {} : { volumes: own }),
        ...pod,
        ...(worker === undefined ? {} : { workerSpec: worker }),
      },
    }));
}
