import assert from "node:assert/strict";
import { quotaRoom, type ResourceQuota } from "../../../../sdk/capacity/quota/resourceQuota";
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

describe("a ResourceQuota", () => {
  type Used = Record<string, string>;
  const quota = (hard: Used, used: Used = {}, more: ResourceQuota["spec"] = {}): ResourceQuota => ({
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "team" },
    spec: { hard, ...more },
    status: { hard, used },
  });
  const gpu = spec({}, { [GPU]: "8" });

  const cases: [string, ResourceQuota, PodSpec, number, string?][] = [
    [
      "counts accelerators by their requests",
      quota({ "requests.nvidia.com/gpu": "20" }, { "requests.nvidia.com/gpu": "8" }),
      gpu,
      1,
      "exceeded quota: team, requested: requests.nvidia.com/gpu=8, used: requests.nvidia.com/gpu=16, limited: requests.nvidia.com/gpu=20",
    ],
    ["does not know accelerators by their bare name", quota({ "nvidia.com/gpu": "1" }), gpu, Number.POSITIVE_INFINITY],
    [
      "counts pods",
      quota({ pods: "3" }, { pods: "1" }),
      spec({}),
      2,
      "exceeded quota: team, requested: pods=1, used: pods=3, limited: pods=3",
    ],
    [
      "counts memory in bytes and cpu in thousandths",
      quota({ "requests.memory": "10Gi", "limits.cpu": "1500m" }, { "requests.memory": "9Gi", "limits.cpu": "1" }),
      spec({ memory: "2Gi", cpu: "1" }, { cpu: "1" }),
      0,
      "exceeded quota: team, requested: limits.cpu=1,requests.memory=2Gi, used: limits.cpu=1,requests.memory=9Gi, limited: limits.cpu=1500m,requests.memory=10Gi",
    ],
    [
      "makes every container state what it counts",
      quota({ "limits.memory": "10Gi", "requests.cpu": "5" }),
      { containers: [{ name: "b" }, { name: "a", resources: { requests: { cpu: "1" } } }] },
      0,
      "failed quota: team: must specify limits.memory for: a,b; requests.cpu for: b",
    ],
    [
      "does not make them state accelerators",
      quota({ "requests.nvidia.com/gpu": "1" }),
      spec({}),
      Number.POSITIVE_INFINITY,
    ],
    [
      "ignores what is not about pods",
      quota({ services: "0", "requests.storage": "0" }),
      gpu,
      Number.POSITIVE_INFINITY,
    ],
    [
      "of best effort leaves others alone",
      quota({ pods: "0" }, {}, { scopes: ["BestEffort"] }),
      spec({ cpu: "1" }),
      Number.POSITIVE_INFINITY,
    ],
    [
      "of best effort counts a pod with nothing but accelerators",
      quota({ pods: "0" }, {}, { scopes: ["BestEffort"] }),
      gpu,
      0,
    ],
    [
      "of everything else does not",
      quota({ pods: "0" }, {}, { scopes: ["NotBestEffort"] }),
      gpu,
      Number.POSITIVE_INFINITY,
    ],
    [
      "of ending pods leaves servers alone",
      quota({ pods: "0" }, {}, { scopes: ["Terminating"] }),
      gpu,
      Number.POSITIVE_INFINITY,
    ],
    [
      "of a priority class counts its pods",
      quota(
        { pods: "0" },
        {},
        { scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "In", values: ["high"] }] } },
      ),
      spec({}, {}, { priorityClassName: "high" }),
      0,
    ],
    [
      "and no others",
      quota(
        { pods: "0" },
        {},
        { scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "In", values: ["high"] }] } },
      ),
      spec({}),
      Number.POSITIVE_INFINITY,
    ],
  ];
  for (const [name, object, pod, pods, refusal] of cases) {
    it(name, () => {
      const room = quotaRoom(object, pod);
      assert.equal(room.pods, pods);
      if (refusal !== undefined) assert.equal(room.refusal, refusal);
      assert.equal(room.refusal === undefined, pods === Number.POSITIVE_INFINITY);
    });
  }

  it("has less room once others have used it", () => {
    const object = quota({ "requests.nvidia.com/gpu": "32" });
    assert.equal(quotaRoom(object, gpu, { "requests.nvidia.com/gpu": 17 }).pods, 1);
  });

  it("that is not in force yet counts from nothing", () => {
    const { status, ...written } = quota({ "requests.nvidia.com/gpu": "16" });
    assert.ok(status);
    assert.equal(quotaRoom(written, gpu).pods, 2);
  });
});
