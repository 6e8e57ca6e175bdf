/** What tests/cluster/admission.oracle.test.ts cannot ask: exact words, places, unknown values, options. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type AdmissionContext, admissionVerdict } from "../../../sdk/admission/verdict";
import type { KubernetesObject } from "../../../sdk/kubernetes/core";
import { UNKNOWN } from "../../../sdk/pod/unknown";
import { validObjects, writtenObjects } from "./bases";
import { admissionCases } from "./cases";
import { change, type Json, paths, pick } from "./change";

function service(predictor: object, metadata: object = {}): KubernetesObject {
  const object = { apiVersion: "serving.kserve.io/v1beta1", kind: "InferenceService" };
  return { ...object, metadata: { name: "granite", namespace: "models", ...metadata }, ...{ spec: { predictor } } };
}

function runtime(spec: object, name = "vllm"): KubernetesObject {
  const metadata = { name, namespace: "models" };
  const containers = [{ name: "kserve-container", image: "x" }];
  return {
    apiVersion: "serving.kserve.io/v1alpha1",
    kind: "ServingRuntime",
    metadata,
    ...{ spec: { containers, ...spec } },
  };
}

const model = { modelFormat: { name: "vLLM" } };
const write: AdmissionContext = { request: "write" };
const annotated = (key: string, value: string): object => ({ annotations: { [`serving.kserve.io/${key}`]: value } });
const taken = { supportedModelFormats: [{ name: "vLLM", autoSelect: true, priority: 1 }], protocolVersions: ["v2"] };

interface Refusal {
  what: string;
  object: KubernetesObject;
  context?: AdmissionContext;
  origin: string;
  field: string;
  message: string;
}

const refusals: readonly Refusal[] = [
  {
    what: "a wrong type on its way through the defaulting webhook",
    object: service({ model, minReplicas: "one" }),
    context: write,
    origin: "defaulting webhook",
    field: "spec.predictor.minReplicas",
    message:
      'admission webhook "inferenceservice.kserve-webhook-server.defaulter" denied the request: json: cannot unmarshal string into Go struct field PredictorSpec.spec.predictor.ComponentExtensionSpec.minReplicas of type int32',
  },
  {
    what: "the same wrong type in a server-side apply",
    object: service({ model, minReplicas: "one" }),
    origin: "server-side apply",
    field: "spec.predictor.minReplicas",
    message:
      "failed to create typed patch object (models/granite; serving.kserve.io/v1beta1, Kind=InferenceService): .spec.predictor.minReplicas: expected numeric (int or float), got string",
  },
  {
    what: "a metric that the schema does not list",
    object: service({ model, scaleMetric: "gpu" }),
    origin: "schema",
    field: "spec.predictor.scaleMetric",
    message:
      'InferenceService.serving.kserve.io "granite" is invalid: spec.predictor.scaleMetric: Unsupported value: "gpu": supported values: "cpu", "memory", "concurrency", "rps"',
  },
  {
    what: "an undeclared field where the client is strict",
    object: service({ model, replicas: 2 }),
    context: { request: "write", fieldValidation: "Strict" },
    origin: "fields not declared",
    field: "spec.predictor.replicas",
    message:
      'InferenceService in version "v1beta1" cannot be handled as a InferenceService: strict decoding error: unknown field "spec.predictor.replicas"',
  },
  {
    what: "an undeclared field in a server-side apply, whatever the client wants",
    object: service({ model, replicas: 2 }),
    context: { request: "apply", fieldValidation: "Ignore" },
    origin: "server-side apply",
    field: "spec.predictor.replicas",
    message:
      "failed to create typed patch object (models/granite; serving.kserve.io/v1beta1, Kind=InferenceService): .spec.predictor.replicas: field not declared in schema",
  },
  {
    what: "more replicas at least than at most",
    object: service({ model, minReplicas: 3, maxReplicas: 2 }),
    origin: "validating webhook",
    field: "spec.predictor.maxReplicas",
    message:
      "admission webhook \"inferenceservice.kserve-webhook-server.validator\" denied the request: 'MinReplicas' cannot be greater than MaxReplicas",
  },
  {
    what: "the autoscaler that Knative knows",
    object: service({ model }, annotated("autoscalerClass", "kpa")),
    origin: "validating webhook",
    field: 'metadata.annotations["serving.kserve.io/autoscalerClass"]',
    message:
      'admission webhook "inferenceservice.kserve-webhook-server.validator" denied the request: [kpa] is not a supported autoscaler class type',
  },
  {
    what: "a name that the API takes and KServe does not",
    object: service({ model }, { name: "a.b" }),
    origin: "validating webhook",
    field: "metadata.name",
    message:
      'admission webhook "inferenceservice.kserve-webhook-server.validator" denied the request: the InferenceService "a.b" is invalid: a InferenceService name must consist of lower case alphanumeric characters or \'-\', and must start with alphabetical character. (e.g. "my-name" or "abc-123", regex used for validation is \'[a-z]([-a-z0-9]*[a-z0-9])?\')',
  },
  {
    what: "a label that is none",
    object: service({ model }, { labels: { team: "a b" } }),
    origin: "metadata",
    field: "metadata.labels",
    message:
      "InferenceService.serving.kserve.io \"granite\" is invalid: metadata.labels: Invalid value: \"a b\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
  },
  {
    what: "a runtime of the same priority as another one",
    object: runtime(taken),
    context: { runtimes: [runtime(taken, "other")] },
    origin: "validating webhook",
    field: "spec.supportedModelFormats",
    message:
      'admission webhook "servingruntime.kserve-webhook-server.validator" denied the request: same priority assigned for the model format vLLM in the servingruntimes other and vllm in namespace models',
  },
  {
    what: "an update that changes the deployment mode",
    object: service({ model }, annotated("deploymentMode", "Knative")),
    context: { previous: { ...service({ model }), ...{ status: { deploymentMode: "Standard" } } } },
    origin: "validating webhook",
    field: 'metadata.annotations["serving.kserve.io/deploymentMode"]',
    message:
      "admission webhook \"inferenceservice.kserve-webhook-server.validator\" denied the request: update rejected: deploymentMode cannot be changed from 'Standard' to 'Knative'",
  },
  {
    what: "an update that takes the worker away",
    object: runtime({}),
    context: { previous: runtime({ workerSpec: { containers: [{ name: "worker-container" }] } }) },
    origin: "validating webhook",
    field: "spec.workerSpec",
    message:
      'admission webhook "servingruntime.kserve-webhook-server.validator" denied the request: the ServingRuntime vllm is invalid: removing workerSpec where it already exists is not allowed',
  },
  {
    what: "an update that gives a trained model other memory",
    object: trained("2Gi"),
    context: { previous: trained("1Gi") },
    origin: "validating webhook",
    field: "spec.model.memory",
    message:
      'admission webhook "trainedmodel.kserve-webhook-server.validator" denied the request: the Trained Model "iris" memory field is immutable. The memory was "1Gi" but it is updated to "2Gi"',
  },
];

function trained(memory: string): KubernetesObject {
  const metadata = { name: "iris", namespace: "models" };
  const spec = { inferenceService: "granite", model: { storageUri: "s3://m/iris", framework: "sklearn", memory } };
  return { apiVersion: "serving.kserve.io/v1alpha1", kind: "TrainedModel", metadata, ...{ spec } };
}

describe("admission verdict", function () {
  this.timeout(60_000);

  for (const { what, object, context, origin, field, message } of refusals) {
    it(`refuses ${what}`, () => {
      const verdict = admissionVerdict(object, context);
      assert.equal(verdict.verdict, "refused", JSON.stringify(verdict));
      assert.equal(verdict.message, message);
      assert.deepEqual(
        verdict.causes.map((cause) => [cause.origin, cause.field]),
        [[origin, field]],
      );
    });
  }

  it("allows what was written by hand to be valid, in both ways to send it", () => {
    for (const object of writtenObjects) {
      for (const request of ["apply", "write"] as const) {
        assert.deepEqual(
          admissionVerdict(object, { request }),
          { verdict: "allowed", warnings: [] },
          JSON.stringify(object),
        );
      }
    }
  });

  it("warns of fields that are dropped", () => {
    const verdict = admissionVerdict(service({ model, replicas: 2 }), write);
    assert.deepEqual(verdict, { verdict: "allowed", warnings: ['unknown field "spec.predictor.replicas"'] });
    const silent = admissionVerdict(service({ model, replicas: 2 }), { request: "write", fieldValidation: "Ignore" });
    assert.deepEqual(silent, { verdict: "allowed", warnings: [] });
  });

  it("holds against an update only what it changes, as far as the schema goes", () => {
    const storedRuntime = runtime({ supportedModelFormats: [{ name: "x", priority: 0 }] });
    assert.equal(admissionVerdict(storedRuntime).verdict, "refused");
    assert.equal(admissionVerdict(storedRuntime, { previous: storedRuntime }).verdict, "allowed");
  });

  it("says which kinds it cannot judge", () => {
    const object = { apiVersion: "v1", kind: "Pod", metadata: { name: "p" } };
    assert.deepEqual(admissionVerdict(object), { verdict: "unsupported", kind: "v1 Pod" });
  });

  it("leaves open what an unknown value decides, and names it", () => {
    const cases: [object, string[]][] = [
      [{ model, minReplicas: UNKNOWN }, ["spec.predictor.minReplicas"]],
      [{ model, scaleMetric: UNKNOWN, minReplicas: 1 }, ["spec.predictor.scaleMetric"]],
      [
        { model: { ...model, resources: { limits: { cpu: UNKNOWN } } } },
        ["spec.predictor.model.resources.limits[cpu]"],
      ],
      [{ model: { ...model, args: UNKNOWN } }, ["spec.predictor.model.args"]],
    ];
    for (const [predictor, expected] of cases) {
      const verdict = admissionVerdict(service(predictor));
      assert.equal(verdict.verdict, "unknown", JSON.stringify(predictor));
      assert.ok(
        expected.every((path) => verdict.paths.includes(path)),
        `${verdict.paths.join()} of ${expected.join()}`,
      );
    }
  });

  it("is not kept from a verdict by an unknown value that decides nothing", () => {
    const predictor = { model: { ...model, image: UNKNOWN, storageUri: UNKNOWN } };
    assert.equal(admissionVerdict(service(predictor)).verdict, "allowed");
    assert.equal(admissionVerdict(service({ ...predictor, minReplicas: -1 })).verdict, "refused");
  });

  it("never refuses for a value that is unknown, wherever it sits in an object that is right", () => {
    fc.assert(
      fc.property(validObjects, fc.nat(), (valid, place) => {
        const object = structuredClone(valid) as KubernetesObject & Json;
        change(object, pick(paths(object), place), () => UNKNOWN);
        const { verdict } = admissionVerdict(object);
        assert.ok(verdict === "allowed" || verdict === "unknown", verdict);
      }),
      { numRuns: 200 },
    );
  });

  it("changes nothing of what it judges and answers the same again", () => {
    fc.assert(
      fc.property(admissionCases, ({ object, request, fieldValidation, previous }) => {
        const before = JSON.stringify(object);
        const context = { request, fieldValidation, ...(previous && { previous }) };
        const first = admissionVerdict(object, context);
        assert.equal(JSON.stringify(object), before);
        assert.deepEqual(admissionVerdict(object, context), first);
      }),
      { numRuns: 200 },
    );
  });
});
