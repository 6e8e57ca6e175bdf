import assert from "node:assert/strict";
import {
  limitRangeViolations,
  withLimitRangeDefaults,
  type LimitRange,
  type LimitRangeItem,
} from "../../../../sdk/capacity/quota/limitRange";
import type { PodSpec } from "../../../../sdk/kubernetes/core";
import { GPU } from "../nodes";

const spec = (
  requests: Record<string, string>,
  limits: Record<string, string> = {},
  more: Partial<PodSpec> = {},
): PodSpec => ({
  containers: [{ name: "main", resources: { requests, limits } }],
  ...more,
});

describe("a LimitRange", () => {
  const range = (...limits: LimitRangeItem[]): LimitRange[] => [
    { apiVersion: "v1", kind: "LimitRange", metadata: { name: "limits" }, spec: { limits } },
  ];
  const container = (item: Partial<LimitRangeItem>): LimitRange[] => range({ type: "Container", ...item });

  it("fills in what a container leaves open", () => {
    const ranges = container({
      default: { cpu: "2", memory: "4Gi" },
      defaultRequest: { cpu: "1" },
      min: { "ephemeral-storage": "1Gi" },
    });
    const [first] = withLimitRangeDefaults({ containers: [{ name: "main" }] }, ranges).containers;
    assert.deepEqual(first?.resources, {
      limits: { cpu: "2", memory: "4Gi" },
      requests: { cpu: "1", memory: "4Gi", "ephemeral-storage": "1Gi" },
    });
    const [second] = withLimitRangeDefaults(spec({}, { cpu: "3" }), ranges).containers;
    assert.deepEqual([second?.resources?.limits?.cpu, second?.resources?.requests?.cpu], ["3", "3"]);
  });

  it("makes a limit of its maximum", () => {
    const [first] = withLimitRangeDefaults(spec({}), container({ max: { memory: "8Gi" } })).containers;
    assert.deepEqual([first?.resources?.limits, first?.resources?.requests], [{ memory: "8Gi" }, { memory: "8Gi" }]);
  });

  const cases: [string, LimitRange[], PodSpec, string[]][] = [
    [
      "a limit above its maximum",
      container({ max: { [GPU]: "4" } }),
      spec({}, { [GPU]: "8" }),
      ["maximum nvidia.com/gpu usage per Container is 4, but limit is 8"],
    ],
    [
      "a request below its minimum",
      container({ min: { cpu: "1" } }),
      spec({ cpu: "500m" }),
      ["minimum cpu usage per Container is 1, but request is 500m"],
    ],
    [
      "too high a ratio",
      container({ maxLimitRequestRatio: { cpu: "2" } }),
      spec({ cpu: "1" }, { cpu: "3" }),
      ["cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000"],
    ],
    [
      "a ratio without a limit",
      container({ maxLimitRequestRatio: { cpu: "2" } }),
      spec({ cpu: "1" }),
      ["cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0"],
    ],
    [
      "the sum of a pod",
      range({ type: "Pod", max: { memory: "3Gi" } }),
      {
        containers: [
          { name: "a", resources: { limits: { memory: "2Gi" } } },
          { name: "b", resources: { limits: { memory: "2Gi" } } },
        ],
      },
      ["maximum memory usage per Pod is 3Gi, but limit is 4Gi"],
    ],
    [
      "a pod without what it bounds",
      range({ type: "Pod", max: { memory: "3Gi" } }),
      spec({}),
      ["maximum memory usage per Pod is 3Gi.  No limit is specified"],
    ],
    [
      "an init container too",
      container({ max: { cpu: "1" } }),
      { containers: [{ name: "a" }], initContainers: [{ name: "b", resources: { limits: { cpu: "2" } } }] },
      ["maximum cpu usage per Container is 1, but limit is 2"],
    ],
  ];
  for (const [name, ranges, pod, expected] of cases) {
    it(`refuses ${name}`, () => {
      assert.deepEqual(limitRangeViolations(pod, ranges), expected);
    });
  }

  const both = (
    requests: Record<string, string>,
    limits: Record<string, string>,
    item: Partial<LimitRangeItem>,
    type = "Container",
  ) => limitRangeViolations(spec(requests, limits), range({ type, ...item }));
  const bounds: [string, Record<string, string>, Record<string, string>, Partial<LimitRangeItem>, string[]][] = [
    ["a request at its minimum", { cpu: "1" }, { cpu: "1" }, { min: { cpu: "1" } }, []],
    ["no request where there is a minimum", {}, {}, { min: { [GPU]: "1" }, defaultRequest: {}, default: {} }, []],
    [
      "a limit below a minimum that the request meets",
      { cpu: "1" },
      { cpu: "500m" },
      { min: { cpu: "1" } },
      ["minimum cpu usage per Container is 1, but limit is 500m"],
    ],
    ["a limit at its maximum", { cpu: "4" }, { cpu: "4" }, { max: { cpu: "4" } }, []],
    [
      "a request above a maximum that the limit meets",
      { cpu: "5" },
      { cpu: "4" },
      { max: { cpu: "4" } },
      ["maximum cpu usage per Container is 4, but request is 5"],
    ],
    ["a ratio at its bound", { cpu: "1" }, { cpu: "2" }, { maxLimitRequestRatio: { cpu: "2" } }, []],
    [
      "a ratio of fractions",
      { cpu: "100m" },
      { cpu: "251m" },
      { maxLimitRequestRatio: { cpu: "2500m" } },
      ["cpu max limit to request ratio per Container is 2500m, but provided ratio is 2.510000"],
    ],
    [
      "a ratio to no request",
      { cpu: "0" },
      { cpu: "2" },
      { maxLimitRequestRatio: { cpu: "2" } },
      ["cpu max limit to request ratio per Container is 2, but no request is specified or request is 0"],
    ],
    [
      "a ratio of no limit",
      { cpu: "1" },
      { cpu: "0" },
      { maxLimitRequestRatio: { cpu: "2" } },
      ["cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0"],
    ],
    [
      "a ratio of nothing",
      {},
      {},
      { maxLimitRequestRatio: { memory: "2" } },
      ["memory max limit to request ratio per Container is 2, but no request is specified or request is 0"],
    ],
  ];
  for (const [name, requests, limits, item, expected] of bounds) {
    it(`says of ${name}: ${expected.length === 0 ? "nothing" : expected.join()}`, () => {
      assert.deepEqual(both(requests, limits, item), expected);
    });
  }

  it("says of a pod what it says of containers, of the sum and without the overhead of a runtime class", () => {
    const overhead = { cpu: "1", memory: "1Gi" };
    const pod = spec({ cpu: "1", memory: "1Gi" }, { cpu: "1", memory: "1Gi" }, { overhead });
    const items = range({ type: "Pod", max: { cpu: "1", memory: "1Gi" } });
    assert.deepEqual(limitRangeViolations(pod, items), []);
    const low = range({ type: "Pod", min: { cpu: "1500m", [GPU]: "1", memory: "2Gi" } });
    assert.deepEqual(limitRangeViolations(pod, low), [
      "minimum cpu usage per Pod is 1500m, but request is 1",
      `minimum ${GPU} usage per Pod is 1.  No request is specified`,
      "minimum memory usage per Pod is 2Gi, but request is 1Gi",
    ]);
    assert.deepEqual(both({ cpu: "1500m" }, { cpu: "1500m" }, { max: { cpu: "1" } }, "Pod"), [
      "maximum cpu usage per Pod is 1, but limit is 1500m",
    ]);
    assert.deepEqual(both({}, { [GPU]: "3" }, { max: { [GPU]: "2" } }, "Pod"), [
      `maximum ${GPU} usage per Pod is 2, but limit is 3`,
    ]);
  });

  it("of claims for volumes has nothing to say, nor has one without items", () => {
    assert.deepEqual(both({ cpu: "1" }, { cpu: "1" }, { max: { cpu: "1m" } }, "PersistentVolumeClaim"), []);
    const [empty] = range();
    const { spec: own, ...bare } = empty!;
    assert.deepEqual([own, limitRangeViolations(spec({}), [bare])], [{ limits: [] }, []]);
    assert.deepEqual(withLimitRangeDefaults(spec({ cpu: "1" }), [bare, { ...bare, spec: {} }]), spec({ cpu: "1" }));
  });

  it("fills in no more than is open, and leaves the rest of a pod as it is", () => {
    const ranges = container({ default: { cpu: "2" }, defaultRequest: { cpu: "1" } });
    const claims = [{ name: "gpu" }];
    const pod: PodSpec = {
      nodeSelector: { zone: "x" },
      containers: [{ name: "main", image: "vllm", resources: { claims, requests: { memory: "1Gi" } } }],
      initContainers: [{ name: "init" }],
    };
    const resources = { limits: { cpu: "2" }, requests: { cpu: "1" } };
    assert.deepEqual(withLimitRangeDefaults(pod, ranges), {
      nodeSelector: { zone: "x" },
      containers: [
        {
          name: "main",
          image: "vllm",
          resources: { claims, limits: { cpu: "2" }, requests: { cpu: "1", memory: "1Gi" } },
        },
      ],
      initContainers: [{ name: "init", resources }],
    });
    assert.ok(!("initContainers" in withLimitRangeDefaults(spec({}), ranges)));
    assert.deepEqual(withLimitRangeDefaults(spec({}), range({ type: "Pod", max: { cpu: "1" } })), spec({}));
  });

  it("of several fills in the first, and refuses for all", () => {
    const ranges = [
      ...container({ default: { cpu: "2" } }),
      ...container({ default: { cpu: "3" }, max: { memory: "1Gi" } }),
    ];
    const [first] = withLimitRangeDefaults(spec({}), ranges).containers;
    assert.deepEqual(first?.resources?.limits, { cpu: "2", memory: "1Gi" });
    const strict = [...container({ max: { cpu: "1" } }), ...container({ max: { memory: "1Gi" } })];
    assert.equal(limitRangeViolations(spec({}, { cpu: "2", memory: "2Gi" }), strict).length, 2);
  });

  it("lets the rest pass", () => {
    const all = container({ min: { cpu: "1" }, max: { cpu: "4" }, maxLimitRequestRatio: { cpu: "2" } });
    assert.deepEqual(limitRangeViolations(spec({ cpu: "2" }, { cpu: "4" }), all), []);
  });
});
