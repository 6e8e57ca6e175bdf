import type { KubeAiModel } from "../../sdk/kubernetes/kubeai";
import { KUBEAI_V1 } from "../../sdk/kubernetes/kubeai";
import { ownership } from "../../sdk/kubernetes/ownership";
import { nonEmpty, present } from "../../sdk/kubernetes/present";
import type { KubeAiModelSpec } from "../../sdk/spec/kubeai/kubeAiModel";
import { environmentSources } from "../secretEnvironment";

/**
 * A KubeAI Model. Defaults are written out: the resource refuses to change one that it filled in itself.
 *
 * @requirement DH-2, DH-7, DH-9, DH-10, DH-11, DH-12
 */
export function kubeAiModelManifest(model: KubeAiModelSpec): KubeAiModel {
  const condition = model.awaitReady ? readyCondition(model) : undefined;
  return {
    apiVersion: KUBEAI_V1,
    kind: "Model",
    metadata: present({
      name: model.name,
      namespace: model.namespace,
      labels: { ...model.labels, ...ownership(model.name) },
      annotations: condition === undefined ? undefined : { "pulumi.com/waitFor": condition },
    }),
    spec: present({
      url: model.url,
      engine: model.engine,
      features: model.features,
      resourceProfile: model.resourceProfile,
      cacheProfile: model.cacheProfile,
      adapters: nonEmpty(model.adapters),
      image: model.image,
      args: nonEmpty(model.args),
      env: nonEmpty(model.env),
      envFrom: nonEmpty(environmentSources(model)),
      replicas: model.replicas,
      minReplicas: model.minReplicas,
      maxReplicas: model.maxReplicas,
      autoscalingDisabled: model.autoscalingDisabled ? true : undefined,
      targetRequests: model.targetRequests,
      scaleDownDelaySeconds: model.scaleDownDelaySeconds,
      loadBalancing: model.loadBalancing,
      files: nonEmpty(model.files),
      priorityClassName: model.priorityClassName,
      owner: model.owner,
    }),
  };
}

/**
 * What Pulumi waits for: all pods where their number is fixed, the first sign of one where an autoscaler moves it (a
 * number of ready pods that is passed would be waited for in vain), nothing where there may be none.
 */
function readyCondition(model: KubeAiModelSpec): string | undefined {
  const fixed = model.autoscalingDisabled
    ? model.replicas
    : model.minReplicas === model.maxReplicas
      ? model.minReplicas
      : undefined;
  if (fixed !== undefined && fixed > 0) return `jsonpath={.status.replicas.ready}=${fixed}`;
  return model.minReplicas > 0 && !model.autoscalingDisabled ? "jsonpath={.status.replicas.all}" : undefined;
}

/** Whether a change of these fields can only be made by another object, since the resource refuses it. */
export function immutableFields({ cacheProfile }: Pick<KubeAiModelSpec, "cacheProfile">): string[] {
  const always = ["spec.cacheProfile", "spec.loadBalancing.prefixHash.replication"];
  return cacheProfile === undefined ? always : [...always, "spec.url"];
}
