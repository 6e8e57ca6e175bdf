import assert from "node:assert/strict";
import type { KubernetesObjectApi } from "@kubernetes/client-node";
import { inNamespace, objectApi, testCluster } from "../cluster/harness";

const gpu = { displayName: "GPU", identifier: "nvidia.com/gpu", minCount: 1, defaultCount: "1", maxCount: 8 };
const onNodes = { type: "Node", node: { nodeSelector: { a: "b" }, tolerations: [{ key: "k", operator: "Exists" }] } };
const inQueue = { type: "Queue", kueue: { localQueueName: "q" } };
const to = { kind: "Service", name: "granite-predictor" };

/** What, its spec, and the message of the refusal; no message: accepted. */
type Case = [string, object, RegExp?];

const profiles: Case[] = [
  ["numbers and quantities as counts", { identifiers: [gpu] }],
  [
    "an identifier without its default",
    { identifiers: [{ ...gpu, defaultCount: undefined }] },
    /defaultCount: Required/,
  ],
  [
    "a resource type that is none",
    { identifiers: [{ ...gpu, resourceType: "GPU" }] },
    /resourceType: Unsupported value/,
  ],
  ["node scheduling", { identifiers: [gpu], scheduling: onNodes }],
  ["queue scheduling", { identifiers: [gpu], scheduling: inQueue }],
  ["scheduling without its type", { scheduling: { node: {} } }, /scheduling\.type: Required/],
  [
    "type Node with a queue",
    { scheduling: { ...onNodes, kueue: inQueue.kueue } },
    /Node needs node and excludes kueue/,
  ],
  ["type Node without node", { scheduling: { type: "Node" } }, /Node needs node and excludes kueue/],
  ["type Queue without a queue", { scheduling: { type: "Queue" } }, /Queue needs kueue and excludes node/],
  [
    "a queue without a name",
    { scheduling: { type: "Queue", kueue: { localQueueName: "" } } },
    /localQueueName.*at least 1/,
  ],
];

const routes: Case[] = [
  ["edge termination to a named port", { to, port: { targetPort: "http" }, tls: { termination: "edge" } }],
  ["a port number", { to, port: { targetPort: 8080 } }],
  ["no target", { host: "a.example.com" }, /spec\.to: Required/],
  ["a path that is none", { to, path: "v1" }, /spec\.path/],
  ["a weight over 256", { to: { ...to, weight: 257 } }, /weight.*256/],
  ["an unknown termination", { to, tls: { termination: "tls" } }, /termination: Unsupported value/],
  [
    "passthrough that allows plain traffic",
    { to, tls: { termination: "passthrough", insecureEdgeTerminationPolicy: "Allow" } },
    /passthrough cannot have insecureEdgeTerminationPolicy Allow/,
  ],
  [
    "two certificates",
    { to, tls: { termination: "edge", certificate: "pem", externalCertificate: { name: "c" } } },
    /exclude each other/,
  ],
  ["headers on passthrough", { to, tls: { termination: "passthrough" }, httpHeaders: {} }, /httpHeaders cannot/],
  ["four further backends", { to, alternateBackends: [to, to, to, to] }, /alternateBackends.*at most 3|Too many/],
];

const selector = { matchLabels: { app: "vllm" } };

const podMonitors: Case[] = [
  ["a named port", { selector, podMetricsEndpoints: [{ port: "http", path: "/metrics", interval: "30s" }] }],
  ["no selector", { podMetricsEndpoints: [] }, /selector: Required/],
  ["an interval that is none", { selector, podMetricsEndpoints: [{ interval: "often" }] }, /interval.*should match/],
  [
    "an unknown action",
    { selector, podMetricsEndpoints: [{ relabelings: [{ action: "swap" }] }] },
    /action: Unsupported value/,
  ],
];

const rules: Case[] = [
  ["an alert", { groups: [{ name: "g", rules: [{ alert: "A", expr: "up == 0", for: "5m" }] }] }],
  ["a rule without an expression", { groups: [{ name: "g", rules: [{ alert: "A" }] }] }, /expr: Required/],
  ["a group without a name", { groups: [{ rules: [] }] }, /name: Required/],
  ["two groups of one name", { groups: [{ name: "g" }, { name: "g" }] }, /Duplicate value/],
];

describe("CRDs of the embedded cluster", function () {
  this.timeout(120_000);
  let api: KubernetesObjectApi;
  before(async () => {
    api = objectApi(await testCluster());
  });

  const kinds: [string, string, Case[]][] = [
    ["infrastructure.opendatahub.io/v1", "HardwareProfile", profiles],
    ["route.openshift.io/v1", "Route", routes],
    ["monitoring.coreos.com/v1", "PodMonitor", podMonitors],
    ["monitoring.coreos.com/v1", "PrometheusRule", rules],
  ];
  for (const [apiVersion, kind, cases] of kinds) {
    it(`${kind}: accepts and refuses what the original does`, () =>
      inNamespace(async (namespace) => {
        for (const [index, [name, spec, refusal]] of cases.entries()) {
          const object = { apiVersion, kind, metadata: { name: `case-${index}`, namespace }, spec };
          const created = api.create(object);
          if (refusal === undefined) await created;
          else await assert.rejects(created, refusal, name);
        }
      }));
  }

  it("Route: gets the defaults that OpenShift gives", () =>
    inNamespace(async (namespace) => {
      const metadata = { name: "granite", namespace };
      const route = { apiVersion: "route.openshift.io/v1", kind: "Route", metadata, spec: { to: { name: "x" } } };
      const { spec } = await api.create<typeof route>(route);
      assert.deepEqual(spec, { to: { kind: "Service", name: "x", weight: 100 }, wildcardPolicy: "None" });
    }));
});
