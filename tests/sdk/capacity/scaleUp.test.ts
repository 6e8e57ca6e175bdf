import assert from "node:assert/strict";
import type { NodePool } from "../../../sdk/capacity/inventory/pools/nodePool";
import { scaleUp } from "../../../sdk/capacity/scaleUp";
import type { PodShape } from "../../../sdk/capacity/placement/podShape";
import { GPU, freeNode, gpuPod, gpuToleration } from "./nodes";

describe("scaling up", () => {
  const pool = (name: string, gpus: number, room: number | undefined, limits = {}): NodePool => {
    const amounts = { cpu: 8_000, memory: 64 * 2 ** 30, pods: 110, [GPU]: gpus };
    const template = {
      labels: {},
      taints: [{ key: GPU, effect: "NoSchedule" }],
      allocatable: amounts,
      capacity: amounts,
    };
    return { name, templates: [template], room, limits, unknown: [] };
  };
  const pod = (gpus: number) => gpuPod(gpus, { tolerations: [gpuToleration] });
  const added = (result: ReturnType<typeof scaleUp>) => result.added.map((one) => [one.pool.name, one.count]);

  it("adds the smallest nodes that take the pods, as many as they need", () => {
    const pools = [pool("large", 8, 9), pool("small", 1, 9)];
    const result = scaleUp(
      [
        { pod: pod(1), count: 3 },
        { pod: pod(4), count: 3 },
      ],
      [freeNode("a", 1)],
      pools,
    );
    assert.equal(result.packing.unplaced.length, 0);
    assert.deepEqual(added(result).sort(), [
      ["large", 2],
      ["small", 2],
    ]);
  });

  it("ends at the maximum, and at limits", () => {
    const limited = scaleUp([{ pod: pod(8), count: 5 }], [], [pool("large", 8, 2)]);
    assert.deepEqual([added(limited), limited.packing.unplaced[0]?.count], [[["large", 2]], 3]);
    const bounded = scaleUp([{ pod: pod(8), count: 5 }], [], [pool("large", 8, undefined, { [GPU]: 12 })]);
    assert.deepEqual([added(bounded), bounded.packing.unplaced[0]?.count], [[["large", 1]], 4]);
  });

  it("adds nothing that would not help", () => {
    const result = scaleUp(
      [
        { pod: gpuPod(1), count: 1 },
        { pod: pod(9), count: 1 },
      ],
      [],
      [pool("large", 8, 9)],
    );
    assert.deepEqual([result.added, result.packing.unplaced.length], [[], 2]);
  });

  it("adds large nodes where small ones use up the room", () => {
    const small = pool("any", 1, 1);
    const any = { ...small, templates: [...small.templates, ...pool("any", 8, 1).templates] };
    const result = scaleUp([{ pod: pod(1), count: 2 }], [], [any]);
    assert.deepEqual([result.packing.unplaced, added(result)], [[], [["any", 1]]]);
  });

  it("adds only what the nodes that there are do not take", () => {
    const result = scaleUp([{ pod: pod(8), count: 3 }], [freeNode("a", 8), freeNode("b", 8)], [pool("large", 8, 9)]);
    assert.deepEqual(added(result), [["large", 1]]);
    assert.deepEqual(
      result.packing.nodes.map(({ name }) => name),
      ["a", "b", "large +1"],
    );
  });

  it("of nodes with as many accelerators adds those with less cpu", () => {
    const [template] = pool("any", 8, 9).templates;
    const sizes = [16_000, 4_000, 8_000].map((cpu) => ({
      ...template!,
      allocatable: { ...template!.allocatable, cpu },
    }));
    const result = scaleUp([{ pod: pod(8), count: 1 }], [], [{ ...pool("any", 8, 9), templates: sizes }]);
    assert.deepEqual(
      result.added.map((one) => one.template.allocatable.cpu),
      [4_000],
    );
  });

  it("adds nodes beside those that there are, and on top of DaemonSets", () => {
    const agent = {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "agent" },
      spec: {
        template: {
          spec: {
            tolerations: [gpuToleration],
            containers: [{ name: "agent", resources: { requests: { cpu: "7500m" } } }],
          },
        },
      },
    };
    const groups = [{ pod: pod(1), count: 1 }];
    assert.equal(scaleUp(groups, [], [pool("small", 1, 9)]).packing.unplaced.length, 0);
    assert.equal(scaleUp(groups, [], [pool("small", 1, 9)], { daemonSets: [agent] }).packing.unplaced.length, 1);
  });

  const ZONE = "topology.kubernetes.io/zone";
  const open = (...never: string[]): NodePool => {
    const plain = pool("open", 8, 9);
    return { ...plain, templates: plain.templates.map((one) => ({ ...one, open: { [ZONE]: never } })) };
  };
  const within = (values: string[], operator = "In"): PodShape => ({
    ...pod(8),
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: ZONE, operator, values }] }],
        },
      },
    },
  });
  const asked: [string, PodShape, NodePool, number][] = [
    ["a zone that a pod selects", { ...pod(8), nodeSelector: { [ZONE]: "z" } }, open(), 1],
    ["a zone that its affinity names", within(["y", "z"]), open("y"), 1],
    ["no zone that the pool leaves out", { ...pod(8), nodeSelector: { [ZONE]: "z" } }, open("z"), 0],
    ["no zone that its affinity rules out", within(["z"], "NotIn"), open(), 1],
    ["no label that the pool does not leave open", { ...pod(8), nodeSelector: { other: "z" } }, open(), 0],
    ["no zone to a pool that has its own", { ...pod(8), nodeSelector: { [ZONE]: "z" } }, pool("fixed", 8, 9), 0],
  ];
  for (const [name, shape, some, count] of asked) {
    it(`gives new nodes ${name}`, () => {
      const result = scaleUp([{ pod: shape, count: 1 }], [], [some]);
      assert.equal(
        result.added.reduce((sum, one) => sum + one.count, 0),
        count,
      );
    });
  }

  const zoned = (...zones: string[]): NodePool => {
    const plain = pool("zoned", 8, 9);
    return {
      ...plain,
      templates: zones.flatMap((zone) => plain.templates.map((one) => ({ ...one, labels: { [ZONE]: zone } }))),
    };
  };
  const match = { labelSelector: { matchLabels: { app: "x" } }, topologyKey: ZONE };
  const labels = { app: "x" };
  const spread: PodShape = {
    ...pod(8),
    labels,
    topologySpreadConstraints: [{ ...match, maxSkew: 1, whenUnsatisfiable: "DoNotSchedule" }],
  };
  const apart: PodShape = {
    ...pod(8),
    labels,
    affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [match] } },
  };
  const inZone = (zone: string) => freeNode(`full-${zone}`, 0, { labels: { [ZONE]: zone } });
  const ruled: [string, PodShape, number, NodePool, string[], number][] = [
    ["where copies must spread", spread, 4, zoned("a", "b"), [], 0],
    ["where copies must be apart", apart, 2, zoned("a", "b"), [], 0],
    ["but none in a zone that has one", apart, 3, zoned("a", "b"), [], 1],
    ["in the zones of other nodes where the pool lists none", apart, 2, open(), ["a", "b"], 0],
  ];
  for (const [name, shape, count, some, zones, left] of ruled) {
    it(`adds nodes zone by zone ${name}`, () => {
      const { packing } = scaleUp([{ pod: shape, count }], zones.map(inZone), [some]);
      assert.equal(
        packing.unplaced.reduce((sum, one) => sum + one.count, 0),
        left,
      );
    });
  }
});
