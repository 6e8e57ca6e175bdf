/**
 * EKS managed node groups as pools, from whatever describes them: the ACK object, a Pulumi or Terraform resource's
 * inputs, CloudFormation properties. They say the same in three spellings.
 * Upstream: aws-controllers-k8s/eks-controller `apis/v1alpha1/nodegroup.go`.
 */
import type { Accelerator } from "../../../catalog/accelerators";
import type { Taint } from "../../../kubernetes/core";
import { least } from "../../amounts";
import type { ClusterNode } from "../inventory";
import { templateOf, type FindMachine } from "./machine";
import { ZONE, type NodePool, type NodeTemplate } from "./nodePool";

/** The fields of a node group that decide about places, in camel case as ACK and Pulumi write them. */
export interface EksNodegroup {
  name: string;
  instanceTypes: string[];
  maxSize: number | undefined;
  desiredSize: number | undefined;
  labels: Record<string, string>;
  taints: { key: string; value?: string; effect: string }[];
  capacityType: string | undefined;
}

const NODEGROUP = "eks.amazonaws.com/nodegroup";

/** Its subnets give the zones, and are not looked up. */
const SUBNETS = { [ZONE]: [] };

/** The pool of a node group; of nodes of the group that exist, the room is less. */
export function eksPool(
  group: EksNodegroup,
  findMachine: FindMachine,
  nodes: readonly ClusterNode[] = [],
  accelerators?: readonly Accelerator[],
): NodePool {
  const existing = nodes.filter(({ labels }) => labels[NODEGROUP] === group.name).length;
  const labels = {
    [NODEGROUP]: group.name,
    "eks.amazonaws.com/capacityType": group.capacityType ?? "ON_DEMAND",
    ...group.labels,
  };
  const made = group.instanceTypes.map((type) => {
    const shape = findMachine(type);
    if (shape === undefined) return `the machine type ${type}`;
    return templateOf(shape, labels, group.taints.map(taintOf), { accelerators });
  });
  const unknown = made.filter((one) => typeof one === "string");
  const known = made.filter((one): one is NodeTemplate => typeof one !== "string");
  return {
    name: `node group ${group.name}`,
    // The scaling group picks one of its types, so only what all of them bring is certain.
    templates: unknown.length > 0 || known.length === 0 ? [] : [{ ...known.reduce(leastOf), open: SUBNETS }],
    room: group.maxSize === undefined ? 0 : Math.max(0, group.maxSize - Math.max(existing, group.desiredSize ?? 0)),
    unknown: [
      ...unknown,
      ...(group.instanceTypes.length === 0 ? ["the machine type, which a launch template may give"] : []),
      ...(group.maxSize === undefined ? ["the largest size"] : []),
    ],
  };
}

/**
 * Reads a node group in any of its spellings; `undefined` for something else.
 *
 * @param data an ACK Nodegroup object, the inputs of `aws.eks.NodeGroup`, or the Properties of `AWS::EKS::Nodegroup`
 */
export function readNodegroup(data: unknown): EksNodegroup | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const fields = camelCase(data);
  const { spec, kind } = fields as { spec?: unknown; kind?: unknown };
  const body = (kind === "Nodegroup" ? spec : fields) as Partial<Fields> | undefined;
  const name = body?.nodegroupName ?? body?.nodeGroupName ?? body?.name;
  if (body?.scalingConfig === undefined || typeof name !== "string") return undefined;
  return {
    name,
    instanceTypes: body.instanceTypes ?? [],
    maxSize: body.scalingConfig.maxSize,
    desiredSize: body.scalingConfig.desiredSize,
    labels: body.labels ?? {},
    taints: body.taints ?? [],
    capacityType: body.capacityType,
  };
}

interface Fields {
  name: string;
  nodegroupName: string;
  nodeGroupName: string;
  instanceTypes: string[];
  scalingConfig: { maxSize?: number; desiredSize?: number };
  labels: Record<string, string>;
  taints: EksNodegroup["taints"];
  capacityType: string;
}

/** Property names with a small first letter; the keys of labels stay. */
function camelCase(value: unknown, isMap = false): unknown {
  if (Array.isArray(value)) return value.map((item) => camelCase(item));
  if (typeof value !== "object" || value === null) return value;
  const renamed = Object.entries(value).map(([key, part]) => {
    const name = isMap ? key : key.charAt(0).toLowerCase() + key.slice(1);
    return [name, camelCase(part, name === "labels")];
  });
  return Object.fromEntries(renamed);
}

const EFFECTS: Readonly<Record<string, string>> = {
  NO_SCHEDULE: "NoSchedule",
  NO_EXECUTE: "NoExecute",
  PREFER_NO_SCHEDULE: "PreferNoSchedule",
};

function taintOf({ key, value, effect }: EksNodegroup["taints"][number]): Taint {
  return { key, effect: EFFECTS[effect] ?? effect, ...(value !== undefined && { value }) };
}

function leastOf(a: NodeTemplate, b: NodeTemplate): NodeTemplate {
  const labels = Object.fromEntries(Object.entries(a.labels).filter(([key, value]) => b.labels[key] === value));
  return {
    labels,
    taints: a.taints,
    allocatable: least(a.allocatable, b.allocatable),
    capacity: least(a.capacity, b.capacity),
  };
}
