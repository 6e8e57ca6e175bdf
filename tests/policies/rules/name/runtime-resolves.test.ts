import { UNKNOWN } from "../../../../sdk/pod/unknown";
import { runtimeResolves } from "../../../../policies/rules/name/runtime-resolves";
import { changed, granite, graniteRuntime, inCluster, inStack } from "../granite";
import { table } from "../table";

const named = (runtime: string) => changed(granite(), ({ spec }) => (spec.predictor.model!.runtime = runtime));
const runtime = (name: string, namespace = "models") =>
  changed(graniteRuntime(), ({ metadata }) => Object.assign(metadata, { name, namespace }));
const clusterRuntime = (name: string) => ({ ...graniteRuntime(), kind: "ClusterServingRuntime", metadata: { name } });
const unnamed = changed(granite(), ({ spec }) => Reflect.deleteProperty(spec.predictor.model!, "runtime"));
const dataScienceCluster = {
  apiVersion: "datasciencecluster.opendatahub.io/v2",
  kind: "DataScienceCluster",
  metadata: { name: "default-dsc" },
};
const path = "spec.predictor.model.runtime";

table(runtimeResolves, [
  { name: "a ServingRuntime of the namespace", objects: inStack(granite(), graniteRuntime()) },
  { name: "a ClusterServingRuntime", objects: inStack(granite(), clusterRuntime("granite")) },
  { name: "a runtime that is on the cluster", objects: [...inStack(granite()), ...inCluster(graniteRuntime())] },
  {
    name: "no such runtime among those of the cluster",
    objects: [...inStack(granite()), ...inCluster(clusterRuntime("kserve-vllmserver"))],
    finding: {
      level: "mandatory",
      resource: "InferenceService/granite",
      path,
      says: [
        'spec.predictor.model.runtime is "granite"',
        "neither a ServingRuntime in namespace models nor a ClusterServingRuntime",
        '"No ServingRuntimes or ClusterServingRuntimes with the name: granite" (RuntimeNotRecognized)',
      ],
      fix: "kserve-vllmserver",
    },
  },
  {
    name: "no such runtime, and the cluster's were not given",
    objects: inStack(granite()),
    finding: {
      outcome: "unknown",
      path,
      says: ["it may exist on the cluster"],
      fix: "kubectl get servingruntimes,clusterservingruntimes",
    },
  },
  {
    name: "no such runtime, though nodes of the cluster were given",
    objects: [...inStack(granite()), ...inCluster({ apiVersion: "v1", kind: "Node", metadata: { name: "a" } })],
    finding: { outcome: "unknown", path },
  },
  {
    name: "no such runtime on OpenShift AI, which has none for the whole cluster",
    objects: [...inStack(granite()), ...inCluster(dataScienceCluster, runtime("other", "web"))],
    finding: { level: "mandatory", path },
  },
  {
    name: "the display name of a runtime",
    objects: inStack(named("vLLM NVIDIA GPU ServingRuntime for KServe"), runtime("vllm-runtime")),
    finding: {
      level: "mandatory",
      path,
      says: ["It is the display name of ServingRuntime models/vllm-runtime", "cannot be a metadata.name"],
      fix: 'Set spec.predictor.model.runtime to "vllm-runtime"',
    },
  },
  {
    name: "a name that no object can have",
    objects: inStack(named("vLLM ServingRuntime for KServe")),
    finding: { level: "mandatory", path, says: ["cannot be a metadata.name"], fix: "by its metadata.name" },
  },
  {
    name: "a display name in short, though there is only one runtime",
    objects: inStack(named("vLLM ServingRuntime for KServe"), runtime("vllm-runtime")),
    finding: { level: "mandatory", path, fix: 'Set spec.predictor.model.runtime to "vllm-runtime"' },
  },
  {
    name: "a slip of the pen",
    objects: inStack(named("granit"), graniteRuntime()),
    finding: { outcome: "unknown", path, fix: 'Set spec.predictor.model.runtime to "granite"' },
  },
  {
    name: "a runtime of another namespace",
    objects: [...inStack(granite(), runtime("granite", "web")), ...inCluster(clusterRuntime("shared"))],
    finding: { level: "mandatory", path, says: ["ServingRuntime web/granite is in another namespace"] },
  },
  {
    name: "a runtime that is switched off",
    objects: inStack(
      granite(),
      changed(graniteRuntime(), ({ spec }) => (spec.disabled = true)),
    ),
    finding: {
      level: "mandatory",
      path,
      says: ["ServingRuntime models/granite exists", "Specified runtime is disabled", "RuntimeDisabled"],
      fix: "enabled",
    },
  },
  {
    name: "a runtime that does not list the format",
    objects: inStack(
      granite(),
      changed(graniteRuntime(), ({ spec }) => (spec.supportedModelFormats = [{ name: "vllm" }])),
    ),
    finding: { level: "mandatory", path, says: ["NoSupportingRuntime"] },
  },
  { name: "a runtime selected by format", objects: inStack(unnamed, graniteRuntime()) },
  {
    name: "no runtime to select",
    objects: [
      ...inStack(
        unnamed,
        changed(graniteRuntime(), ({ spec }) => (spec.supportedModelFormats = [])),
      ),
      ...inCluster({
        ...clusterRuntime("onnx"),
        spec: { supportedModelFormats: [{ name: "onnx", autoSelect: true }], containers: [] },
      }),
    ],
    finding: { level: "mandatory", path: "spec.predictor.model", says: ['"vLLM"', "NoSupportingRuntime"] },
  },
  {
    name: "no runtime to select among those given",
    objects: inStack(unnamed),
    finding: { outcome: "unknown", path: "spec.predictor.model" },
  },
  {
    name: "a predictor of plain containers",
    objects: inStack({
      ...granite(),
      spec: { predictor: { containers: [{ name: "kserve-container", image: "own:1" }] } },
    }),
  },
  {
    name: "a runtime whose name is known only after apply may be the one",
    objects: [
      ...inStack(
        granite(),
        changed(graniteRuntime(), ({ metadata }) => Object.assign(metadata, { name: UNKNOWN })),
      ),
      ...inCluster(clusterRuntime("shared")),
    ],
    finding: { outcome: "unknown" },
  },
  {
    name: "a reference known only after apply",
    objects: inStack(
      changed(granite(), ({ spec }) => Object.assign(spec.predictor.model!, { runtime: UNKNOWN })),
      graniteRuntime(),
    ),
    finding: { outcome: "unknown", path },
  },
]);
