/** The waves as ResourceQuotas let them go: the services of one share what its namespace has left. */
import { most, plus, type Amounts } from "../../sdk/capacity/amounts";
import { changeOnQuota, judgeOnQuota } from "../../sdk/capacity/quota/quotaRollout";
import { quotaUse, type ResourceQuota } from "../../sdk/capacity/quota/resourceQuota";
import { GOES } from "../../sdk/capacity/rollout/rolloutPeak";
import type { Update } from "../../sdk/capacity/rollout/update";
import { quotaUpdates, type ServiceUpdate, type SteadyState } from "./updates";

/** What some services use of each quota beyond the present. */
type Use = ReadonlyMap<ResourceQuota, Amounts>;

/**
 * Cuts a wave where its services together would ask for more than a quota has left, and leaves out services that growing
 * ones would keep from going. Those of a wave may also go one after another, since no order of events stops them on nodes.
 */
export function withinQuotas(
  waves: readonly Update[][],
  { services, quotas }: Pick<SteadyState, "services" | "quotas">,
): Update[][] {
  if (quotas.isEmpty) return [...waves];
  const serviceOf = new Map(services.flatMap((one) => one.parts.map(({ update }) => [update, one] as const)));
  const quotasOf = ({ service }: ServiceUpdate) => quotas.of(service.ref.namespace ?? "default");
  let done: Use = new Map();
  return waves.flatMap((wave) => {
    const cuts: { members: ServiceUpdate[]; during: Use }[] = [];
    // What grows counts for the rest of its wave, what shrinks only once that is over.
    let grown = done;
    for (const service of new Set(wave.flatMap((update) => serviceOf.get(update) ?? []))) {
      const own = quotasOf(service).map(({ quota, booked }) => {
        const extra = plus(booked, grown.get(quota) ?? {});
        const { during, after } = changeOnQuota(quota, quotaUpdates(service));
        return { quota, extra, during, after, growth: most(after, {}) };
      });
      const goes = own.every(({ quota, extra }) =>
        judgeOnQuota(quota, quotaUpdates(service), extra).every((one) => one === undefined || GOES.has(one.outcome)),
      );
      if (!goes) continue;
      const isRoomFor = (during: Use) =>
        own.every(({ quota, extra, during: asked }) => isWithin(quota, [extra, during.get(quota) ?? {}], asked));
      const cut = cuts.find(({ during }) => isRoomFor(during));
      const during = added(cut?.during ?? new Map(), own, "during");
      if (cut === undefined) cuts.push({ members: [service], during });
      else Object.assign(cut, { members: [...cut.members, service], during });
      done = added(done, own, "after");
      grown = added(grown, own, "growth");
    }
    return cuts.map(({ members }) => wave.filter((update) => members.some((one) => one === serviceOf.get(update))));
  });
}

/** Whether a quota has so much left of what is asked of it. */
function isWithin(quota: ResourceQuota, taken: readonly Amounts[], asked: Amounts): boolean {
  const { hard, used } = quotaUse(quota);
  const all = [used, ...taken, asked].reduce(plus);
  return Object.entries(asked).every(([name, amount]) => amount <= 0 || (all[name] ?? 0) <= (hard[name] ?? Infinity));
}

function added<Of extends "during" | "after" | "growth">(
  use: Use,
  own: readonly ({ quota: ResourceQuota } & Record<Of, Amounts>)[],
  which: Of,
): Use {
  return new Map([...use, ...own.map((one) => [one.quota, plus(use.get(one.quota) ?? {}, one[which])] as const)]);
}
