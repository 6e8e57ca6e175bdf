import { acceleratorsIn, type Accelerators } from "../../../sdk/catalog/acceleratorFamilies";
import { amountsOf } from "../../../sdk/capacity/amounts";
import type { Container } from "../../../sdk/kubernetes/core";
import type { Rule } from "../../rule";
import type { Place, Workload, World } from "../../world/types";
import { quotePlace } from "../../world/workload";

export const oneAcceleratorVendor: Rule<Workload> = {
  id: "gpu/one-accelerator-vendor",
  level: "mandatory",
  title: "A pod must not ask for accelerators of two vendors",
  why:
    "Runtime, service and hardware profile are merged resource by resource, so the accelerator of a runtime stays when " +
    "the service or its profile adds another one. No node has both, and the pod stays Pending for ever: " +
    '"0/8 nodes are available: 4 Insufficient amd.com/gpu, 4 Insufficient nvidia.com/gpu."',
  source: "opendatahub-io/architecture-context#64",
  profile: "minimal",
  subjects: (world) => world.workloads,
  check: (workload, world) => {
    const asked = workload.pod?.spec.containers.flatMap((container, i) => askedBy(container, i, workload)) ?? [];
    if (asked.length === 0) return undefined;
    const vendors = new Set(asked.map(({ family }) => family.maker));
    if (vendors.size === 1 || hasMixedNode(asked, world)) return [];
    const edited = workload.editable(asked.map(({ place }) => place));
    const values = asked
      .map(({ resource, count, place }) => `${resource}: ${count}${from(place, edited)}`)
      .join(" and ");
    return [
      {
        outcome: "fail",
        ...edited,
        message:
          `The pod asks for accelerators of ${vendors.size} vendors (${[...vendors].join(", ")}): ${values}. No node has ` +
          `both, so it stays Pending with "Insufficient ${asked[0]?.resource ?? ""}" on the nodes of one vendor and ` +
          `"Insufficient ${asked.at(-1)?.resource ?? ""}" on the others.`,
        fix: "Keep the accelerator that the server's image is built for and remove the other one where it is written.",
      },
    ];
  },
};

interface Asked extends Accelerators {
  place: Place | undefined;
}

function askedBy({ resources }: Container, index: number, workload: Workload): Asked[] {
  const amounts = amountsOf({ ...resources?.requests, ...resources?.limits });
  return acceleratorsIn(amounts).map((accelerators) => {
    const key = JSON.stringify(accelerators.resource);
    const at = (kind: string) => workload.placeOf(`spec.containers[${index}].resources.${kind}[${key}]`);
    return { ...accelerators, place: at("limits") ?? at("requests") };
  });
}

function from(place: Place | undefined, finding: Place): string {
  return place === undefined ? "" : ` (${quotePlace(place, finding)})`;
}

/** A machine with cards of two makers is unusual, but where the inventory has one, such a pod can run. */
function hasMixedNode(asked: Asked[], world: World): boolean {
  return world.nodes.some(({ allocatable }) => asked.every(({ resource }) => (allocatable[resource] ?? 0) > 0));
}
