/** What the ResourceQuotas of the services' namespaces are used of, now and while the waves go on. */
import { most, plus, quantityOf, type Amounts } from "../../sdk/capacity/amounts";
import { changeOnQuota } from "../../sdk/capacity/quota/quotaRollout";
import { quotaUse } from "../../sdk/capacity/quota/resourceQuota";
import type { Update } from "../../sdk/capacity/rollout/update";
import { quotaUpdates, type ServiceUpdate, type SteadyState } from "./updates";

/** One line of a ResourceQuota that counts pods; amounts are quantities. */
export interface QuotaPeak {
  namespace: string;
  quota: string;
  /** As the quota names it, such as `requests.nvidia.com/gpu`. */
  resource: string;
  hard: string;
  /** By the pods that exist. */
  used: string;
  /** With all pods the services want, and those that updates add at most: a wave at once, what has no wave alone. */
  peak: string;
}

/** Of namespaces with services whose pods a quota counts. */
export function quotaPeaks(state: SteadyState, waves: readonly Update[][]): QuotaPeak[] {
  const byNamespace = new Map<string, ServiceUpdate[]>();
  for (const service of state.services.filter(({ parts }) => parts.length > 0)) {
    const { namespace = "default" } = service.service.ref;
    byNamespace.set(namespace, [...(byNamespace.get(namespace) ?? []), service]);
  }
  return [...byNamespace].flatMap(([namespace, services]) =>
    state.quotas.of(namespace).flatMap(({ quota, booked }) => {
      const added = new Map<unknown, Amounts>();
      const counted = new Set<string>();
      for (const service of services) {
        const { during: surge } = changeOnQuota(quota, quotaUpdates(service));
        for (const name of Object.keys(surge)) counted.add(name);
        const wave = waves.find((one) => service.parts.some(({ update }) => one.includes(update))) ?? service;
        added.set(wave, plus(added.get(wave) ?? {}, surge));
      }
      const beside = [...added.values()].reduce(most, {});
      const { hard, used } = quotaUse(quota);
      return [...counted].sort().map((resource) => {
        const shown = (amount: number) => quantityOf(resource, amount);
        const now = used[resource] ?? 0;
        const peak = now + (booked[resource] ?? 0) + (beside[resource] ?? 0);
        const name = quota.metadata.name;
        return {
          namespace,
          quota: name,
          resource,
          hard: shown(hard[resource] ?? 0),
          used: shown(now),
          peak: shown(peak),
        };
      });
    }),
  );
}
