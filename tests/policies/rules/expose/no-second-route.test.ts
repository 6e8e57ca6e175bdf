import { UNKNOWN } from "../../../../sdk/pod/unknown";
import { noSecondRoute } from "../../../../policies/rules/expose/no-second-route";
import { changed, granite, graniteRoute, inCluster, inStack } from "../granite";
import { table } from "../table";

const exposed = changed(
  granite(),
  ({ metadata }) => (metadata.labels = { "networking.kserve.io/visibility": "exposed" }),
);
const deployment = (name: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: "x" },
});
const owned = changed(graniteRoute(), ({ metadata }) =>
  Object.assign(metadata, { ownerReferences: [{ kind: "InferenceService", name: "granite" }] }),
);

table(noSecondRoute, [
  {
    name: "a Route named like an exposed service",
    objects: inStack(exposed, graniteRoute()),
    finding: {
      level: "mandatory",
      resource: "Route/granite",
      path: "metadata.name",
      says: ['routes.route.openshift.io "granite" already exists', "InferenceService models/granite"],
      fix: "granite-public",
    },
  },
  { name: "a Route of another name", objects: inStack(exposed, graniteRoute("granite-public")) },
  {
    name: "a Route of that name in another namespace",
    objects: inStack(
      exposed,
      changed(graniteRoute(), ({ metadata }) => (metadata.namespace = "web")),
    ),
  },
  {
    name: "an exposed service that is on the cluster already",
    objects: [...inStack(graniteRoute()), ...inCluster(exposed)],
    finding: { level: "mandatory", resource: "Route/granite" },
  },
  {
    name: "no visibility label, platform not known",
    objects: inStack(granite(), graniteRoute()),
    finding: { level: "advisory", resource: "Route/granite", says: ["it has no such label"] },
  },
  {
    name: "no visibility label on OpenShift AI",
    objects: [...inStack(granite(), graniteRoute()), ...inCluster(deployment("odh-model-controller"))],
    finding: { level: "advisory", resource: "Route/granite" },
  },
  {
    name: "no visibility label on KServe without the controllers of OpenShift AI",
    objects: [...inStack(granite(), graniteRoute()), ...inCluster(deployment("kserve-controller-manager"))],
  },
  { name: "the Route that the controller made", objects: inStack(exposed, owned) },
  { name: "a Route of the inventory", objects: [...inStack(exposed), ...inCluster(graniteRoute())] },
  {
    name: "labels known only after apply",
    objects: inStack(
      changed(granite(), ({ metadata }) => Object.assign(metadata, { labels: UNKNOWN })),
      graniteRoute(),
    ),
    finding: {
      outcome: "unknown",
      resource: "InferenceService/granite",
      path: "metadata.labels",
      says: ["known only after apply"],
    },
  },
  {
    name: "a Route whose name is known only after apply",
    objects: inStack(
      exposed,
      changed(graniteRoute(), ({ metadata }) => Object.assign(metadata, { name: UNKNOWN })),
    ),
    finding: { outcome: "unknown", path: "metadata.name" },
  },
]);
