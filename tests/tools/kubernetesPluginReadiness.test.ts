import assert from "node:assert/strict";
import { parseJsonPath } from "../../tools/kubernetes-plugin/jsonPath";
import { builtInProbe } from "../../tools/kubernetes-plugin/readiness";
import { expectations } from "../../tools/kubernetes-plugin/waitFor";
import { type Json, type JsonObject } from "../../tools/kubernetes-plugin/wire";

describe("kubernetes plugin stand-in: JSONPath", () => {
  const object = {
    phase: "Running",
    n: 3,
    list: [
      { type: "Ready", status: "True", weight: 2 },
      { type: "Failed", status: "False", weight: 9 },
    ],
    "a.b/c": { d: [1, 2] },
  };
  const cases: [string, Json[]][] = [
    ["$.phase", ["Running"]],
    ["$.missing", []],
    ["$.list[0].type", ["Ready"]],
    ["$.list[-1].type", ["Failed"]],
    ["$.list[*].type", ["Ready", "Failed"]],
    ["$['a.b/c'].d[1]", [2]],
    ["$.a\\.b/c.d[0]", [1]],
    ["$.list[?(@.type=='Ready')].status", ["True"]],
    ["$.list[?@.type == 'Ready' || @.type==\"Failed\"].status", ["True", "False"]],
    ["$.list[?@.status=='True' && @.weight<5].type", ["Ready"]],
    ["$.list[?!(@.weight >= 5)].type", ["Ready"]],
    ["$.list[?@.missing].type", []],
    ["$.list[?@.weight > $.n].type", ["Failed"]],
    ["$..d[*]", [1, 2]],
    ["$[?@ == 'Running']", ["Running"]],
  ];
  for (const [path, expected] of cases) {
    it(`selects ${path}`, () => {
      assert.deepEqual(parseJsonPath(path)(object), expected);
    });
  }

  for (const path of ["", "phase", "$.", "$[", "$['a'", "$.a b", "$.list[?]", "$.list[?@.a ==]"]) {
    it(`refuses ${JSON.stringify(path)}`, () => {
      assert.throws(() => parseJsonPath(path), /expected .* at character \d+ of/);
    });
  }
});

function annotated(waitFor: string, status: JsonObject = {}, generation = 1): JsonObject {
  return { metadata: { generation, annotations: { "pulumi.com/waitFor": waitFor } }, status };
}

describe("kubernetes plugin stand-in: pulumi.com/waitFor", () => {
  const ready = { conditions: [{ type: "Ready", status: "True" }] };
  const unready = { conditions: [{ type: "Ready", status: "False", reason: "Why", message: "because" }] };
  const cases: [string, JsonObject, string | undefined][] = [
    ["condition=Ready", ready, undefined],
    ["condition=ready", ready, undefined],
    ["condition=Ready=True", ready, undefined],
    ["condition=Ready", unready, "condition=Ready: Ready is False: Why: because"],
    ["condition=Ready=False", unready, undefined],
    ["condition=Other", ready, "condition=Other: the object reports no such condition"],
    ["condition=Ready", {}, "condition=Ready: the object reports no such condition"],
    ["condition=Ready", { ...ready, observedGeneration: 1 }, undefined],
    [
      "condition=Ready",
      { ...ready, observedGeneration: 0 },
      "condition=Ready: the controller has not seen the last change yet",
    ],
    ["jsonpath={.status.url}", { url: "http://x" }, undefined],
    ["jsonpath={.status.url}", {}, "jsonpath={.status.url}: the path selects nothing"],
    ["jsonpath={.status.state}=ready", { state: "ready" }, undefined],
    ["jsonpath={.status.state}=ready", { state: "busy" }, 'jsonpath={.status.state}=ready: found "busy"'],
    ["jsonpath={.status.n}=3", { n: 3 }, undefined],
    ["jsonpath={.status.list}", { list: [] }, undefined],
    ["jsonpath={.status.list}=a", { list: [] }, "jsonpath={.status.list}=a: the path selects no plain value"],
    ["jsonpath={.status.conditions[?(@.type=='Ready')].status}=True", ready, undefined],
    [
      "jsonpath={.status.url}",
      { url: "x", observedGeneration: 0 },
      "jsonpath={.status.url}: the controller has not seen the last change yet",
    ],
  ];
  for (const [waitFor, status, missing] of cases) {
    it(`${waitFor} on ${JSON.stringify(status)}: ${missing === undefined ? "met" : "not met"}`, () => {
      const object = annotated(waitFor, status);
      const [expectation] = expectations(object) ?? [];
      const readiness = expectation!(object);
      assert.equal(readiness.ready ? undefined : readiness.missing, missing);
    });
  }

  it("wants all of an array", () => {
    assert.equal(expectations(annotated('["condition=Ready", "jsonpath={.status.url}"]'))?.length, 2);
  });

  it("is nothing without the annotation", () => {
    assert.equal(expectations({ metadata: {} }), undefined);
  });

  const wrong: [string, RegExp][] = [
    ["Ready", /expected a "jsonpath=" or "condition=" prefix, got "Ready"/],
    ["jsonpath=.status.url", /should be wrapped in brackets/],
    ["jsonpath={.status.url}=", /format should be/],
    ["jsonpath={.status[}", /at character/],
    ["[]", /at least one condition/],
    ["[1]", /JSON array of strings/],
  ];
  for (const [waitFor, expected] of wrong) {
    it(`refuses ${waitFor}`, () => {
      assert.throws(() => expectations(annotated(waitFor)), expected);
    });
  }
});

