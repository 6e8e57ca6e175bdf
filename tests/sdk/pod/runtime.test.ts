import assert from "node:assert/strict";
import type { InferenceService, ServingRuntimeSpec } from "../../../sdk/kubernetes/kserve";
import { type Runtime, type RuntimeResolution, resolveRuntime } from "../../../sdk/pod/runtime";
import { UNKNOWN, UnknownValueError } from "../../../sdk/pod/unknown";

interface Extra {
  /** Undefined for a ClusterServingRuntime. */
  namespace?: unknown;
  created?: string;
  spec?: Partial<ServingRuntimeSpec> | Record<string, unknown>;
}

/** A runtime for vLLM that can be selected automatically. */
function runtime(name: unknown, { namespace, created, spec }: Extra = {}): Runtime {
  const time = created === undefined ? {} : { creationTimestamp: created };
  const formats = [{ name: "vLLM", version: "1", autoSelect: true }];
  return {
    apiVersion: "serving.kserve.io/v1alpha1",
    kind: namespace === undefined ? "ClusterServingRuntime" : "ServingRuntime",
    metadata: { name, namespace, ...time },
    spec: { containers: [], supportedModelFormats: formats, ...spec },
  } as Runtime;
}

function service(model: Record<string, unknown> | undefined, predictor: object = {}): InferenceService {
  return {
    apiVersion: "serving.kserve.io/v1beta1",
    kind: "InferenceService",
    metadata: { name: "granite", namespace: "models" },
    spec: {
      predictor: model === undefined ? predictor : { model: { modelFormat: { name: "vLLM" }, ...model }, ...predictor },
    },
  };
}

/** `kind/name` of the runtime, or KServe's reason. */
function shown(resolution: RuntimeResolution): string {
  if (resolution.outcome === "failed") return resolution.reason;
  return resolution.outcome === "none" ? "none" : `${resolution.runtime.kind}/${resolution.runtime.metadata.name}`;
}

const own = { namespace: "models" };
const withFormats = (...formats: object[]) => ({ spec: { supportedModelFormats: formats } });
const auto = { name: "vLLM", autoSelect: true };

const named: [string, Record<string, unknown>, Runtime[], string][] = [
  ["takes the namespace's before the cluster's", {}, [runtime("r"), runtime("r", own)], "ServingRuntime/r"],
  ["takes the cluster's when the namespace has none", {}, [runtime("r")], "ClusterServingRuntime/r"],
  ["ignores other namespaces", {}, [runtime("r", { namespace: "other" })], "RuntimeNotRecognized"],
  ["compares names exactly", {}, [runtime("R", own)], "RuntimeNotRecognized"],
  ["refuses a disabled one", {}, [runtime("r", { ...own, spec: { disabled: true } })], "RuntimeDisabled"],
  [
    "does not fall back from a disabled one",
    {},
    [runtime("r"), runtime("r", { ...own, spec: { disabled: true } })],
    "RuntimeDisabled",
  ],
  ["needs no autoSelect", {}, [runtime("r", withFormats({ name: "vLLM" }))], "ClusterServingRuntime/r"],
  ["needs the format", {}, [runtime("r", withFormats({ name: "vllm", autoSelect: true }))], "NoSupportingRuntime"],
  ["needs some format", {}, [runtime("r", { spec: { supportedModelFormats: undefined } })], "NoSupportingRuntime"],
  [
    "needs the version that is asked for",
    { modelFormat: { name: "vLLM", version: "2" } },
    [runtime("r")],
    "NoSupportingRuntime",
  ],
  [
    "takes the version that is asked for",
    { modelFormat: { name: "vLLM", version: "1" } },
    [runtime("r")],
    "ClusterServingRuntime/r",
  ],
  [
    "needs the protocol",
    { protocolVersion: "v2" },
    [runtime("r", { spec: { protocolVersions: ["v1"] } })],
    "NoSupportingRuntime",
  ],
  [
    "takes an empty list for every protocol",
    { protocolVersion: "v2" },
    [runtime("r", { spec: { protocolVersions: [] } })],
    "ClusterServingRuntime/r",
  ],
  [
    "asks for no protocol by itself",
    {},
    [runtime("r", { spec: { protocolVersions: ["grpc-v2"] } })],
    "ClusterServingRuntime/r",
  ],
  [
    "asks for v2 where the format is triton",
    { modelFormat: { name: "triton" } },
    [runtime("r", { spec: { protocolVersions: ["v1"], supportedModelFormats: [{ name: "triton" }] } })],
    "NoSupportingRuntime",
  ],
];

