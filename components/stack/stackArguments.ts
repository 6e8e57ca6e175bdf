/** From a stack to plain arguments of the components that make its parts. */
import { chartCoordinates } from "../../sdk/catalog/charts";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { labels } from "../../sdk/kubernetes/kserve";
import { alerts } from "../../sdk/monitoring/alerts";
import { Engine } from "../../sdk/monitoring/alerts";
import { serverApiOf } from "../../sdk/requests/serverApis";
import { namedParts, type NamedParts } from "../../sdk/spec/stack/stackModels";
import { runtimePlace, stackPlatform } from "../../sdk/spec/stack/stackPlatform";
import type { ServingStackSpec } from "../../sdk/spec/stack/servingStack";

type StackModelSpec = NonNullable<ServingStackSpec["models"]>[string];

/** The namespace of a stack; undefined where it is there already. OpenShift AI's dashboard lists those with its label. */
export function namespaceManifest({ namespace, platform }: ServingStackSpec): KubernetesObject | undefined {
  if (!namespace.create) return undefined;
  const dashboard = isOpenShiftAI(platform) ? { [labels.dashboard]: "true" } : {};
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace.name, labels: { [labels.managedBy]: "pulumi", ...dashboard } },
  };
}

function isOpenShiftAI(platform: ServingStackSpec["platform"]): boolean {
  return (platform?.kind ?? "openshift-ai") === "openshift-ai";
}

/** What the stack knows of the surroundings of all its parts. */
export function shared(spec: ServingStackSpec): { platform: object; catalog?: ServingStackSpec["catalog"] } {
  return { platform: stackPlatform(spec), ...(spec.catalog === undefined ? {} : { catalog: spec.catalog }) };
}

/** Plain arguments of the hardware profiles of a stack, by name. */
export function profileArguments(spec: ServingStackSpec) {
  return Object.entries(spec.hardwareProfiles).map(
    ([name, settings]) => [name, { ...settings, name, ...shared(spec) }] as const,
  );
}

/** Plain arguments of the connections of a stack, by name. */
export function connectionArguments(spec: ServingStackSpec) {
  const { platform } = shared(spec);
  return Object.entries(spec.connections).map(
    ([name, settings]) => [name, { ...settings, name, namespace: spec.namespace.name, platform }] as const,
  );
}

/** Plain arguments of the volumes of a stack, by name. */
export function volumeArguments(spec: ServingStackSpec) {
  const { platform } = shared(spec);
  return Object.entries(spec.volumes).map(
    ([name, settings]) => [name, { ...settings, name, namespace: spec.namespace.name, platform }] as const,
  );
}

/** Plain arguments of the buckets of a stack, by name. */
export function bucketArguments(spec: ServingStackSpec) {
  const { platform } = shared(spec);
  return Object.entries(spec.buckets).map(([name, settings]) => [name, { ...settings, platform }] as const);
}

/** Plain arguments of the runtimes that models of a stack share, by name. */
export function runtimeArguments(spec: ServingStackSpec) {
  return Object.entries(spec.runtimes).map(
    ([name, settings]) =>
      [name, { ...settings, name, ...runtimePlace(settings, spec.namespace.name), ...shared(spec) }] as const,
  );
}

/** A model of a stack: its own settings, and the parts of the stack that it names. */
export interface StackModelArguments {
  name: string;
  named: Pick<StackModelSpec, "hardwareProfile" | "runtime" | "connection" | "volume">;
  parts: NamedParts;
  /** Without what it names. */
  args: Omit<StackModelSpec, "hardwareProfile" | "runtime" | "connection" | "volume"> & {
    name: string;
    namespace: string;
    platform: object;
  };
}

/** Plain arguments of the models of a stack. */
export function modelArguments(spec: ServingStackSpec): StackModelArguments[] {
  return Object.entries(spec.models ?? {}).map(([name, model]) => {
    const { hardwareProfile, runtime, connection, volume, ...settings } = model;
    return {
      name,
      named: { hardwareProfile, runtime, connection, volume },
      parts: namedParts(model, spec),
      args: { ...settings, name, namespace: spec.namespace.name, ...shared(spec) },
    };
  });
}

/** Plain arguments of the models that KubeAI serves, by name. */
export function kubeAiArguments(spec: ServingStackSpec) {
  const usual = spec.install?.kubeAI?.chart?.namespace ?? chartCoordinates("kubeai").namespace;
  return Object.entries(spec.kubeAiModels).map(
    ([name, settings]) => [name, { namespace: usual, ...settings, name }] as const,
  );
}

/** Plain arguments of the network policies around each model, by its name. */
export function networkPolicyArguments(spec: ServingStackSpec) {
  const { networkPolicies } = spec;
  if (networkPolicies === undefined) return [];
  return modelArguments(spec).map(({ name, args }) => {
    const guarded =
      args.llmd === true
        ? { podLabels: { "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "llminferenceservice" } }
        : { inferenceServiceName: name };
    const place = { name, namespace: spec.namespace.name, platform: shared(spec).platform };
    return [name, { ...networkPolicies, ...guarded, ...place }] as const;
  });
}

/** The server of a model of KServe, as far as alerts and queries know it. */
export function engineOf({ parts, args }: Pick<StackModelArguments, "parts" | "args">): Engine | undefined {
  const { runtime } = parts;
  if (args.llmd === true || runtime?.custom !== undefined) return undefined;
  const server = runtime === undefined ? serverApiOf(args.runtimeName ?? "", args.modelFormat).server : undefined;
  const found = server ?? runtime?.entry?.server ?? "vllm";
  return Object.values(Engine).find((engine) => engine === found);
}

/** Plain arguments of the alerts on each model whose server they know, by its name. */
export function alertArguments(spec: ServingStackSpec) {
  const settings = spec.monitoring?.alerts;
  if (settings === undefined) return [];
  return modelArguments(spec).flatMap((model) => {
    const engine = engineOf(model);
    if (engine === undefined) return [];
    const place = { name: model.name, namespace: spec.namespace.name, inferenceServiceName: model.name };
    const thresholds = Object.fromEntries(
      Object.entries(settings.thresholds ?? {}).filter(([key]) => isReported(key, engine)),
    );
    return [[model.name, { ...settings, thresholds, engine, ...place }] as const];
  });
}

/** Of several servers, each has the bounds of what it reports. */
function isReported(threshold: string, engine: Engine): boolean {
  return alerts.some((alert) => alert.threshold === threshold && alert.engines.includes(engine));
}

/** Plain arguments of the monitors of the models of KServe, by name. */
export function monitorArguments(spec: ServingStackSpec) {
  const settings = spec.monitoring?.runtimeMonitors;
  if (settings === undefined) return [];
  const { platform } = shared(spec);
  return modelArguments(spec)
    .filter(({ args }) => args.llmd !== true)
    .map(({ name }) => {
      const place = { name, namespace: spec.namespace.name, inferenceServiceName: name };
      return [name, { ...settings, ...place, platform }] as const;
    });
}
