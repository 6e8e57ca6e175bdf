import assert from "node:assert/strict";
import type { KubernetesObject } from "../../../sdk/kubernetes/core";
import type { PrerequisiteQuestion } from "../../../sdk/operations/prerequisites";
import { missingPrerequisites } from "../../../sdk/operations/prerequisites";

type Inventory = readonly (KubernetesObject & Record<string, unknown>)[];

const QUESTION: PrerequisiteQuestion = {
  namespace: "models",
  runtimeName: "vllm",
  connectionSecret: "s3",
  claimName: "weights",
  acceleratorResource: "nvidia.com/gpu",
};

const node = (amount: string): Inventory[number] => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "gpu" },
  status: { allocatable: { "nvidia.com/gpu": amount } },
});
const cluster = (managementState: string): Inventory[number] => ({
  apiVersion: "datasciencecluster.opendatahub.io/v2",
  kind: "DataScienceCluster",
  metadata: { name: "default-dsc" },
  spec: { components: { kserve: { managementState } } },
});
const crd = { kind: "CustomResourceDefinition", metadata: { name: "inferenceservices.serving.kserve.io" } };
const runtime = { kind: "ServingRuntime", metadata: { name: "vllm", namespace: "models" } };
const complete: Inventory = [
  { apiVersion: "apiextensions.k8s.io/v1", ...crd },
  cluster("Managed"),
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "models" } },
  { apiVersion: "serving.kserve.io/v1alpha1", ...runtime },
  { apiVersion: "v1", kind: "Secret", metadata: { name: "s3", namespace: "models" } },
  { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "weights", namespace: "models" } },
  node("8"),
];

/** @covers PL-12 */
describe("prerequisites of a deployment", () => {
  it("lack nothing where everything is there", () => {
    assert.deepEqual(missingPrerequisites(complete, QUESTION), []);
  });

  it("are named, all that are missing, on an empty cluster", () => {
    assert.deepEqual(
      missingPrerequisites([], QUESTION).map(({ what, message }) => `${what}: ${message}`),
      [
        "kserve: KServe is not installed: neither inferenceservices.serving.kserve.io nor kserve-controller-manager exists",
        "namespace: namespace models does not exist; make it before its models",
        "runtime: serving runtime vllm does not exist for namespace models",
        "connection: Secret s3 of the connection is not in namespace models",
        "volume: PersistentVolumeClaim weights is not in namespace models",
        "accelerator: no node offers nvidia.com/gpu; is the operator of the accelerators installed and ready?",
      ],
    );
  });

  const cases: [string, (objects: Inventory) => Inventory, RegExp][] = [
    [
      "a platform without KServe",
      (all) => [...all, cluster("Removed")],
      /^DataScienceCluster default-dsc has kserve Removed/,
    ],
    [
      "a runtime that is off",
      (all) => all.map((one) => (one.kind === "ServingRuntime" ? { ...one, spec: { disabled: true } } : one)),
      /vllm is disabled/,
    ],
    [
      "a runtime of another namespace",
      (all) =>
        all.map((one) =>
          one.kind === "ServingRuntime" ? { ...one, metadata: { name: "vllm", namespace: "other" } } : one,
        ),
      /vllm does not exist/,
    ],
    [
      "a Secret of another namespace",
      (all) =>
        all.map((one) => (one.kind === "Secret" ? { ...one, metadata: { name: "s3", namespace: "other" } } : one)),
      /Secret s3/,
    ],
    [
      "GPUs that no plugin reports",
      (all) => all.map((one) => (one.kind === "Node" ? node("0") : one)),
      /no node offers/,
    ],
  ];
  for (const [what, change, message] of cases) {
    it(`tell ${what}`, () => {
      const missing = missingPrerequisites(change(complete), QUESTION);
      assert.equal(missing.length, 1);
      assert.match(missing[0]?.message ?? "", message);
    });
  }

  it("take a runtime of the cluster, and a controller for KServe", () => {
    const objects: Inventory = [
      ...complete.filter(({ kind }) => kind !== "ServingRuntime" && kind !== "CustomResourceDefinition"),
      { apiVersion: "serving.kserve.io/v1alpha1", kind: "ClusterServingRuntime", metadata: { name: "vllm" } },
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "kserve-controller-manager", namespace: "kserve" },
      },
    ];
    assert.deepEqual(missingPrerequisites(objects, QUESTION), []);
  });
});