const automatic: [string, Record<string, unknown>, Runtime[], string][] = [
  ["takes only formats with autoSelect", {}, [runtime("a", withFormats({ name: "vLLM" }))], "NoSupportingRuntime"],
  [
    "takes the namespace's, whatever its priority",
    {},
    [runtime("a", withFormats({ ...auto, priority: 9 })), runtime("b", own)],
    "ServingRuntime/b",
  ],
  [
    "takes the highest priority",
    {},
    [runtime("a", withFormats({ ...auto, priority: 1 })), runtime("b", withFormats({ ...auto, priority: 2 }))],
    "ClusterServingRuntime/b",
  ],
  [
    "takes a priority before none",
    {},
    [runtime("a"), runtime("b", withFormats({ ...auto, priority: 1 }))],
    "ClusterServingRuntime/b",
  ],
  [
    "takes the newest",
    {},
    [runtime("a", { created: "2026-01-01T00:00:00Z" }), runtime("b", { created: "2026-01-02T00:00:00Z" })],
    "ClusterServingRuntime/b",
  ],
  ["takes the first name of equally old ones", {}, [runtime("b"), runtime("a")], "ClusterServingRuntime/a"],
  [
    "takes v1 before no protocol list",
    {},
    [runtime("a"), runtime("b", { spec: { protocolVersions: ["v1"] } })],
    "ClusterServingRuntime/b",
  ],
  ["asks for v1 by itself", {}, [runtime("a", { spec: { protocolVersions: ["v2"] } })], "NoSupportingRuntime"],
  [
    "asks for the service's protocol",
    { protocolVersion: "v2" },
    [runtime("a", { spec: { protocolVersions: ["v2"] } })],
    "ClusterServingRuntime/a",
  ],
  ["skips disabled ones", {}, [runtime("a", { spec: { disabled: true } }), runtime("b")], "ClusterServingRuntime/b"],
  ["skips runtimes of many models", {}, [runtime("a", { spec: { multiModel: true } })], "NoSupportingRuntime"],
  [
    "skips multi-node runtimes",
    {},
    [runtime("a", { spec: { workerSpec: { containers: [] } } })],
    "NoSupportingRuntime",
  ],
  ["ignores other namespaces", {}, [runtime("a", { namespace: "other" })], "NoSupportingRuntime"],
];

const unknowns: [string, Record<string, unknown>, Runtime[]][] = [
  ["the name asked for", { runtime: UNKNOWN }, [runtime("r")]],
  ["the name of a runtime that may be the one", { runtime: "r" }, [runtime(UNKNOWN, own), runtime("r")]],
  ["the namespace of a runtime of that name", { runtime: "r" }, [runtime("r", { namespace: UNKNOWN })]],
  ["whether the runtime is disabled", { runtime: "r" }, [runtime("r", { spec: { disabled: UNKNOWN } })]],
  ["the formats of a candidate", {}, [runtime("a", { spec: { supportedModelFormats: UNKNOWN } })]],
  ["the name of one of two candidates", {}, [runtime("a"), runtime(UNKNOWN)]],
  ["the namespace of a candidate", {}, [runtime("a", { namespace: UNKNOWN })]],
];

describe("runtime of a service", () => {
  for (const [behaviour, model, runtimes, expected] of named) {
    it(`named: ${behaviour}`, () => {
      assert.equal(shown(resolveRuntime(service({ runtime: "r", ...model }), runtimes)), expected);
    });
  }
  for (const [behaviour, model, runtimes, expected] of automatic) {
    it(`automatic: ${behaviour}`, () => {
      assert.equal(shown(resolveRuntime(service(model), runtimes)), expected);
    });
  }
  for (const [what, model, runtimes] of unknowns) {
    it(`is unknown while unknown is ${what}`, () => {
      assert.throws(() => resolveRuntime(service(model), runtimes), UnknownValueError);
    });
  }

  it("is known when an unknown runtime cannot matter", () => {
    const runtimes = [
      runtime("r", own),
      runtime(UNKNOWN, own),
      runtime(UNKNOWN),
      runtime("other", { namespace: UNKNOWN }),
    ];
    assert.equal(shown(resolveRuntime(service({ runtime: "r" }), runtimes)), "ServingRuntime/r");
  });

  it("is the only candidate, even while its name is unknown", () => {
    const only = runtime(UNKNOWN);
    assert.deepEqual(resolveRuntime(service({}), [only]), { outcome: "resolved", runtime: only, automatic: true });
  });

  it("meets a service when neither names a namespace", () => {
    const homeless = { ...service({ runtime: "r" }), metadata: { name: "granite" } } as InferenceService;
    const own = { ...runtime("r", { namespace: "x" }), metadata: { name: "r" } } as Runtime;
    assert.equal(shown(resolveRuntime(homeless, [own])), "ServingRuntime/r");
  });

  it("is a multi-node one exactly for a service with workers", () => {
    const runtimes = [runtime("a"), runtime("b", { spec: { workerSpec: { containers: [] } } })];
    const multiNode = service({}, { workerSpec: { containers: [] } });
    assert.equal(shown(resolveRuntime(multiNode, runtimes)), "ClusterServingRuntime/b");
  });

  it("is none for a predictor of plain containers", () => {
    assert.equal(shown(resolveRuntime(service(undefined), [runtime("r")])), "none");
  });

  it("says with KServe's words why not, and which runtime was named", () => {
    const disabled = runtime("r", { spec: { disabled: true } });
    assert.deepEqual(resolveRuntime(service({ runtime: "r" }), [disabled]), {
      outcome: "failed",
      reason: "RuntimeDisabled",
      message: "Specified runtime is disabled",
      runtime: disabled,
    });
  });
});
