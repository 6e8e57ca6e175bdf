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

  it("lets the rest pass", () => {
    const all = container({ min: { cpu: "1" }, max: { cpu: "4" }, maxLimitRequestRatio: { cpu: "2" } });
    assert.deepEqual(limitRangeViolations(spec({ cpu: "2" }, { cpu: "4" }), all), []);
  });
});
