import assert from "node:assert/strict";
import { stackManifests } from "../../components/stack/stackManifests";
import type { ServingStackArgs } from "../../index";
import { ServingStack } from "../../index";
import { parseSpec } from "../../sdk/spec/schema/validate";
import { servingStackRules, servingStackSchema } from "../../sdk/spec/stack/servingStack";
import { registered } from "./mocks";

const l4 = { accelerator: "NVIDIA-L4", cpu: 4, memory: "32Gi" };
const granite = { source: { huggingFace: "ibm-granite/granite-3.1-8b-instruct" }, hardwareProfile: "l4" };

/** @covers MP-1 */
describe("objects of a stack", () => {
  const cases: [name: string, args: ServingStackArgs][] = [
    [
      "OpenShift AI, with tokens and two models",
      {
        hardwareProfiles: { l4, h100: { machineShape: "p5.48xlarge", localQueue: "gpus" } },
        models: {
          granite: { ...granite, exposure: { auth: "token" } },
          phi: { source: { huggingFace: "microsoft/phi-4" }, hardwareProfile: "h100" },
        },
      },
    ],
    [
      "plain KServe, with a Route of ours, in a namespace that exists",
      {
        platform: { kind: "kserve", ingress: "route" },
        namespace: { name: "project", create: false },
        hardwareProfiles: { l4 },
        models: { granite: { ...granite, exposure: { auth: "none" } } },
      },
    ],
    [
      "a model whose runtime exists",
      {
        models: {
          shared: {
            source: { oci: "quay.io/a/b:1" },
            runtimeName: "vllm",
            resources: { requests: { cpu: 2, memory: "16Gi" } },
          },
        },
      },
    ],
  ];
  for (const [name, args] of cases) {
    it(`are those that the component registers: ${name}`, async () => {
      const resources = await registered(() => {
        new ServingStack("serving", args);
      });
      const objects = resources.filter(({ type }) => type.startsWith("kubernetes:")).map(({ inputs }) => inputs);
      const spec = parseSpec(servingStackSchema, servingStackRules, args, "stack");
      assert.deepEqual(sorted(stackManifests(spec)), sorted(objects));
    });
  }
});

/** As text, so that the order of registration and of keys does not count. */
function sorted(objects: readonly object[]): string[] {
  return objects.map((object) => JSON.stringify(inOrder(object), null, 1)).sort();
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, inOrder(inner)]));
}
