import assert from "node:assert/strict";
import { clusterNodes, type NodeObject, type PodObject } from "../../../../sdk/capacity/inventory/inventory";
import { nodeIndex, nodesOf, place, slotsIn } from "../../../../sdk/capacity/placement/nodeIndex";
import { failedScheduling, podShape, slots } from "../../../../sdk/capacity/placement/placement";

/** The example that kubernetes-sigs/cluster-capacity publishes in its README. */
describe("the published cluster-capacity example", () => {
  const spec = { containers: [{ name: "small-pod", resources: { requests: { cpu: "150m", memory: "100Mi" } } }] };
  const pod = podShape(spec);

  const machine = (name: string): NodeObject => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name },
    status: { allocatable: { cpu: "2", memory: "4Gi", pods: "110" } },
  });
  const master: NodeObject = {
    ...machine("kube-master"),
    spec: { taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }] },
  };
  const nodes = [master, ...["1", "2", "3", "4"].map((i) => machine(`kube-node-${i}`))];
  const running = (count: number): PodObject[] =>
    Array.from({ length: count }, (_, i) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: `running-${i}` },
      spec: { ...spec, nodeName: `kube-node-${(i % 4) + 1}` },
    }));

  it("takes 52 pods, 13 on each node", () => {
    const index = nodeIndex(clusterNodes({ nodes }));
    assert.equal(slotsIn(index, pod), 52);
    assert.equal(place(index, pod, 100).length, 52);
    const counts = nodesOf(index).map(({ name, planned = [] }) => [name, planned.length]);
    assert.deepEqual(counts, [["kube-master", 0], ...["1", "2", "3", "4"].map((i) => [`kube-node-${i}`, 13])]);
    assert.equal(
      failedScheduling(pod, nodesOf(index)),
      "0/5 nodes are available: 1 node(s) had untolerated taint(s), 4 Insufficient cpu.",
    );
  });

  it("takes 46 once six more run", () => {
    assert.equal(slots(pod, clusterNodes({ nodes, pods: running(6) })), 46);
  });
});
