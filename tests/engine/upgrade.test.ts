/** Changes of a deployment on the real engine and the real controllers: each updates in place, nothing is made anew. */
import assert from "node:assert/strict";
import { PatchStrategy } from "@kubernetes/client-node";
import { expectSuccess, type Stack, type StackConfig } from "../../tools/engine/stack";
import { objectApi, testCluster } from "../cluster/harness";
import { testStack } from "./harness";

const NAMESPACE = "upgrade";
/** Where the hardware profiles live. */
const PLATFORM = "upgrade-platform";

interface Model {
  [field: string]: unknown;
  source?: string;
}

const BASE: Model = {
  source: "oci://registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5",
  hardwareProfile: "a100",
};

/** What changes, to what, and where the cluster shows it. Each starts from the one before. */
const changes: [what: string, change: Model, shows: (predictor: Predictor) => unknown, value: unknown][] = [
  ["replicas", { replicas: 2 }, ({ minReplicas, maxReplicas }) => [minReplicas, maxReplicas], [2, 2]],
  [
    "bounds of an autoscaler instead of replicas",
    { replicas: undefined, autoscaling: { minReplicas: 2, maxReplicas: 5 } },
    ({ minReplicas, maxReplicas, scaleTarget }) => [minReplicas, maxReplicas, scaleTarget],
    [2, 5, 80],
  ],
  [
    "a wider autoscaler",
    { autoscaling: { minReplicas: 1, maxReplicas: 10, target: 70 } },
    ({ minReplicas, maxReplicas, scaleTarget }) => [minReplicas, maxReplicas, scaleTarget],
    [1, 10, 70],
  ],
  ["a fixed number again", { autoscaling: undefined, replicas: 1 }, ({ maxReplicas }) => maxReplicas, 1],
  [
    "the version of the model",
    { source: "oci://registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.6" },
    ({ model }) => model.storageUri,
    "oci://registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.6",
  ],
  ["the version back", BASE, ({ model }) => model.storageUri, BASE.source],
  [
    "the kind of storage",
    { source: "hf://ibm-granite/granite-3.1-8b-instruct" },
    ({ model }) => model.storageUri,
    "hf://ibm-granite/granite-3.1-8b-instruct",
  ],
  [
    "resources",
    { resources: { requests: { cpu: 4, memory: "32Gi" }, limits: { cpu: 8, memory: "48Gi" } } },
    ({ model }) => model.resources,
    {
      requests: { cpu: "4", memory: "32Gi", "nvidia.com/gpu": "1" },
      limits: { cpu: "8", memory: "48Gi", "nvidia.com/gpu": "1" },
    },
  ],
  ["arguments", { vllm: { maxModelLen: 8192 } }, ({ model }) => model.args, ["--max-model-len=8192"]],
  [
    "the image of the runtime",
    { image: "docker.io/vllm/vllm-openai:v0.20.0" },
    ({ model }) => model.runtime,
    "granite",
  ],
  [
    "the hardware profile",
    { hardwareProfile: "l4" },
    ({ nodeSelector }) => nodeSelector,
    { "nvidia.com/gpu.product": "NVIDIA-L4" },
  ],
  [
    "the strategy",
    { deploymentStrategy: { type: "Recreate" } },
    ({ deploymentStrategy }) => deploymentStrategy,
    { type: "Recreate" },
  ],
  ["exposure", { exposure: { auth: "token", timeoutSeconds: 600 } }, ({ timeout }) => timeout, 600],
];

interface Predictor {
  minReplicas: number;
  maxReplicas: number;
  scaleTarget?: number;
  timeout?: number;
  nodeSelector?: object;
  deploymentStrategy?: object;
  model: { storageUri: string; resources: object; args?: string[]; runtime: string };
}

describe("a deployment that changes", function () {
  this.timeout(400_000);

  before(async () => {
    const metadata = { name: PLATFORM };
    await objectApi(await testCluster()).create({ apiVersion: "v1", kind: "Namespace", metadata });
  });

  /** @covers DS-18, OP-7, OP-9, OP-10, OP-23, DS-10 */
  it("is updated in place by every change, and its parts keep their names", async () => {
    let model = BASE;
    const first = await testStack({ config: configuration(model) });
    expectSuccess(await first.run(["up", "--yes", "--skip-preview"]), "pulumi up");
    const before = await objects(first);
    for (const [what, change, shows, value] of changes) {
      if (model.autoscaling !== undefined) await scaleOnce();
      model = { ...model, ...change };
      const stack = await testStack({ config: configuration(model), sameStackAs: first });
      expectSuccess(await stack.run(["up", "--yes", "--skip-preview"]), `pulumi up with another value for ${what}`);
      assert.deepEqual(shows(await predictor()), value, what);
      const after = await objects(stack);
      for (const [urn, uid] of before) assert.equal(after.get(urn), uid, `${what}: ${urn} was made anew`);
    }
    const last = await testStack({ config: configuration(model), sameStackAs: first });
    expectSuccess(await last.run(["preview", "--refresh", "--expect-no-changes"]), "preview after all changes");
    expectSuccess(await last.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
  });
});

function configuration(model: Model): StackConfig {
  const given = Object.entries(model).filter(([, value]) => value !== undefined);
  return {
    "model-serving:platform": { kind: "openshift-ai", applicationsNamespace: PLATFORM },
    "model-serving:namespace": NAMESPACE,
    "model-serving:hardwareProfiles": {
      a100: {
        accelerator: "NVIDIA-A100-SXM4-80GB",
        cpu: 2,
        memory: "24Gi",

        maximum: { cpu: 16, memory: "64Gi" },
      },
      l4: { accelerator: "NVIDIA-L4", cpu: 2, memory: "24Gi", maximum: { cpu: 16, memory: "64Gi" } },
    },
    "model-serving:models": { granite: Object.fromEntries(given) },
  };
}

/** Identity of every Kubernetes object of a stack by its URN. */
async function objects(stack: Stack): Promise<Map<string, string>> {
  const { resources = [] } = (await stack.export()).deployment;
  return new Map(
    resources
      .filter(({ type }) => type.startsWith("kubernetes:"))
      .map(({ urn, outputs }) => [urn, (outputs?.metadata as { uid?: string } | undefined)?.uid ?? ""]),
  );
}

/**
 * What an autoscaler does sooner or later, and no metrics here ask it to. KServe 0.17 reports the Deployment's generation
 * as its own: a change that leaves the Deployment alone counts as seen only once the Deployment has changed for other reasons.
 */
async function scaleOnce(): Promise<void> {
  const api = objectApi(await testCluster());
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "granite-predictor", namespace: NAMESPACE },
  };
  for (const replicas of [3, 2]) {
    await api.patch(
      { ...deployment, spec: { replicas } } as never,
      undefined,
      undefined,
      undefined,
      undefined,
      PatchStrategy.MergePatch,
    );
  }
}

async function predictor(): Promise<Predictor> {
  const api = objectApi(await testCluster());
  const metadata = { name: "granite", namespace: NAMESPACE };
  const found = await api.read({ apiVersion: "serving.kserve.io/v1beta1", kind: "InferenceService", metadata });
  return (found as unknown as { spec: { predictor: Predictor } }).spec.predictor;
}
