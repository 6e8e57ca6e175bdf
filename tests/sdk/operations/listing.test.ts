import assert from "node:assert/strict";
import { leftovers, runtimeUsers } from "../../../sdk/operations/leftovers";
import { listHardwareProfiles, listRuntimes, listServices, type ServiceFilter } from "../../../sdk/operations/listing";
import { claim, clusterRuntime, deployment, pod, profile, runtime, service, serving } from "./objects";

const URI = "oci://registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5";
const granite = service("granite", {
  labels: { environment: "production" },
  spec: serving("granite", { storageUri: URI, resources: { limits: { "nvidia.com/gpu": "1" } } }),
  status: { url: "https://granite.example", conditions: [{ type: "Ready", status: "True" }] },
});
const bucket = service("bucket", {
  namespace: "other",
  spec: serving("vllm-amd", { storage: { key: "aws-connection", path: "models/granite/" } }),
});
const cpu = service("cpu", { spec: serving("vllm-cpu", { storageUri: "pvc://claim/model" }) });
const vllmAmd = clusterRuntime("vllm-amd", {
  spec: { containers: [{ name: "kserve-container", resources: { limits: { "amd.com/gpu": 1 } } }] },
});

/** @covers OP-1 */
describe("list of services", () => {
  it("shows runtime, model, readiness and URL; of a connection its key and path", () => {
    assert.deepEqual(listServices([{ apiVersion: "v1", kind: "List", items: [granite, bucket] }, vllmAmd]), [
      {
        namespace: "models",
        name: "granite",
        runtime: "granite",
        model: URI,
        ready: "True",
        url: "https://granite.example",
      },
      { namespace: "other", name: "bucket", runtime: "vllm-amd", model: "aws-connection:models/granite/" },
    ]);
  });

  it("passes over what is no object", () => {
    assert.deepEqual(listServices([null, "text", 3, { kind: "InferenceService" }, []]), []);
  });

  const filters: [name: string, filter: ServiceFilter, names: string[]][] = [
    ["a label", { labels: { environment: "production" } }, ["granite"]],
    ["a label that none has", { labels: { environment: "test" } }, []],
    ["a runtime", { runtime: "vllm-amd" }, ["bucket"]],
    ["accelerators of any maker, of the service or of its runtime", { accelerated: true }, ["granite", "bucket"]],
    ["no accelerators", { accelerated: false }, ["cpu"]],
    ["a namespace", { namespace: "other" }, ["bucket"]],
    ["two of them", { namespace: "models", accelerated: true }, ["granite"]],
  ];
  for (const [name, filter, names] of filters) {
    /** @covers OP-6 */
    it(`filters by ${name}`, () => {
      const rows = listServices([granite, bucket, cpu, vllmAmd], filter);
      assert.deepEqual(
        rows.map((row) => row.name),
        names,
      );
    });
  }
});

/** @covers OP-2 */
describe("list of runtimes", () => {
  it("shows what kubectl get servingruntimes shows", () => {
    const ovms = runtime("kserve-ovms", {
      metadata: { creationTimestamp: "2026-01-01T00:00:00Z" },
      spec: {
        disabled: true,
        supportedModelFormats: [{ name: "openvino_ir" }, { name: "onnx" }],
        containers: [{ name: "kserve-container" }],
      },
    });
    assert.deepEqual(listRuntimes([ovms, vllmAmd], new Date("2026-01-01T01:00:00Z")), [
      {
        namespace: "models",
        name: "kserve-ovms",
        disabled: true,
        modelTypes: ["openvino_ir", "onnx"],
        containers: ["kserve-container"],
        ageSeconds: 3600,
      },
      { namespace: "", name: "vllm-amd", disabled: false, modelTypes: [], containers: ["kserve-container"] },
    ]);
  });
});

