/** Components on the real engine and the real KServe controller: what no mock can tell. */
import assert from "node:assert/strict";
import { expectSuccess, type StackConfig } from "../../tools/engine/stack";
import { objectApi, testCluster } from "../cluster/harness";
import { testStack } from "../engine/harness";

const NAMESPACE = "components-test";

describe("components on a cluster", function () {
  this.timeout(180_000);

  it("no pod restarts for a longer wait or another number of replicas, and each new pod is awaited", async () => {
    const before = await testStack({ config: configuration({}) });
    expectSuccess(await before.run(["up", "--yes", "--skip-preview"]), "pulumi up");
    const [first] = await replicaSets();

    const change = { readyTimeoutSeconds: 1234, replicas: 2 };
    const after = await testStack({ config: configuration(change), sameStackAs: before });
    expectSuccess(await after.run(["up", "--yes", "--skip-preview"]), "pulumi up with two replicas");
    assert.deepEqual(await replicaSets(), [{ name: first?.name, ready: 2 }]);

    expectSuccess(await after.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
  });

  it("an autoscaler's number of replicas is left to it", async () => {
    const stack = await testStack({ config: configuration({ autoscaling: { minReplicas: 2, maxReplicas: 3 } }) });
    expectSuccess(await stack.run(["up", "--yes", "--skip-preview"]), "pulumi up");
    const { items } = await objectApi(await testCluster()).list("autoscaling/v2", "HorizontalPodAutoscaler", NAMESPACE);
    assert.deepEqual(
      items.map(({ metadata }) => metadata?.name),
      ["granite-predictor"],
    );
    const refreshed = await stack.run(["preview", "--refresh", "--expect-no-changes"]);
    expectSuccess(refreshed, "preview after the autoscaler has written to the objects");
    expectSuccess(await stack.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
  });
});

function configuration(change: Record<string, unknown>): StackConfig {
  return {
    "model-serving:platform": { kind: "kserve" },
    "model-serving:namespace": NAMESPACE,
    "model-serving:hardwareProfiles": {
      a100: { accelerator: "NVIDIA-A100-SXM4-80GB", cpu: 2.5, memory: "32768Mi" },
    },
    "model-serving:models": {
      granite: {
        source: "oci://registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5",
        hardwareProfile: "a100",
        ...change,
      },
    },
  };
}

/** Every ReplicaSet there ever was: a second one would mean that pods were replaced. */
async function replicaSets(): Promise<{ name: string | undefined; ready: number }[]> {
  const { items } = await objectApi(await testCluster()).list("apps/v1", "ReplicaSet", NAMESPACE);
  return items.map((set) => {
    const { status } = set as { status?: { readyReplicas?: number } };
    return { name: set.metadata?.name, ready: status?.readyReplicas ?? 0 };
  });
}
