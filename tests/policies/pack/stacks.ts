import { join } from "node:path";
import type { TestResource } from "./packClient";

/** A small stack as the engine sends it. */
export const MAIN = join(__dirname, "../../../policies/pack/main.js");
export const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const secret = <T>(value: T) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

export const service: TestResource = {
  urn: "urn:pulumi:dev::test::kubernetes:serving.kserve.io/v1beta1:InferenceService::granite",
  type: "kubernetes:serving.kserve.io/v1beta1:InferenceService",
  properties: {
    apiVersion: "serving.kserve.io/v1beta1",
    kind: "InferenceService",
    metadata: { name: "granite", namespace: "models", labels: { "networking.kserve.io/visibility": "exposed" } },
    spec: { predictor: { model: { modelFormat: { name: "vLLM" }, runtime: "granite" } } },
  },
};

export const runtime: TestResource = {
  urn: "urn:pulumi:dev::test::kubernetes:serving.kserve.io/v1alpha1:ServingRuntime::granite",
  type: "kubernetes:serving.kserve.io/v1alpha1:ServingRuntime",
  properties: {
    apiVersion: "serving.kserve.io/v1alpha1",
    kind: "ServingRuntime",
    metadata: { name: "granite", namespace: "models" },
    spec: {
      containers: [{ name: "kserve-container", image: "registry.example/vllm:1" }],
      supportedModelFormats: [{ name: "vLLM" }],
    },
  },
};

export const route: TestResource = {
  urn: "urn:pulumi:dev::test::kubernetes:route.openshift.io/v1:Route::public",
  type: "kubernetes:route.openshift.io/v1:Route",
  properties: {
    apiVersion: "route.openshift.io/v1",
    kind: "Route",
    metadata: { name: "granite", namespace: "models" },
    spec: { to: { kind: "Service", name: "granite-predictor" } },
  },
};

export const stack = [service, runtime, route];
export const SECOND_ROUTE = "expose.no-second-route";
