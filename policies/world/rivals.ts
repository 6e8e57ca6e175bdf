/** Pods of others that wait for a node as well: they may take a place before the pods of an update do. */
import { podShape, type PodShape } from "../../sdk/capacity/placement/placement";
import { isExtendedResource } from "../../sdk/capacity/placement/requests";
import type { Update } from "../../sdk/capacity/rollout/update";
import * as kinds from "./kinds";
import { serviceKey, serviceOfPod } from "./serviceParts";
import { readable, snapshot } from "./snapshot";
import type { World } from "./types";
import { steadyState, type ServiceUpdate } from "./updates";

/** Equal pods of others that wait. */
export interface Rivals {
  /** `namespace/name`. */
  names: string[];
  update: Update;
}

const known = new WeakMap<World, Rivals[]>();

/** Those that ask for a device of which the service asks too, or for none where it asks for none. */
export function rivalsOf({ parts }: ServiceUpdate, world: World): Rivals[] {
  const all = known.get(world) ?? waitingPods(world);
  known.set(world, all);
  const own = parts.map(({ update }) => devicesIn(update.pod));
  return all.filter(({ update }) => {
    const theirs = devicesIn(update.pod);
    return own.some((devices) => devices.some((name) => theirs.includes(name)) || devices.length + theirs.length === 0);
  });
}

function devicesIn({ requests }: PodShape): string[] {
  return Object.keys(requests).filter((name) => isExtendedResource(name) && (requests[name] ?? 0) > 0);
}

/** Pods of services that are judged are counted there. */
function waitingPods(world: World): Rivals[] {
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