describe("kubernetes plugin stand-in: readiness of built-in kinds", () => {
  const condition = (type: string, status: string, reason = "R", message = "m"): JsonObject => {
    return { type, status, reason, message };
  };
  const available = [condition("Available", "True"), condition("Progressing", "True", "NewReplicaSetAvailable")];
  const rolledOut = { observedGeneration: 1, updatedReplicas: 2, availableReplicas: 2, conditions: available };
  const cases: [kind: string, JsonObject, ready: boolean][] = [
    ["apps/v1/Deployment", { spec: { replicas: 2 }, status: rolledOut }, true],
    ["apps/v1/Deployment", { spec: { replicas: 3 }, status: rolledOut }, false],
    ["apps/v1/Deployment", { spec: { replicas: 2 }, status: { ...rolledOut, observedGeneration: 0 } }, false],
    ["apps/v1/Deployment", { spec: { replicas: 2 }, status: { ...rolledOut, availableReplicas: 1 } }, false],
    [
      "apps/v1/StatefulSet",
      { spec: {}, status: { observedGeneration: 1, readyReplicas: 1, currentRevision: "a", updateRevision: "a" } },
      true,
    ],
    [
      "apps/v1/StatefulSet",
      { spec: {}, status: { observedGeneration: 1, readyReplicas: 1, currentRevision: "a", updateRevision: "b" } },
      false,
    ],
    ["apps/v1/StatefulSet", { spec: {}, status: { observedGeneration: 1, readyReplicas: 0 } }, false],
    [
      "apps/v1/DaemonSet",
      { status: { observedGeneration: 1, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberReady: 2 } },
      true,
    ],
    [
      "apps/v1/DaemonSet",
      { status: { observedGeneration: 1, desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberReady: 2 } },
      false,
    ],
    ["batch/v1/Job", { status: { conditions: [condition("Complete", "True")] } }, true],
    ["batch/v1/Job", { status: { active: 1 } }, false],
    ["v1/Pod", { status: { conditions: [condition("Ready", "True")] } }, true],
    ["v1/Pod", { status: { phase: "Succeeded", conditions: [condition("Ready", "False")] } }, true],
    ["v1/Pod", { status: { phase: "Pending", conditions: [condition("PodScheduled", "False")] } }, false],
    ["v1/PersistentVolumeClaim", { status: { phase: "Bound" } }, true],
    ["v1/PersistentVolume", { status: { phase: "Available" } }, true],
    ["v1/PersistentVolume", { status: { phase: "Failed" } }, false],
    ["v1/ReplicationController", { spec: { replicas: 1 }, status: { availableReplicas: 1 } }, true],
    ["v1/ReplicationController", { spec: { replicas: 1 }, status: {} }, false],
    ["v1/ResourceQuota", { spec: { hard: { cpu: "1" } }, status: { hard: { cpu: "1" } } }, true],
    ["v1/ResourceQuota", { spec: { hard: { cpu: "1" } }, status: {} }, false],
    ["v1/Secret", { type: "Opaque" }, true],
    ["v1/Secret", { type: "kubernetes.io/service-account-token" }, false],
    ["networking.k8s.io/v1/Ingress", { status: { loadBalancer: { ingress: [{ ip: "1.2.3.4" }] } } }, true],
    ["networking.k8s.io/v1/Ingress", { status: { loadBalancer: {} } }, false],
    ["v1/Service", { spec: { type: "ExternalName" } }, true],
    ["v1/Service", { spec: { clusterIP: "None", selector: { a: "b" } } }, true],
    ["v1/Service", { spec: { type: "LoadBalancer" }, status: {} }, false],
  ];
  const nowhere = { request: () => assert.fail("asked"), watch: () => assert.fail("watched") };
  for (const [type, live, ready] of cases) {
    it(`${type} is ${ready ? "ready" : "not ready"} with ${JSON.stringify(live)}`, async () => {
      const split = type.lastIndexOf("/");
      const object = {
        apiVersion: type.slice(0, split),
        kind: type.slice(split + 1),
        metadata: { generation: 1 },
        ...live,
      };
      const readiness = await builtInProbe(object)!(object, { api: nowhere });
      assert.equal(readiness.ready, ready);
    });
  }

  it("gives up on a Job that failed", async () => {
    const job = {
      apiVersion: "batch/v1",
      kind: "Job",
      status: { conditions: [condition("Failed", "True", "DeadlineExceeded", "late")] },
    };
    const readiness = await builtInProbe(job)!(job, { api: nowhere });
    assert.deepEqual(readiness, { ready: false, failed: true, missing: "Failed is True: DeadlineExceeded: late" });
  });

  it("does not wait for kinds that are ready at once", () => {
    assert.equal(builtInProbe({ apiVersion: "v1", kind: "ConfigMap" }), undefined);
    assert.equal(builtInProbe({ apiVersion: "serving.kserve.io/v1beta1", kind: "InferenceService" }), undefined);
  });
});
