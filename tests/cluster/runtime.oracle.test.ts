/** Our choice of a runtime against the real controller's, over everything a service can ask for. */
import assert from "node:assert/strict";
import type { KubernetesObjectApi } from "@kubernetes/client-node";
import type { InferenceService, ModelSpec } from "../../sdk/kubernetes/kserve";
import { resolveRuntime, type Runtime } from "../../sdk/pod/runtime";
import { inNamespace, objectApi, testCluster, until } from "./harness";

const API = "serving.kserve.io/v1alpha1";
/** A format that no shipped runtime has. */
const FORMAT = "selection-test";

interface Status {
  servingRuntimeName?: string;
  clusterServingRuntimeName?: string;
  modelStatus?: { lastFailureInfo?: { reason: string; message: string } };
}

function runtime(name: string, namespace: string | undefined, spec: object, format: object = {}): Runtime {
  return {
    apiVersion: API,
    kind: namespace === undefined ? "ClusterServingRuntime" : "ServingRuntime",
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    spec: {
      containers: [{ name: "kserve-container", image: "server:1" }],
      supportedModelFormats: [{ name: FORMAT, version: "1", autoSelect: true, ...format }],
      ...spec,
    },
  } as Runtime;
}

function runtimes(namespace: string): Runtime[] {
  return [
    runtime("plain", namespace, {}, { version: "7" }),
    runtime("both", namespace, { protocolVersions: ["v2"] }, { autoSelect: false }),
    runtime("both", undefined, {}, { autoSelect: false }),
    runtime("off", namespace, { disabled: true }),
    runtime("grpc", namespace, { protocolVersions: ["grpc-v2"] }, { version: "3", priority: 2 }),
    runtime("low", undefined, { protocolVersions: ["v1"] }, { version: "5", priority: 1 }),
    runtime("high", undefined, { protocolVersions: ["v2", "v1"] }, { version: "5", priority: 3 }),
    runtime("unranked", undefined, { protocolVersions: ["v1"] }, { version: "5" }),
  ];
}

const models: Record<string, Partial<ModelSpec>> = {
  named: { runtime: "plain" },
  shadowed: { runtime: "both", protocolVersion: "v2" },
  "shadowed-protocol": { runtime: "both", protocolVersion: "v1" },
  disabled: { runtime: "off" },
  missing: { runtime: "nowhere" },
  "wrong-format": { runtime: "plain", modelFormat: { name: "other" } },
  "wrong-case": { runtime: "plain", modelFormat: { name: FORMAT.toUpperCase() } },
  "wrong-version": { runtime: "plain", modelFormat: { name: FORMAT, version: "2" } },
  "right-version": { runtime: "plain", modelFormat: { name: FORMAT, version: "7" } },
  "auto-namespaced": {},
  "auto-protocol": { protocolVersion: "grpc-v2" },
  "auto-priority": { modelFormat: { name: FORMAT, version: "5" } },
  "auto-none": { modelFormat: { name: FORMAT, version: "9" } },
  "auto-shipped": { modelFormat: { name: "sklearn" } },
  "auto-triton": { modelFormat: { name: "triton" } },
};

describe("runtime of a service on a real cluster", function () {
  this.timeout(90_000);
  let api: KubernetesObjectApi;

  before(async () => {
    api = objectApi(await testCluster());
  });

  it("is the one the controller takes, or fails for the same reason", async () => {
    await inNamespace(async (namespace) => {
      const own = runtimes(namespace);
      try {
        for (const one of own) await api.create(one);
        const all = [...(await list("ServingRuntime", namespace)), ...(await list("ClusterServingRuntime"))];
        const services = Object.entries(models).map(([name, model]) => service(name, namespace, model));
        for (const one of services) await api.create(one);
        for (const one of services) {
          assert.deepEqual(ourAnswer(one, all), await controllerAnswer(one), one.metadata.name);
          await api.delete(one);
        }
        // Services that are still ending would be deleted once more by the harness.
        const gone = async () =>
          (await api.list("serving.kserve.io/v1beta1", "InferenceService", namespace)).items.length === 0;
        await until(gone, "services remain");
      } finally {
        for (const one of own) await api.delete(one).catch(() => undefined);
      }
    });
  });

  async function list(kind: Runtime["kind"], namespace?: string): Promise<Runtime[]> {
    const { items } = await api.list<Runtime>(API, kind, namespace);
    return items.map((item) => ({ ...item, kind }) as Runtime);
  }

  async function controllerAnswer(one: InferenceService): Promise<object> {
    let answer: object | undefined;
    await until(async () => {
      const { status } = (await api.read(one)) as { status?: Status };
      answer = answerOf(status ?? {});
      return answer !== undefined;
    }, `the controller does not decide on ${one.metadata.name}`);
    return answer ?? {};
  }
});

function service(name: string, namespace: string, model: Partial<ModelSpec>): InferenceService {
  return {
    apiVersion: "serving.kserve.io/v1beta1",
    kind: "InferenceService",
    metadata: { name, namespace, annotations: { "serving.kserve.io/autoscalerClass": "none" } },
    spec: { predictor: { minReplicas: 0, model: { modelFormat: { name: FORMAT }, ...model } } },
  };
}

function answerOf({ servingRuntimeName, clusterServingRuntimeName, modelStatus }: Status): object | undefined {
  const failure = modelStatus?.lastFailureInfo;
  if (failure !== undefined) return { reason: failure.reason, message: failure.message };
  const name = servingRuntimeName ?? clusterServingRuntimeName;
  if (name === undefined) return undefined;
  return { kind: servingRuntimeName === undefined ? "ClusterServingRuntime" : "ServingRuntime", name };
}

function ourAnswer(one: InferenceService, all: Runtime[]): object {
  const resolution = resolveRuntime(one, all);
  if (resolution.outcome === "none") return {};
  if (resolution.outcome === "failed") return { reason: resolution.reason, message: resolution.message };
  return { kind: resolution.runtime.kind, name: resolution.runtime.metadata.name };
}
