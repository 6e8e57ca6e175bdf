import { UNKNOWN } from "../../../../sdk/pod/unknown";
import { toleratesPool } from "../../../../policies/rules/sched/tolerates-pool";
import { cpuNode, gpuNode, taintedNode } from "../cluster";
import { changed, granite, graniteRuntime, inCluster, inStack } from "../granite";
import { table } from "../table";

const gpuTaint = { key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" };
const tolerating = (tolerations: unknown) =>
  changed(granite(), ({ spec }) => Object.assign(spec.predictor, { tolerations }));
const bare = tolerating(undefined);
const runtimeTolerating = changed(
  graniteRuntime(),
  ({ spec }) => (spec.tolerations = [{ key: "nvidia.com/gpu", operator: "Exists" }]),
);
const cpuOnly = changed(bare, ({ spec }) => (spec.predictor.model!.resources = { limits: { cpu: "1" } }));
const nodes = inCluster(gpuNode("a100-1", 8), gpuNode("a100-2", 8), cpuNode("cpu"));
const profile = {
  apiVersion: "infrastructure.opendatahub.io/v1",
  kind: "HardwareProfile",
  metadata: { name: "a100", namespace: "models" },
  spec: {
    identifiers: [],
    scheduling: {
      type: "Node",
      node: { tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }] },
    },
  },
};
const profiled = changed(
  bare,
  ({ metadata }) => (metadata.annotations = { "opendatahub.io/hardware-profile-name": "a100" }),
);
const path = "spec.predictor.tolerations";

table(toleratesPool, [
  {
    name: "no toleration for the only nodes with the accelerator",
    objects: [...inStack(bare, graniteRuntime()), ...nodes],
    finding: {
      level: "mandatory",
      resource: "InferenceService/granite",
      path,
      says: [
        "asks for nvidia.com/gpu, which 2 nodes have: a100-1 and a100-2 with the taint {nvidia.com/gpu: present} NoSchedule",
        "The pod has no tolerations",
        "0/3 nodes are available: 1 Insufficient nvidia.com/gpu, 2 node(s) had untolerated taint(s).",
      ],
      fix: "{ key: nvidia.com/gpu, operator: Exists, effect: NoSchedule }",
    },
  },
  { name: "a toleration", objects: [...inStack(granite(), graniteRuntime()), ...nodes] },
  { name: "a toleration in the runtime", objects: [...inStack(bare, runtimeTolerating), ...nodes] },
  {
    name: "a toleration of the runtime, replaced by another one of the service",
    objects: [...inStack(tolerating([{ key: "team", operator: "Exists" }]), runtimeTolerating), ...nodes],
    finding: {
      level: "mandatory",
      says: ["Those of its runtime are replaced by the service's own", "{ key: team, operator: Exists }"],
    },
  },
  {
    name: "a toleration in the hardware profile",
    objects: [...inStack(profiled, graniteRuntime(), profile), ...nodes],
  },
  {
    name: "a hardware profile that nobody has seen",
    objects: [...inStack(profiled, graniteRuntime()), ...nodes],
    finding: {
      outcome: "unknown",
      path: 'metadata.annotations["opendatahub.io/hardware-profile-name"]',
      says: ["HardwareProfile models/a100"],
    },
  },
  {
    name: "another value of the taint",
    objects: [
      ...inStack(
        tolerating([{ key: "nvidia.com/gpu", operator: "Equal", value: "true", effect: "NoSchedule" }]),
        graniteRuntime(),
      ),
      ...nodes,
    ],
    finding: { level: "mandatory" },
  },
  {
    name: "one of two taints",
    objects: [
      ...inStack(granite(), graniteRuntime()),
      ...inCluster(taintedNode("h100", 8, gpuTaint, { key: "team", value: "research", effect: "NoExecute" })),
    ],
    finding: {
      says: ["one node has: h100 with the taint {team: research} NoExecute"],
      fix: "{ key: team, operator: Exists, effect: NoExecute }",
    },
  },
  {
    name: "a preference is no obstacle",
    objects: [
      ...inStack(granite(), graniteRuntime()),
      ...inCluster(taintedNode("h100", 8, gpuTaint, { key: "slow", effect: "PreferNoSchedule" })),
    ],
  },
  {
    name: "one group of nodes is enough",
    objects: [...inStack(bare, graniteRuntime()), ...nodes, ...inCluster(taintedNode("open", 1))],
  },
  {
    name: "an open group that the selector leaves out",
    objects: [
      ...inStack(
        changed(
          bare,
          ({ spec }) => (spec.predictor.nodeSelector = { "nvidia.com/gpu.product": "NVIDIA-A100-SXM4-80GB" }),
        ),
        graniteRuntime(),
      ),
      ...nodes,
      ...inCluster({ ...taintedNode("open", 1), metadata: { name: "open" } }),
    ],
    finding: { level: "mandatory", says: ["2 nodes have: a100-1 and a100-2"] },
  },
  {
    name: "a cordoned node has no lasting taint",
    objects: [
      ...inStack(granite(), graniteRuntime()),
      ...inCluster(taintedNode("h100", 8, gpuTaint, { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" })),
    ],
  },
  {
    name: "no node with the accelerator, which is no matter of taints",
    objects: [...inStack(bare, graniteRuntime()), ...inCluster(cpuNode("cpu"))],
  },
  { name: "no accelerator asked for", objects: [...inStack(cpuOnly, graniteRuntime()), ...nodes] },
  {
    name: "an autoscaler may add other nodes",
    objects: [
      ...inStack(bare, graniteRuntime()),
      ...nodes,
      ...inCluster({ apiVersion: "karpenter.sh/v1", kind: "NodePool", metadata: { name: "gpu" } }),
    ],
    finding: { level: "advisory", says: ["NodePool gpu may add nodes"] },
  },
  {
    name: "GKE, which adds the toleration itself",
    objects: [
      ...inStack(bare, graniteRuntime()),
      ...inCluster(
        changed(gpuNode("a", 8), ({ metadata }) => (metadata.labels = { "cloud.google.com/gke-nodepool": "gpu" })),
      ),
    ],
  },
  {
    name: "no nodes given and no toleration",
    objects: inStack(bare, graniteRuntime()),
    finding: { level: "advisory", path, says: ["usually carry", "not certain"], fix: "kubectl get nodes,pods" },
  },
  { name: "no nodes given and the usual toleration", objects: inStack(granite(), graniteRuntime()) },
  {
    name: "no nodes given and an accelerator whose nodes have no usual taint",
    objects: inStack(
      changed(bare, ({ spec }) => (spec.predictor.model!.resources = { limits: { "habana.ai/gaudi": "1" } })),
      graniteRuntime(),
    ),
  },
  {
    name: "tolerations known only after apply",
    objects: [...inStack(tolerating(UNKNOWN), graniteRuntime()), ...nodes],
    finding: { outcome: "unknown", path },
  },
  { name: "no runtime, so no pod", objects: [...inStack(bare), ...nodes] },
]);
