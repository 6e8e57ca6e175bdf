import { kserveRules, kserveSchema } from "../../../sdk/spec/platform/kserve";
import { table } from "./messageTable";

table("arguments of KServe", kserveSchema, kserveRules, {}, [
  [
    "old words for the modes",
    { deploymentMode: "RawDeployment" },
    'deploymentMode: "RawDeployment" is not "Standard" or "Knative"; KServe calls it Standard now',
  ],
  [
    "a version that is no tag",
    { version: "0.20.0" },
    'version: "0.20.0" is not a version such as "v0.20.0"; did you mean v0.20.0?',
  ],
  [
    "two ways to expose",
    { ingress: { className: "nginx", gateway: { className: "eg" } } },
    "ingress: expected one of gateway, className and disabled, found gateway and className",
  ],
  [
    "a gateway without its class",
    { ingress: { gateway: {} } },
    "ingress.gateway.className: is missing; expected the name of a GatewayClass",
  ],
  [
    "a selector that selects nothing, and a class of a gateway that exists",
    {
      ingress: { gateway: { className: "eg", provision: "existing", routesFrom: "Selector", controllerName: "a.b/c" } },
    },
    "ingress.gateway.namespaceLabels: is missing; expected the labels of the namespaces that may attach routes",
    "ingress.gateway.controllerName: makes a GatewayClass, which only a gateway that is created needs; leave it out",
  ],
  [
    "parts without what they need",
    { parts: { certManager: "skip", llmInferenceServices: "create", leaderWorkerSet: "skip", gatewayApi: "skip" } },
    "parts.leaderWorkerSet: LLMInferenceServices need it; expected create or existing",
    "parts.gatewayApi: LLMInferenceServices need it; expected create or existing",
    "parts.certManager: KServe's webhooks need certificates; expected create or existing",
  ],
  [
    "runtimes of nothing",
    { parts: { inferenceServices: "skip", servingRuntimes: "create" } },
    "parts.servingRuntimes: runtimes need the custom resources of InferenceServices, which are skipped",
  ],
  [
    "a gateway without Gateway API",
    { ingress: { gateway: { className: "eg" } }, parts: { gatewayApi: "skip" } },
    "parts.gatewayApi: a gateway needs it; expected create or existing",
  ],
]);
