/** Updates that go well only while the pods that do not run yet are put as tightly as the plan puts them. */
import type { NodeIndex } from "../../sdk/capacity/placement/nodeIndex";
import { anyPlacement, type PlannedUpdate } from "../../sdk/capacity/rollout/anyPlacement";
import { GOES } from "../../sdk/capacity/rollout/rolloutPeak";
import type { Outcome } from "../../sdk/capacity/rollout/update";
import type { Doubt } from "./crowding";
import { lazy } from "../world/lazy";
import { whenSpread } from "./spreading";
import type { World } from "../world/types";
import { assumedPods, steadyState, type PartUpdate, type ServiceUpdate } from "./updates";

/** @param index of the steady state */
export function scattering(
  world: World,
  index: NodeIndex,
): (service: ServiceUpdate, outcome: Outcome) => Doubt | undefined {
  const { services, nodes } = steadyState(world);
  const parts = services.flatMap((service) => service.parts);
  if (parts.every(({ planned }) => planned === 0)) return () => undefined;
  const asPlanned = new Map(parts.map((part) => [part, plannedUpdate(part)]));
  const certainty = lazy(() => {
    const byName = new Map(world.nodes.map((node) => [node.name, node]));
    const before = nodes.map((node) => byName.get(node.name) ?? node);
    return anyPlacement([...asPlanned.values()], nodes, index, before);
  });
  return (service, outcome) => {
    if (!GOES.has(outcome)) return undefined;
    const told = service.parts.flatMap((part) => asPlanned.get(part) ?? []).map((one) => certainty()(one));
    if (told.includes("unsure")) return spreadDoubt(service, world) ?? UNSURE;
    return told.includes("ends") && outcome === "completes" ? SLOWER : undefined;
  };
}

/** What goes wrong once those pods are spread; `undefined` where nothing does, or it was too much to try. */
function spreadDoubt(service: ServiceUpdate, world: World): Doubt | undefined {
  const spread = whenSpread(service, world);
  if (spread === undefined || (spread.missing === 0 && GOES.has(spread.outcome))) return undefined;
  const stuck = spread.outcome === "deadlocks" ? "never finishes" : "may never finish";
  const wanted = service.parts.reduce((sum, { update }) => sum + update.running.length, 0);
  const end = spread.missing > 0 ? `${spread.missing} of its ${wanted} pods find no place` : `an update of it ${stuck}`;
  const note = `That is with the pods that do not run yet put as tightly as they can be. Spread over the nodes, as the scheduler does by default, ${end}.`;
  return { outcome: "may-deadlock", why: "spread", note };
}

const WHERE =
  "That is with the pods that do not run yet put as tightly as they can be; the scheduler by default spreads them";
const UNSURE: Doubt = {
  outcome: "may-deadlock",
  why: "unproven",
  note: `${WHERE}, and then may leave no hole that is large enough.`,
};
const SLOWER: Doubt = {
  outcome: "slower",
  why: "unproven",
  note: `${WHERE}, and then not all further pods may find a place at once.`,
};

function plannedUpdate({ update }: PartUpdate): PlannedUpdate {
  return { update, planned: assumedPods(update) };
}
