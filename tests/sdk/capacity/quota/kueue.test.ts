import assert from "node:assert/strict";
import { queueRoom, type ClusterQueue, type KueueObjects } from "../../../../sdk/capacity/quota/kueue";
import { GPU, gpuPod } from "../nodes";

describe("Kueue", () => {
  const queue = (
    name: string,
    nominal: number,
    used: number,
    more: { cohort?: string; borrowingLimit?: string; lendingLimit?: string; stopPolicy?: string } = {},
  ): ClusterQueue => {
    const { cohort, stopPolicy, ...limits } = more;
    return {
      apiVersion: "kueue.x-k8s.io/v1beta1",
      kind: "ClusterQueue",
      metadata: { name },
      spec: {
        ...(cohort !== undefined && { cohort }),
        ...(stopPolicy !== undefined && { stopPolicy }),
        resourceGroups: [
          {
            coveredResources: [GPU, "cpu", "memory"],
            flavors: [
              {
                name: "a100",
                resources: [
                  { name: GPU, nominalQuota: String(nominal), ...limits },
                  { name: "cpu", nominalQuota: "1000" },
                  { name: "memory", nominalQuota: "10Ti" },
                ],
              },
            ],
          },
        ],
      },
      status: { flavorsReservation: [{ name: "a100", resources: [{ name: GPU, total: String(used) }] }] },
    };
  };
  const objects = (...clusterQueues: ClusterQueue[]): KueueObjects => ({
    localQueues: [
      {
        apiVersion: "kueue.x-k8s.io/v1beta1",
        kind: "LocalQueue",
        metadata: { name: "q", namespace: "models" },
        spec: { clusterQueue: "own" },
      },
    ],
    clusterQueues,
    flavors: [
      {
        apiVersion: "kueue.x-k8s.io/v1beta1",
        kind: "ResourceFlavor",
        metadata: { name: "a100" },
        spec: {
          nodeLabels: { product: "A100" },
          nodeTaints: [{ key: GPU, effect: "NoSchedule" }],
          tolerations: [{ key: GPU, operator: "Exists" }],
        },
      },
    ],
  });
  const room = (some: KueueObjects, pod = gpuPod(8)) => queueRoom("models", "q", pod, some);

  const cohort = "all";
  const cases: [string, ClusterQueue[], number, number][] = [
    ["leaves what is not reserved", [queue("own", 32, 8)], 3, 3],
    ["borrows what the cohort leaves", [queue("own", 8, 0, { cohort }), queue("other", 16, 8, { cohort })], 2, 1],
    ["borrows nothing outside a cohort", [queue("own", 8, 0), queue("other", 16, 0, { cohort })], 1, 1],
    [
      "borrows up to its limit",
      [queue("own", 8, 0, { cohort, borrowingLimit: "0" }), queue("other", 16, 0, { cohort })],
      1,
      1,
    ],
    [
      "borrows what others lend",
      [queue("own", 8, 0, { cohort }), queue("other", 16, 0, { cohort, lendingLimit: "8" })],
      2,
      1,
    ],
    [
      "has less when another borrowed from it",
      [queue("own", 16, 0, { cohort }), queue("other", 0, 8, { cohort })],
      1,
      2,
    ],
    [
      "cannot borrow what others keep",
      [queue("own", 8, 0, { cohort }), queue("other", 16, 0, { cohort, lendingLimit: "0" })],
      1,
      1,
    ],
    ["admits nothing while it is stopped", [queue("own", 32, 0, { stopPolicy: "Hold" })], 0, 0],
  ];
  for (const [name, queues, pods, own] of cases) {
    it(name, () => {
      const result = room(objects(...queues));
      assert.deepEqual([result.pods, result.flavors[0]?.withoutBorrowing ?? 0, result.unknown], [pods, own, []]);
    });
  }

  it("puts a pod on the nodes of its flavor", () => {
    const [flavor] = room(objects(queue("own", 8, 0))).flavors;
    assert.deepEqual(
      [flavor?.pod.nodeSelector, flavor?.pod.tolerations],
      [{ product: "A100" }, [{ key: GPU, operator: "Exists" }]],
    );
  });

  it("has no flavor for a pod that selects other nodes", () => {
    assert.equal(room(objects(queue("own", 8, 0)), gpuPod(1, { nodeSelector: { product: "L4" } })).pods, 0);
  });

  it("admits nothing that asks for a resource without quota", () => {
    assert.equal(room(objects(queue("own", 8, 0)), { requests: { "amd.com/gpu": 1 } }).pods, 0);
  });

  it("says what it cannot know", () => {
    assert.deepEqual(room(objects()).unknown, ["ClusterQueue own"]);
    assert.deepEqual(queueRoom("other", "q", gpuPod(1), objects()).unknown, ["LocalQueue other/q"]);
    const tree = {
      ...objects(queue("own", 8, 0, { cohort })),
      cohorts: [{ apiVersion: "kueue.x-k8s.io/v1beta1", kind: "Cohort", metadata: { name: cohort } }],
    };
    assert.deepEqual(room(tree).unknown, ["what Cohort all adds and limits"]);
  });
});
