import { UNKNOWN } from "../../../../sdk/pod/unknown";
import { gpuHeadroom } from "../../../../policies/rules/rollout/gpu-headroom";
import { gpuNode } from "../cluster";
import { changed, inCluster, inStack } from "../granite";
import { table } from "../table";
import { path, runtime, service } from "./headroomCases";

table(gpuHeadroom, [
  {
    name: "no toleration, which is another rule's matter",
    objects: [...inStack(service(8, { tolerations: undefined }), runtime), ...inCluster(gpuNode("a", 8))],
  },
  { name: "no accelerators", objects: [...inStack(service(0), runtime), ...inCluster(gpuNode("a", 8))] },
  {
    name: "a stopped service",
    objects: [
      ...inStack(
        changed(service(8), ({ metadata }) => (metadata.annotations!["serving.kserve.io/stop"] = "true")),
        runtime,
      ),
      ...inCluster(gpuNode("a", 8)),
    ],
  },
  { name: "no runtime, so no pod", objects: [...inStack(service(8)), ...inCluster(gpuNode("a", 8))] },
  {
    name: "no nodes given, said once",
    objects: inStack(service(8), service(8, {}, "phi"), runtime),
    finding: {
      outcome: "unknown",
      resource: "InferenceService/granite",
      says: ["2 services"],
      fix: "kubectl get nodes,pods",
    },
  },
  { name: "no nodes given and no accelerators", objects: inStack(service(0), runtime) },
  {
    name: "a multi-node service without a container for its workers, whose accelerators cannot be told",
    objects: [
      ...inStack(
        service(8, { workerSpec: { containers: [] } }),
        changed(runtime, ({ spec }) => (spec.workerSpec = { containers: [] })),
      ),
      ...inCluster(gpuNode("a", 8)),
    ],
    finding: { outcome: "unknown" },
  },
  {
    name: "a strategy known only after apply",
    objects: [
      ...inStack(
        changed(service(8), ({ spec }) => Object.assign(spec.predictor, { deploymentStrategy: UNKNOWN })),
        runtime,
      ),
      ...inCluster(gpuNode("a", 8)),
    ],
    finding: { outcome: "unknown", path },
  },
  {
    name: "replicas known only after apply",
    objects: [...inStack(service(8, { minReplicas: UNKNOWN }), runtime), ...inCluster(gpuNode("a", 8))],
    finding: { outcome: "unknown", path: "spec.predictor.minReplicas" },
  },
  {
    name: "another service's unknown values do not disturb",
    objects: [
      ...inStack(
        service(8),
        runtime,
        changed(service(8, {}, "phi"), ({ spec }) => Object.assign(spec.predictor.model!, { runtime: "nowhere" })),
      ),
      ...inCluster(gpuNode("a", 8)),
    ],
    finding: { level: "mandatory", resource: "InferenceService/granite" },
  },
]);
