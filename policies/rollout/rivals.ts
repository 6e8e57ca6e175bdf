/** Pods of others that wait for a node as well: they may take a place before the pods of an update do. */
import { hasRules } from "../../sdk/capacity/placement/podRules";
import { visitRoom, type NodeIndex } from "../../sdk/capacity/placement/nodeIndex";
import { podShape } from "../../sdk/capacity/placement/placement";
import type { Update } from "../../sdk/capacity/rollout/update";
import * as kinds from "../world/kinds";
import { serviceKey, serviceOfPod } from "./serviceParts";
import { readable, snapshot } from "../world/snapshot";
import type { World } from "../world/types";
import { steadyState, type PartUpdate, type ServiceUpdate } from "./updates";

/** Equal pods of others that wait. */
export interface Rivals {
  /** `namespace/name`. */
  names: string[];
  update: Update;
}

const known = new WeakMap<World, Rivals[]>();

/** Those that could leave a service without a place. */
export function rivalsOf({ parts }: ServiceUpdate, world: World, index: NodeIndex): Rivals[] {
  const all = known.get(world) ?? pendingOfOthers(world);
  known.set(world, all);
  const count = all.reduce((sum, { names }) => sum + names.length, 0);
  const [only, ...others] = parts;
  return count > 0 && only !== undefined && others.length === 0 && hasPlenty(only, count, index) ? [] : all;
}

/** Each waiting pod takes the room of one node at most. */
function hasPlenty({ update: { pod, replicas } }: PartUpdate, count: number, index: NodeIndex): boolean {
  if (hasRules(pod) || pod.hostPorts !== undefined) return false;
  const fits: number[] = [];
  visitRoom(index, pod, (_, fit) => {
    fits.push(fit);
    return false;
  });
  const rest = fits.sort((a, b) => b - a).slice(count);
  return rest.reduce((sum, fit) => sum + fit, 0) >= replicas;
}

/** Pods of services that are judged are counted there. */
function pendingOfOthers(world: World): Rivals[] {
  const judged = new Set(steadyState(world).services.map(({ service }) => serviceKey(service)));
  const rivals = new Map<string, Rivals>();
  for (const { ref, object } of world.list(kinds.pod)) {
    for (const { spec = { containers: [] }, metadata, status } of readable(() => [snapshot(object)])) {
      if (spec.nodeName !== undefined || (status?.phase ?? "Pending") !== "Pending") continue;
      if (metadata.deletionTimestamp !== undefined || (spec.schedulingGates ?? []).length > 0) continue;
      const { namespace = "default", labels = {} } = metadata;
      const service = serviceOfPod({ namespace, labels });
      if (service !== undefined && judged.has(service)) continue;
      for (const pod of readable(() => [podShape(spec, { namespace, labels })])) {
        const key = JSON.stringify(pod);
        const same = rivals.get(key) ?? { names: [], update: { ...NONE, pod } };
        const names = [...same.names, `${namespace}/${ref.name}`];
        rivals.set(key, { names, update: { ...same.update, name: key, replicas: names.length } });
      }
    }
  }
  return [...rivals.values()];
}

const NONE: Omit<Update, "pod"> = { name: "", replicas: 0, strategy: { surge: 0, unavailable: 0 }, running: [] };
