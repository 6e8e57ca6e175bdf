/** The order of waves for whole services, whose parts are updated at the same time. */
import type { ClusterNode } from "../../sdk/capacity/inventory/inventory";
import { wavesGoWell } from "../../sdk/capacity/rollout/rolloutTogether";
import type { Update } from "../../sdk/capacity/rollout/update";
import { planWaves, type Waves } from "../../sdk/capacity/rollout/waves";
import type { ServiceUpdate } from "./updates";

export interface ServiceWaves extends Pick<Waves, "missing"> {
  waves: Update[][];
}

/** A service has a wave only if all its parts go in it. */
export function serviceWaves(services: readonly ServiceUpdate[], nodes: readonly ClusterNode[]): ServiceWaves {
  if (nodes.length === 0) return { waves: [], missing: [] };
  const known = services.filter(({ placed }) => placed > 0).map(({ parts }) => parts.map(({ update }) => update));
  const { waves, missing } = planWaves(known.flat(), nodes);
  const apart = known.filter((parts) => parts.length > 1 && !waves.some((wave) => isIn(parts, wave)));
  if (apart.length === 0) return { waves, missing };
  const whole = known.filter((parts) => !apart.includes(parts));
  const others = planWaves(whole.flat(), nodes);
  return { waves: apart.reduce((all, parts) => withOwnWave(all, parts, nodes), others.waves), missing };
}

function isIn(parts: readonly Update[], wave: readonly Update[]): boolean {
  return parts.every((update) => wave.includes(update));
}

/** Parts that do not fit one of the waves get one of their own, last or first, where every order of events goes well. */
function withOwnWave(waves: Update[][], parts: readonly Update[], nodes: readonly ClusterNode[]): Update[][] {
  const choices = [
    [...waves, [...parts]],
    [[...parts], ...waves],
  ];
  return choices.find((choice) => wavesGoWell(choice, nodes) === true) ?? waves;
}
