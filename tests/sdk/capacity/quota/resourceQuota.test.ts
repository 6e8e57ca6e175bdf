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
  const none = Number.POSITIVE_INFINITY;
  const scope = (scopeName: string, operator: string, ...values: string[]) =>
    quota({ pods: "0" }, {}, { scopeSelector: { matchExpressions: [{ scopeName, operator, values }] } });
  const high = spec({}, {}, { priorityClassName: "high" });
  const ending = spec({}, {}, { activeDeadlineSeconds: 0 });
  const near = (kind: "podAffinity" | "podAntiAffinity", term: object, isPreferred = false): PodSpec => {
    const full = { topologyKey: "zone", ...term };
    const rules = isPreferred
      ? { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: full }] }
      : { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "zone" }, full] };
    return spec({}, {}, { affinity: { [kind]: rules } });
  };
  const crossing = scope("CrossNamespacePodAffinity", "Exists");
  cases.push(
    ["of ending pods counts them", scope("Terminating", "Exists"), ending, 0],
    ["of lasting pods leaves them alone", scope("NotTerminating", "Exists"), ending, none],
    ["of lasting pods counts servers", scope("NotTerminating", "Exists"), gpu, 0],
    ["of all but best effort counts the rest", scope("NotBestEffort", "Exists"), spec({ memory: "1" }), 0],
    [
      "of all but best effort counts those with limits",
      scope("NotBestEffort", "Exists"),
      spec({ cpu: "0" }, { cpu: "1" }),
      0,
    ],
    ["of any priority class counts its pods", scope("PriorityClass", "Exists"), high, 0],
    ["of any priority class counts no others", scope("PriorityClass", "Exists"), spec({}), none],
    ["of no priority class counts pods without", scope("PriorityClass", "DoesNotExist"), spec({}), 0],
    ["of no priority class counts no others", scope("PriorityClass", "DoesNotExist"), high, none],
    ["of all but some priority classes counts others", scope("PriorityClass", "NotIn", "low"), high, 0],
    ["of all but some priority classes counts pods without one", scope("PriorityClass", "NotIn", "low"), spec({}), 0],
    ["of all but some priority classes leaves those alone", scope("PriorityClass", "NotIn", "high"), high, none],
    ["of a plain priority class counts any", quota({ pods: "0" }, {}, { scopes: ["PriorityClass"] }), high, 0],
    ["of a scope nobody knows counts nothing", scope("Unheard", "Exists"), gpu, none],
    [
      "of two scopes counts what is in both",
      quota({ pods: "0" }, {}, { scopes: ["NotBestEffort", "Terminating"] }),
      ending,
      none,
    ],
    [
      "of pods that look beyond their namespace counts those that name one",
      crossing,
      near("podAffinity", { namespaces: ["a"] }),
      0,
    ],
    [
      "of pods that look beyond their namespace counts those that select some",
      crossing,
      near("podAntiAffinity", { namespaceSelector: {} }),
      0,
    ],
    [
      "of pods that look beyond their namespace counts those that prefer to",
      crossing,
      near("podAffinity", { namespaces: ["a"] }, true),
      0,
    ],
    [
      "of pods that look beyond their namespace counts no others",
      crossing,
      near("podAffinity", { namespaces: [] }),
      none,
    ],
    ["of pods that look beyond their namespace counts none without rules", crossing, gpu, none],
    ["counts pod objects", quota({ "count/pods": "1" }), gpu, 1],
    ["counts requests by their bare names", quota({ cpu: "2", memory: "1Gi" }), spec({ cpu: "1", memory: "1Gi" }), 1],
    [
      "counts ephemeral storage",
      quota({ "requests.ephemeral-storage": "2Gi", "limits.ephemeral-storage": "3Gi" }),
      spec({ "ephemeral-storage": "1Gi" }, { "ephemeral-storage": "3Gi" }),
      1,
    ],
    [
      "counts huge pages",
      quota({ "hugepages-2Mi": "8Mi", "requests.hugepages-2Mi": "4Mi" }),
      spec({ cpu: "1" }, { "hugepages-2Mi": "4Mi" }),
      1,
    ],
    [
      "does not count limits of huge pages or accelerators",
      quota({ "limits.hugepages-2Mi": "0", "limits.nvidia.com/gpu": "0" }),
      spec({}, { "hugepages-2Mi": "4Mi", [GPU]: "1" }),
      none,
    ],
    ["does not count what a pod asks nothing of", quota({ "requests.cpu": "0" }), spec({ cpu: "0" }), none],
    [
      "names only what is exceeded",
      quota({ pods: "9", "requests.cpu": "1" }),
      spec({ cpu: "1" }),
      1,
      "exceeded quota: team, requested: requests.cpu=1, used: requests.cpu=1, limited: requests.cpu=1",
    ],
    [
      "counts cpu by its bare name in thousandths",
      quota({ cpu: "1" }, { cpu: "500m" }),
      spec({ cpu: "250m" }),
      2,
      "exceeded quota: team, requested: cpu=250m, used: cpu=1, limited: cpu=1",
    ],
    [
      "counts the overhead of a runtime class",
      quota({ "requests.cpu": "3", "limits.cpu": "3" }),
      spec({ cpu: "1" }, { cpu: "1" }, { overhead: { cpu: "500m" } }),
      2,
    ],
    [
      "counts no overhead on limits that there are none of",
      quota({ "limits.memory": "1Gi" }),
      { containers: [{ name: "a", resources: { limits: { memory: "1Gi" } } }], overhead: { cpu: "1" } },
      1,
    ],
    ["lets nothing in where more is used than it allows", quota({ pods: "1" }, { pods: "3" }), gpu, 0],
    [
      "makes init containers state what it counts",
      quota({ cpu: "1", memory: "1Gi" }),
      { ...spec({ cpu: "1", memory: "1" }), initContainers: [{ name: "init" }] },
      0,
      "failed quota: team: must specify cpu for: init; memory for: init",
    ],
    [
      "names what it counts in order",
      quota({ "requests.memory": "1", "limits.cpu": "1" }),
      { containers: [{ name: "a" }] },
      0,
      "failed quota: team: must specify limits.cpu for: a; requests.memory for: a",
    ],
    [
      "makes no container state what the pod as a whole does",
      quota({ "requests.cpu": "3" }),
      { containers: [{ name: "a" }], resources: { requests: { cpu: "2" } } },
      1,
    ],
  );
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
    assert.equal(quotaRoom({ ...written, spec: {} }, gpu).pods, none);
    assert.equal(quotaRoom({ ...written, status: { hard: { "requests.nvidia.com/gpu": "8" } } }, gpu).pods, 1);
  });
});
