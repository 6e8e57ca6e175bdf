import type { ObjectMeta } from "../../../sdk/kubernetes/core";
import { labels } from "../../../sdk/kubernetes/kserve";
import type { Rule } from "../../rule";
import { inferenceService, servingRuntime } from "../../world/kinds";
import { nameOf, valueAt } from "../../world/reference";
import type { Workload, World, WorldObject } from "../../world/types";

export const runtimeEqualsService: Rule<Workload> = {
  id: "name/runtime-equals-service",
  level: "advisory",
  title: "In projects managed by the dashboard, a ServingRuntime made for one service should have the service's name",
  why:
    "The dashboard of OpenShift AI gives service and runtime one name and its users look for them as a pair. The link is " +
    "spec.predictor.model.runtime alone, so different names work; a runtime that several services share keeps its own.",
  source: "opendatahub-io/odh-dashboard packages/kserve/src/deployServer.ts",
  profile: "standard",
  subjects: (world) => world.workloads,
  check: ({ resolution, service, ref }, world) => {
    if (resolution.outcome !== "resolved" || resolution.runtime.kind !== servingRuntime.kind) return undefined;
    const runtime = world.find(servingRuntime, resolution.runtime.metadata.name, service.metadata.namespace);
    if (runtime === undefined || !isInDashboard(service) || !isInDashboard(runtime.object)) return undefined;
    if (runtime.ref.name === ref.name || users(runtime, world) > 1) return [];
    return [
      {
        outcome: "fail",
        path: "spec.predictor.model.runtime",
        message:
          `${nameOf(ref)} uses ${nameOf(runtime.ref)}, which no other service uses: "${ref.name}" and "${runtime.ref.name}" ` +
          `are different names. Both carry ${labels.dashboard}: "true", and the dashboard names such a pair alike.`,
        fix: `Name the runtime "${ref.name}" and refer to it by that name, or leave it if other services will share it.`,
      },
    ];
  },
};

function isInDashboard({ metadata }: { metadata: ObjectMeta }): boolean {
  return metadata.labels?.[labels.dashboard] === "true";
}

/** Services of the namespace that name the runtime; others' mistakes must not disturb this one's judgement. */
function users({ ref }: WorldObject, world: World): number {
  const inNamespace = world.list(inferenceService).filter((service) => service.ref.namespace === ref.namespace);
  return inNamespace.filter(({ raw }) => valueAt(raw, "spec", "predictor", "model", "runtime") === ref.name).length;
}
