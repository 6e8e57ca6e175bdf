/**
 * From a component of a service to the pod fields in it, and what the controller fills into every pod.
 * Upstream: kserve/kserve `pkg/controller/v1beta1/inferenceservice/reconcilers/deployment/deployment_reconciler.go`
 * (setDefaultPodSpec).
 */
import { decode } from "../merge/decode";
import { added, changeField, mapItems, type Traced, withDefault, withField } from "../merge/traced";
import { withContainerDefaults } from "./containers";

/** Fields of a component that are not part of its inline PodSpec. */
const COMPONENT_FIELDS = [
  ...["model", "art", "storageUris", "workerSpec", "name", "labels", "annotations", "deploymentStrategy"],
  ...["logger", "batcher", "minReplicas", "maxReplicas", "scaleTarget", "scaleMetric", "scaleMetricType"],
  ...["autoScaling", "containerConcurrency", "timeout", "canaryTrafficPercent"],
];

/** The pod fields of a component, as Go holds them. */
export function podOf(component: Traced | undefined): Traced {
  const fields = COMPONENT_FIELDS.reduce<Traced | undefined>(
    (rest, key) => rest && withField(rest, key, undefined),
    component,
  );
  return decode(fields) ?? added({});
}

/** The pod with everything that the controller fills in before it writes the Deployment. */
export function withPodDefaults(pod: Traced): Traced {
  const defaults = {
    dnsPolicy: "ClusterFirst",
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    securityContext: {},
    schedulerName: "default-scheduler",
  };
  const filled = Object.entries(defaults).reduce((rest, [key, value]) => withDefault(rest, key, value), pod);
  return changeField(filled, ["containers"], (containers) => mapItems(containers, withContainerDefaults));
}
