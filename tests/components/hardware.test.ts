import assert from "node:assert/strict";
import { stackManifests } from "../../components/stack/stackManifests";
import { parseSpec } from "../../sdk/spec/schema/validate";
import { servingStackSchema } from "../../sdk/spec/stack/servingStack";
import { servingStackRules } from "../../sdk/spec/stack/servingStackRules";
import { modelObjects, profileObject, profileSpec, runtimeObject } from "./manifests";

const SOURCE = { huggingFace: "ibm-granite/granite-3.1-8b-instruct" };

describe("hardware of a model", () => {
  const families: [resource: string, displayName: RegExp, tolerated: string[]][] = [
    ["nvidia.com/gpu", /NVIDIA/, ["nvidia.com/gpu"]],
    ["amd.com/gpu", /AMD/, ["amd.com/gpu"]],
    ["habana.ai/gaudi", /Gaudi/, []],
    ["ibm.com/spyre_pf", /Spyre/, ["ibm.com/spyre"]],
  ];
  for (const [resource, displayName, tolerated] of families) {
    /** @covers HW-4 */
    it(`has a profile for ${resource}`, () => {
      const { spec } = profileObject("accelerated", { accelerator: resource, cpu: 4, memory: "32Gi" });
      const device = spec.identifiers.find(({ resourceType }) => resourceType === "Accelerator");
      assert.equal(device?.identifier, resource);
      assert.match(device.displayName, displayName);
      assert.deepEqual(
        (spec.scheduling?.node?.tolerations ?? []).map(({ key }) => key),
        tolerated,
      );
    });
  }

  /** @covers HW-11 */
  it("is noted on the runtime as a JSON list in a text", () => {
    for (const resource of ["nvidia.com/gpu", "amd.com/gpu"]) {
      const { metadata } = runtimeObject("vllm", { namespace: "models", accelerator: resource });
      assert.equal(metadata.annotations?.["opendatahub.io/recommended-accelerators"], `["${resource}"]`);
    }
  });

  /** @covers HW-15 */
  it("selects a GPU type by the label of feature discovery, and tolerates no taint of a type", () => {
    const profile = profileSpec("a100", { accelerator: "NVIDIA-A100-SXM4-80GB", cpu: 8, memory: "64Gi" });
    const { spec } = modelObjects("granite", { namespace: "models", source: SOURCE }, { profile }).service;
    assert.deepEqual(spec.predictor.nodeSelector, { "nvidia.com/gpu.product": "NVIDIA-A100-SXM4-80GB" });
    assert.deepEqual(
      spec.predictor.tolerations?.map(({ key }) => key),
      ["nvidia.com/gpu"],
    );
  });

  /** @covers HW-16 */
  it("takes a selector and an affinity of one's own on the predictor", () => {
    const match = [{ key: "topology.kubernetes.io/zone", operator: "In", values: ["a", "b"] }];
    const terms = { nodeSelectorTerms: [{ matchExpressions: match }] };
    const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } };
    const { spec } = modelObjects("granite", {
      namespace: "models",
      source: SOURCE,
      resources: { requests: { cpu: 4, memory: "32Gi" } },
      accelerator: "nvidia.com/gpu",
      nodeSelector: { pool: "gpus" },
      affinity,
    }).service;
    assert.deepEqual([spec.predictor.nodeSelector, spec.predictor.affinity], [{ pool: "gpus" }, affinity]);
  });
});

/** @covers OP-4 */
describe("everything of one model", () => {
  it("bears the label by which one selector finds it, accounts and tokens included", () => {
    const args = {
      platform: { kind: "kserve", ingress: "route" },
      models: {
        granite: { source: SOURCE, resources: { requests: { cpu: 4, memory: "32Gi" } }, exposure: { auth: "none" } },
      },
    };
    const onOpenShift = {
      models: { granite: { ...args.models.granite, exposure: { auth: "token", tokens: ["a", "b"] } } },
    };
    for (const [stack, kinds] of [
      [args, ["ServingRuntime", "InferenceService", "Route"]],
      [
        onOpenShift,
        ["ServingRuntime", "InferenceService", "ServiceAccount", "Role", "RoleBinding", "Secret", "Secret"],
      ],
    ] as const) {
      const objects = stackManifests(parseSpec(servingStackSchema, servingStackRules, stack, "stack"));
      const found = objects.filter(({ metadata }) => metadata.labels?.["app.kubernetes.io/instance"] === "granite");
      assert.deepEqual(
        found.map(({ kind }) => kind),
        kinds,
      );
      assert.equal(objects.length - found.length, 1, "only the namespace belongs to no model");
    }
  });
});
