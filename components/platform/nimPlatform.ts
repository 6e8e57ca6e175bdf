import * as pulumi from "@pulumi/pulumi";
import type { NimPlatformArgs, NimSpec } from "../../sdk/spec/platform/nim";
import { nimRules, nimSchema } from "../../sdk/spec/platform/nim";
import { after, childOf } from "../children";
import { createObject } from "../objects";
import { claim } from "../singletons";
import type { Restore } from "../specification";
import { specify } from "../specification";
import {
  accountManifest,
  keySecretManifest,
  keySecretName,
  modelCacheManifest,
  nimCacheManifest,
  nimServiceManifest,
  pullSecretManifest,
  pullSecretName,
  registryConfig,
} from "./nimManifests";

const TYPE = "model-serving:index:NimPlatform";
/** Images and models are tens of gigabytes. */
const PATIENT = { customTimeouts: { create: "3600s", update: "3600s" } };

/**
 * NVIDIA NIM in one namespace: the key, the pull Secret, and either the Account of OpenShift AI or what NVIDIA's own
 * operator serves. NIM needs a licence of NVIDIA AI Enterprise.
 *
 * On OpenShift AI the platform must be there first: `dependsOn` its component.
 *
 * @requirement PL-4
 */
export class NimPlatform extends pulumi.ComponentResource {
  /** Secret with the key of NGC. */
  readonly apiKeySecret: pulumi.Output<string>;
  /** Secret by which images are pulled. */
  readonly pullSecret: pulumi.Output<string>;
  /** Addresses inside the cluster of what NVIDIA's operator serves, by name. */
  readonly urls: pulumi.Output<Record<string, string>>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: NimPlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `NimPlatform ${JSON.stringify(name)}`;
    const { spec, restore } = specify(nimSchema, nimRules, args, subject, ([field]) => field === "apiKey");
    super(TYPE, name, args.apiKey === undefined ? args : { ...args, apiKey: pulumi.secret(args.apiKey) }, opts);
    const options = childOf(this, opts);
    const secrets = secretsOf(name, spec, args, restore, options);
    if (spec.operator === "openshift-ai") {
      claim(this, `the NIM Account of namespace ${spec.namespace}`, subject);
      createObject(`${name}-account`, { ...accountManifest(spec) }, after(options, secrets));
      const { namespace, modelCache } = spec;
      if (modelCache !== undefined)
        createObject(`${name}-cache`, { ...modelCacheManifest(namespace, modelCache) }, options);
    }
    const services = Object.entries(spec.services).map(([service, settings]) => {
      const patient = pulumi.mergeOptions(after(options, secrets), PATIENT);
      const cache = createObject(`${name}-${service}-cache`, { ...nimCacheManifest(service, settings, spec) }, patient);
      const manifest = nimServiceManifest(service, settings, spec);
      return createObject(`${name}-${service}`, { ...manifest }, after(patient, [cache]));
    });
    this.apiKeySecret = pulumi.output(keySecretName(spec));
    this.pullSecret = pulumi.output(pullSecretName(spec));
    this.urls = pulumi.all(services.map(({ urn }) => urn)).apply(() => urlsOf(spec));
    this.registerOutputs({ apiKeySecret: this.apiKeySecret, pullSecret: this.pullSecret, urls: this.urls });
  }
}

function secretsOf(
  name: string,
  spec: NimSpec,
  args: NimPlatformArgs,
  restore: Restore,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  if (spec.apiKey === undefined) return [];
  const key = keySecretManifest(spec, spec.apiKey);
  // The whole key goes through Docker's encoding, which a text that stands for it would not survive.
  const config = pulumi.secret(pulumi.output(args.apiKey).apply((apiKey) => registryConfig(apiKey ?? "")));
  const pull = pullSecretManifest(spec, "");
  const keyData = pulumi.secret(restore(key.stringData));
  return [
    createObject(`${name}-key`, { ...key, stringData: keyData }, opts),
    createObject(`${name}-pull`, { ...pull, stringData: { ".dockerconfigjson": config } }, opts),
  ];
}

function urlsOf({ services, namespace }: NimSpec): Record<string, string> {
  const entries = Object.keys(services).map((name) => [name, `http://${name}.${namespace}.svc:8000/v1`] as const);
  return Object.fromEntries(entries);
}
