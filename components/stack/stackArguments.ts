import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { labels } from "../../sdk/kubernetes/kserve";
import type { ServingStackSpec } from "../../sdk/spec/stack/servingStack";

/** The namespace of a stack; undefined where it is there already. OpenShift AI's dashboard lists those with its label. */
export function namespaceManifest({ namespace, platform }: ServingStackSpec): KubernetesObject | undefined {
  if (!namespace.create) return undefined;
  const dashboard = platform.kind === "openshift-ai" ? { [labels.dashboard]: "true" } : {};
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace.name, labels: { [labels.managedBy]: "pulumi", ...dashboard } },
  };
}

/** Plain arguments of the hardware profiles of a stack, by name. */
export function profileArguments({ hardwareProfiles, platform, catalog }: ServingStackSpec) {
  return Object.entries(hardwareProfiles).map(
    ([name, settings]) => [name, { ...settings, name, platform, catalog }] as const,
  );
}

/** Plain arguments of the models of a stack, by name, and the profile that each names. */
export function modelArguments({ models, platform, catalog }: ServingStackSpec, namespace: string) {
  return Object.entries(models).map(([name, { hardwareProfile, ...settings }]) => ({
    name,
    hardwareProfile,
    args: { ...settings, name, namespace, platform, ...(catalog === undefined ? {} : { catalog }) },
  }));
}
