/** Random pairs of a runtime and a service that KServe accepts, for comparing our pods with the controller's. */
import * as fc from "fast-check";
import type { ClusterServingRuntime, InferenceService, ServingRuntime } from "../../../../sdk/kubernetes/kserve";
import { NAMESPACE } from "./containers";
import { devices } from "./multiNodeParts";
import { handler, volumes } from "./podParts";
import { runtimeObject } from "./runtimes";
import { type Form, serviceObject } from "./services";

/** The objects a user would write. */
export interface Pair {
  service: InferenceService;
  /** Absent for a predictor of plain containers, and for one that leaves the choice to KServe. */
  runtime?: ServingRuntime | ClusterServingRuntime;
}

const form = fc.oneof(
  { weight: 10, arbitrary: fc.constant<Form>("model") },
  { weight: 3, arbitrary: fc.constant<Form>("custom") },
  { weight: 3, arbitrary: fc.constant<Form>("legacy") },
  { weight: 4, arbitrary: fc.constant<Form>("multiNode") },
);

/** Pairs called `pair` in the namespace `pairs`; {@link named} makes them objects that can be created together. */
export const pairs: fc.Arbitrary<{ service: object; runtime?: object }> = fc
  .record({
    handler,
    gpuRequests: fc.boolean(),
    runtimeVolumes: volumes,
    serviceVolumes: volumes,
    form,
    devices,
  })
  .chain(({ handler: kind, gpuRequests, runtimeVolumes, serviceVolumes, form: written, devices: counted }) => {
    const hasRuntime = written === "model" || written === "multiNode";
    const known = [...(hasRuntime ? runtimeVolumes : []), ...serviceVolumes].map(({ name }) => name);
    const choice = { handler: kind, gpuRequests, volumes: [...new Set(known)] };
    const service = serviceObject(choice, serviceVolumes, written, counted);
    if (!hasRuntime) return service.map((only) => ({ service: only }));
    const runtime = runtimeObject(choice, runtimeVolumes, written === "multiNode" ? counted : undefined);
    return fc.record({ service, runtime });
  });

/** The pair under a name and in a namespace of its own. */
export function named(pair: { service: object; runtime?: object }, name: string, namespace = NAMESPACE): Pair {
  const json = JSON.stringify(pair)
    .replace(/"(name|runtime)":"pair"/g, (_, key: string) => `"${key}":"${name}"`)
    .replaceAll(`"namespace":"${NAMESPACE}"`, `"namespace":"${namespace}"`);
  return JSON.parse(json) as Pair;
}
