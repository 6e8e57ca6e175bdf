/** Variables of a server from Secrets and ConfigMaps; those given as secret values are kept in a Secret of the model's own. */
import * as pulumi from "@pulumi/pulumi";
import type { EnvFromSource } from "../sdk/kubernetes/core";
import { ownership } from "../sdk/kubernetes/ownership";
import { present } from "../sdk/kubernetes/present";
import type { KubeAiModelSpec } from "../sdk/spec/kubeai/kubeAiModel";
import { createObject } from "./objects";

/** Secret values by variable name. */
export type SecretValues = Readonly<Record<string, pulumi.Input<string>>>;

/** Name of the Secret of a model. */
export function secretEnvironmentName(model: string): string {
  return `${model}-env`;
}

/**
 * Arguments in which the values are covered: names are checked at preview, values neither printed nor stored in the
 * clear.
 */
export function coverSecrets<Args extends { secrets?: SecretValues }>(args: Args): { plain: object; covered: Args } {
  // What is no mapping is refused with the rest of what is wrong.
  const secrets: unknown = isMapping(args) ? args.secrets : undefined;
  if (!isMapping(secrets)) return { plain: args, covered: args };
  const names = Object.entries(secrets).map(([name, value]) => [name, isText(value) ? "covered" : undefined]);
  return {
    plain: { ...args, secrets: Object.fromEntries(names) as object },
    covered: { ...args, secrets: pulumi.secret(secrets) },
  };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isLate(value);
}

function isText(value: unknown): boolean {
  return typeof value === "string" || isLate(value);
}

function isLate(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/** The Secret of a model, where it has secret variables. */
export function secretEnvironment(
  componentName: string,
  model: { name: string; namespace: pulumi.Input<string> },
  secrets: SecretValues | undefined,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource | undefined {
  if (secrets === undefined || Object.keys(secrets).length === 0) return undefined;
  const manifest = { ...secretEnvironmentManifest(model), stringData: pulumi.secret(secrets) };
  return createObject(`${componentName}-env`, manifest, opts);
}

/** The Secrets and ConfigMaps that a server takes variables from; last the model's own, where it has secret variables. */
export function environmentSources(model: {
  name: string;
  envFrom?: KubeAiModelSpec["envFrom"];
  secrets?: object | undefined;
}): EnvFromSource[] {
  const given = (model.envFrom ?? []).map(({ secretName, configMapName, prefix, optional }) =>
    present({
      prefix,
      secretRef: secretName === undefined ? undefined : present({ name: secretName, optional }),
      configMapRef: configMapName === undefined ? undefined : present({ name: configMapName, optional }),
    }),
  );
  const hasOwn = Object.keys(model.secrets ?? {}).length > 0;
  return hasOwn ? [...given, { secretRef: { name: secretEnvironmentName(model.name) } }] : given;
}

/** The Secret without its values. */
export function secretEnvironmentManifest<Text>({ name, namespace }: { name: string; namespace: Text }): {
  apiVersion: "v1";
  kind: "Secret";
  metadata: { name: string; namespace: Text; labels: Record<string, string> };
  type: "Opaque";
} {
  const metadata = { name: secretEnvironmentName(name), namespace, labels: ownership(name) };
  return { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque" };
}