/** @covers HW-7 */
describe("list of hardware profiles", () => {
  it("has the five columns that AcceleratorProfiles had", () => {
    const gpu = profile("migrated-gpu", {
      annotations: { "opendatahub.io/display-name": "NVIDIA GPU", "opendatahub.io/disabled": "false" },
      spec: {
        identifiers: [{ identifier: "cpu" }, { identifier: "nvidia.com/gpu", resourceType: "Accelerator" }],
        scheduling: {
          type: "Node",
          node: { tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }] },
        },
      },
    });
    const small = profile("small", { annotations: { "opendatahub.io/disabled": "true" }, spec: { identifiers: [] } });
    assert.deepEqual(listHardwareProfiles([gpu, small]), [
      {
        namespace: "redhat-ods-applications",
        name: "migrated-gpu",
        displayName: "NVIDIA GPU",
        enabled: true,
        identifier: "nvidia.com/gpu",
        tolerations: ["nvidia.com/gpu:NoSchedule"],
      },
      { namespace: "redhat-ods-applications", name: "small", displayName: "small", enabled: false, tolerations: [] },
    ]);
  });
});

describe("what a deleted model leaves", () => {
  const label = { "serving.kserve.io/inferenceservice": "granite" };
  const cases: [name: string, object: object, found: [kind: string, object: string, text: RegExp] | undefined][] = [
    [
      "a child of the controller",
      deployment("granite-predictor", { labels: label }),
      ["child", "Deployment models/granite-predictor", /can be deleted/],
    ],
    ["a pod", pod("granite-1", { labels: label }), ["child", "Pod models/granite-1", /can be deleted/]],
    [
      "what it owned",
      deployment("odd", { metadata: { ownerReferences: [{ kind: "InferenceService", name: "granite" }] } }),
      ["child", "Deployment models/odd", /can be deleted/],
    ],
    [
      "a claim, which is kept on purpose",
      claim("files", { labels: { "app.kubernetes.io/instance": "granite" } }),
      ["claim", "PersistentVolumeClaim models/files", /outlive/],
    ],
    [
      "the service itself, held by a finalizer",
      service("granite", { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["a.b/c"] } }),
      ["finalizer", "InferenceService models/granite", /held by a\.b\/c/],
    ],
    [
      "the service, not deleted at all",
      service("granite"),
      ["child", "InferenceService models/granite", /was not deleted/],
    ],
    [
      "a child that is on its way out",
      pod("granite-1", { labels: label, metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } }),
      ["deleting", "Pod models/granite-1", /is being deleted/],
    ],
    [
      "a bucket, which is kept on purpose",
      { ...claim("files", { labels: { "app.kubernetes.io/instance": "granite" } }), kind: "ObjectBucketClaim" },
      ["claim", "ObjectBucketClaim models/files", /outlive/],
    ],
    [
      "nothing of another model",
      deployment("phi", { labels: { "serving.kserve.io/inferenceservice": "phi" } }),
      undefined,
    ],
    ["nothing without a label or an owner", pod("granite-1"), undefined],
    ["nothing of another namespace", deployment("granite-predictor", { namespace: "other", labels: label }), undefined],
  ];
  for (const [name, object, expected] of cases) {
    /** @covers OP-19 */
    it(`shows ${name}`, () => {
      const found = leftovers({ namespace: "models", name: "granite" }, [object]);
      assert.equal(found.length, expected === undefined ? 0 : 1);
      if (expected === undefined) return;
      assert.deepEqual([found[0]!.kind, found[0]!.object], expected.slice(0, 2));
      assert.match(found[0]!.meaning, expected[2]);
    });
  }
});

describe("users of a runtime", () => {
  const shared = ["a", "b", "c"].map((name) => service(name, { spec: serving("shared") }));
  const elsewhere = service("d", { namespace: "other", spec: serving("shared") });

  it("are the services of its namespace that name it", () => {
    const objects = [...shared, elsewhere, runtime("shared"), clusterRuntime("shared")];
    assert.deepEqual(runtimeUsers({ namespace: "models", name: "shared" }, objects), [
      "models/a",
      "models/b",
      "models/c",
    ]);
  });

  it("are, of one of the cluster, those of namespaces without a runtime of that name", () => {
    const objects = [...shared, elsewhere, runtime("shared"), clusterRuntime("shared")];
    assert.deepEqual(runtimeUsers({ name: "shared" }, objects), ["other/d"]);
  });
});
