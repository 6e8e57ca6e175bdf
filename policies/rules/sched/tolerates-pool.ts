import { acceleratorsIn } from "../../../sdk/catalog/acceleratorFamilies";
import { isPassing, type ClusterNode } from "../../../sdk/capacity/inventory/inventory";
import { failedScheduling, type PodShape } from "../../../sdk/capacity/placement/placement";
import { formatTaint, selectsNode, untolerated } from "../../../sdk/capacity/placement/scheduling";
import type { Taint, Toleration } from "../../../sdk/kubernetes/core";
import type { Rule, Verdict } from "../../rule";
import { nodesWith } from "../../rollout/headroom";
import { nodeAutoscaler } from "../../world/platform";
import { listed, nameOf } from "../../world/reference";
import type { Workload, World } from "../../world/types";

const PATH = "spec.predictor.tolerations";

export const toleratesPool: Rule<Workload> = {
  id: "sched/tolerates-pool",
  level: "mandatory",
  title: "A pod must tolerate every taint of at least one group of nodes that has its accelerator",
  why:
    "Nodes with accelerators are usually tainted, so that other pods stay away. A pod without the toleration stays " +
    'Pending: "1 node(s) had untolerated taint {nvidia.com/gpu: present}", from Kubernetes 1.34.2 on "1 node(s) had ' +
    "untolerated taint(s)\". The service's own tolerations replace the runtime's, they are not joined.",
  source:
    "kubeflow/kubeflow#5275; defilantech/LLMKube#1621; kubernetes pkg/scheduler/framework/plugins/tainttoleration",
  profile: "minimal",
  subjects: (world) => world.workloads,
  check: (workload, world) => {
    const { shape } = workload;
    if (shape === undefined || acceleratorsIn(shape.requests).length === 0) return undefined;
    if (workload.profile.state === "missing")
      return [profileMissing(workload.profile.name, workload.profile.namespace)];
    if (world.nodes.length === 0) return withoutNodes(shape);
    const pools = nodesWith(shape, world.nodes).filter((node) => selectsNode(shape, node));
    if (pools.length === 0) return undefined;
    const obstacles = pools.map((node) => ({
      node,
      taints: lasting(untolerated(node.taints, shape.tolerations ?? [])),
    }));
    if (obstacles.some(({ taints }) => taints.length === 0)) return [];
    return [untoleratedPools(workload, shape, obstacles, world)];
  },
};

/** Taints for bad conditions pass; nobody should tolerate them for good. */
function lasting(taints: Taint[]): Taint[] {
  return taints.filter((taint) => !isPassing(taint));
}

interface Obstacle {
  node: ClusterNode;
  taints: Taint[];
}

function untoleratedPools(workload: Workload, shape: PodShape, obstacles: Obstacle[], world: World): Verdict {
  const resource = acceleratorsIn(shape.requests)[0]?.resource ?? "";
  const easiest = [...obstacles].sort((a, b) => a.taints.length - b.taints.length)[0]?.taints ?? [];
  const autoscaler = nodeAutoscaler(world);
  return {
    outcome: "fail",
    ...(autoscaler === undefined ? {} : { level: "advisory" }),
    path: PATH,
    message:
      `The pod asks for ${resource}, which ${obstacles.length === 1 ? "one node has" : `${obstacles.length} nodes have`}: ` +
      `${pools(obstacles)}. ${tolerationsOf(workload, shape)} The scheduler will say: ${failedScheduling(shape, world.nodes)}` +
      (autoscaler === undefined ? "" : ` ${nameOf(autoscaler.ref)} may add nodes without these taints.`),
    fix: `Add to ${PATH} of ${nameOf(workload.ref)}: ${easiest.map(tolerationFor).join(", ")}.`,
  };
}

/** Nodes by the taints that keep the pod away: `a100-1 and a100-2 with the taint {nvidia.com/gpu: present} NoSchedule`. */
function pools(obstacles: Obstacle[]): string {
  const names = new Map<string, string[]>();
  for (const { node, taints } of obstacles) {
    const key = taints.map((taint) => `${formatTaint(taint)} ${taint.effect}`).join(" and ");
    names.set(key, [...(names.get(key) ?? []), node.name]);
  }
  return [...names].map(([taints, nodes]) => `${listed(nodes)} with the taint ${taints}`).join("; ");
}

function tolerationsOf({ resolution, service }: Workload, shape: PodShape): string {
  const own = (shape.tolerations ?? []).map(formatToleration);
  const ofRuntime = resolution.outcome === "resolved" ? (resolution.runtime.spec.tolerations ?? []) : [];
  const replaced = ofRuntime.length > 0 && (service.spec.predictor.tolerations ?? []).length > 0;
  const text = own.length === 0 ? "The pod has no tolerations." : `The pod's tolerations are ${own.join(", ")}.`;
  return replaced ? `${text} Those of its runtime are replaced by the service's own.` : text;
}

function formatToleration({ key, operator, value, effect }: Toleration): string {
  const fields = Object.entries({ key, operator, value, effect }).filter(([, text]) => text !== undefined);
  return `{ ${fields.map(([field, text]) => `${field}: ${String(text)}`).join(", ")} }`;
}

function tolerationFor({ key, effect }: Taint): string {
  return formatToleration({ key, operator: "Exists", effect });
}

function profileMissing(name: string, namespace: string): Verdict {
  return {
    outcome: "unknown",
    path: 'metadata.annotations["opendatahub.io/hardware-profile-name"]',
    message: `HardwareProfile ${namespace}/${name} is neither in the stack nor in the inventory, and it may bring tolerations.`,
    fix: "Give the cluster's profiles (kubectl get hardwareprofiles -A -o yaml), or write the tolerations into the service.",
  };
}

/** Without an inventory the habit of operators and clouds is the only measure, so this is advice. */
function withoutNodes(shape: PodShape): Verdict[] | undefined {
  const habits = acceleratorsIn(shape.requests).flatMap(({ resource, family }) =>
    family.usualTaint === undefined ? [] : [{ resource, taint: { key: family.usualTaint, effect: "NoSchedule" } }],
  );
  if (habits.length === 0) return undefined;
  const missing = habits.filter(({ taint }) => !(shape.tolerations ?? []).some(({ key }) => key === taint.key || !key));
  return missing.slice(0, 1).map(({ resource, taint }) => ({
    outcome: "fail",
    level: "advisory",
    path: PATH,
    message:
      `The pod asks for ${resource} and has no toleration for the taint ${taint.key} that nodes with it usually carry; on such ` +
      'nodes it stays Pending with "node(s) had untolerated taint(s)". No nodes were given, so this is not certain.',
    fix: `Add to ${PATH}: ${tolerationFor(taint)}, or give the cluster's nodes (kubectl get nodes,pods -A -o yaml).`,
  }));
}
