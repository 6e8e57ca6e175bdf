import type { Route } from "../../../sdk/kubernetes/route";
import type { InferenceService } from "../../../sdk/kubernetes/kserve";
import { labels } from "../../../sdk/kubernetes/kserve";
import type { Rule, Verdict } from "../../rule";
import { inferenceService, route, type StoredMeta } from "../../world/kinds";
import { platformOf } from "../../world/platform";
import { nameOf, type WorldObject } from "../../world/world";

const EXPOSED = "exposed";

export const noSecondRoute: Rule<WorldObject<Route>> = {
  id: "expose/no-second-route",
  level: "mandatory",
  title: "A Route must not have the name of an InferenceService, because the controller owns the Route of that name",
  why:
    "The model controller of OpenShift AI makes a Route named like every service that carries the label " +
    "networking.kserve.io/visibility: exposed and overwrites one that is there; where its own came first, creating " +
    'another ends with "routes.route.openshift.io already exists". Without the label it deletes a Route of that name.',
  source: "opendatahub-io/odh-model-controller internal/controller/serving/reconcilers/kserve_raw_route_reconciler.go",
  profile: "minimal",
  subjects: (world) => world.subjects(route),
  check: (subject, world) => {
    const { name, namespace, ownerReferences } = subject.object.metadata as StoredMeta;
    const service = world.find(inferenceService, name, namespace);
    const madeByController = ownerReferences?.some(({ kind }) => kind === "InferenceService") ?? false;
    if (service === undefined || madeByController) return undefined;
    const visibility = service.object.metadata.labels?.[labels.visibility];
    if (visibility === EXPOSED) return [overwritten(subject, service)];
    return platformOf(world) === "kserve" ? [] : [deleted(subject, service, visibility)];
  },
};

function overwritten(subject: WorldObject<Route>, service: WorldObject<InferenceService>): Verdict {
  const { name } = subject.ref;
  return {
    outcome: "fail",
    path: "metadata.name",
    message:
      `metadata.name is "${name}", and ${nameOf(service.ref)} carries the label ${labels.visibility}: ${EXPOSED}, for which ` +
      `the OpenShift AI controller makes a Route "${name}" itself: two writers, one object. It overwrites this one; where ` +
      `its own came first, creating this one ends with: routes.route.openshift.io "${name}" already exists.`,
    fix: `Remove this Route and take the URL from the status of ${nameOf(service.ref)}, or give it another name, such as "${name}-public".`,
  };
}

function deleted(
  subject: WorldObject<Route>,
  service: WorldObject<InferenceService>,
  visibility: string | undefined,
): Verdict {
  const { name } = subject.ref;
  const found = visibility === undefined ? "no such label" : `the value "${visibility}"`;
  return {
    outcome: "fail",
    level: "advisory",
    path: "metadata.name",
    message:
      `metadata.name is "${name}", the name of ${nameOf(service.ref)}. On OpenShift AI the controller deletes a Route of a ` +
      `service's name unless the service carries the label ${labels.visibility}: ${EXPOSED} (it has ${found}); KServe ` +
      `alone leaves the Route as it is.`,
    fix:
      `On OpenShift AI set the label ${labels.visibility}: ${EXPOSED} on ${nameOf(service.ref)} and remove this Route; ` +
      `elsewhere give it another name, such as "${name}-public".`,
  };
}
