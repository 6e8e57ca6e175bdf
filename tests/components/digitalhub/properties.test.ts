import assert from "node:assert/strict";
import * as fc from "fast-check";
import { accelerators } from "../../../sdk/catalog/accelerators";
import type { Deployment } from "../../../sdk/kubernetes/apps";
import type { ResourceRequirements } from "../../../sdk/kubernetes/core";
import { isCanonical } from "../../../sdk/pod/quantity";
import type { VllmServeArgs } from "../../../sdk/spec/digitalhub/vllmServe";
import type { Plain } from "../../../sdk/spec/schema/plain";
import { containerOf, podOf, vllmObjects } from "./manifests";

/** Amounts in every notation, with room for the shared memory of several accelerators. */
const memory = fc.oneof(
  fc.integer({ min: 20, max: 256 }).map((size) => `${size}Gi`),
  fc.integer({ min: 20480, max: 262144 }).map((size) => `${size}Mi`),
  fc.integer({ min: 20, max: 256 }).map((size) => `${size}e9`),
);
const cpu = fc.integer({ min: 1, max: 64_000 }).map((millicores) => millicores / 1000);
const nvidia = accelerators.filter(({ vendor }) => vendor === "nvidia").map(({ name }) => name);
const args: fc.Arbitrary<Plain<VllmServeArgs>> = fc.record({
  namespace: fc.constant("serving"),
  url: fc.constantFrom("hf://a/b", "hf://a/b:main", "pvc://models/b", "s3://lake/b"),
  task: fc.constantFrom("text" as const, "speech" as const, "pooling" as const),
  accelerator: fc.constantFrom(...nvidia, "nvidia.com/gpu"),
  acceleratorCount: fc.constantFrom(1, 2, 4, 8),
  useCpuImage: fc.boolean(),
  resources: fc.record({ requests: fc.record({ cpu, memory }) }),
});
const names = fc.stringMatching(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/).filter((name) => name !== "vllm");

describe("servers of any size and name", () => {
  it("have canonical quantities, one selector for pods and Service, and devices only where the image can use them", () => {
    fc.assert(
      fc.property(names, args, (name, serve) => {
        const objects = vllmObjects(name, serve);
        const [deployment, service] = objects as unknown as [Deployment, { spec: { selector: unknown } }];
        const { requests = {}, limits = {} } = containerOf(objects).resources as ResourceRequirements;
        for (const amount of [...Object.values(requests), ...Object.values(limits)])
          assert.ok(isCanonical(amount), amount);
        const labels: Record<string, string> = deployment.spec.template.metadata.labels;
        assert.deepEqual(deployment.spec.selector.matchLabels, service.spec.selector);
        assert.deepEqual({ ...labels, ...deployment.spec.selector.matchLabels }, labels);
        const devices = serve.useCpuImage === true ? undefined : String(serve.acceleratorCount);
        assert.deepEqual([requests["nvidia.com/gpu"], limits["nvidia.com/gpu"]], [devices, devices]);
        assert.equal(podOf(objects).tolerations === undefined, serve.useCpuImage === true);
      }),
      { numRuns: 150 },
    );
  });
});
