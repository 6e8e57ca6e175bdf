import { UNKNOWN } from "../../../../sdk/pod/unknown";
import { runtimeEqualsService } from "../../../../policies/rules/name/runtime-equals-service";
import { changed, granite, graniteRuntime, inCluster, inStack } from "../granite";
import { table } from "../table";

const service = changed(granite(), ({ spec }) => (spec.predictor.model!.runtime = "granite-runtime"));
const runtime = changed(graniteRuntime(), ({ metadata }) => (metadata.name = "granite-runtime"));
const second = changed(service, ({ metadata }) => (metadata.name = "phi"));
const unlabelled = <T extends { metadata: { labels?: object } }>(object: T) =>
  changed(object, ({ metadata }) => Reflect.deleteProperty(metadata, "labels"));

table(runtimeEqualsService, [
  {
    name: "two names for a pair of the dashboard",
    objects: inStack(service, runtime),
    finding: {
      level: "advisory",
      resource: "InferenceService/granite",
      path: "spec.predictor.model.runtime",
      says: ['"granite" and "granite-runtime" are different names'],
      fix: 'Name the runtime "granite"',
    },
  },
  { name: "one name", objects: inStack(granite(), graniteRuntime()) },
  { name: "a service that the dashboard does not manage", objects: inStack(unlabelled(service), runtime) },
  { name: "a runtime that the dashboard does not manage", objects: inStack(service, unlabelled(runtime)) },
  { name: "a runtime that two services share", objects: inStack(service, second, runtime) },
  {
    name: "a runtime shared with a service on the cluster",
    objects: [...inStack(service, runtime), ...inCluster(second)],
  },
  {
    name: "a service of that runtime name in another namespace does not share it",
    objects: inStack(
      service,
      runtime,
      changed(second, ({ metadata }) => (metadata.namespace = "web")),
    ),
    finding: { resource: "InferenceService/granite" },
  },
  { name: "a runtime for the whole cluster", objects: inStack(service, { ...runtime, kind: "ClusterServingRuntime" }) },
  { name: "a runtime that is not there", objects: inStack(service) },
  {
    name: "labels known only after apply",
    objects: inStack(
      changed(service, ({ metadata }) => Object.assign(metadata, { labels: UNKNOWN })),
      runtime,
    ),
    finding: { outcome: "unknown", path: "metadata.labels" },
  },
]);
