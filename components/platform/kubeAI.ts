import * as pulumi from "@pulumi/pulumi";
import { chartCoordinates } from "../../sdk/catalog/charts";
import { MANAGED } from "../../sdk/kubernetes/ownership";
import type { KubeAIArgs } from "../../sdk/spec/platform/kubeAI";
import { kubeAIRules, kubeAISchema } from "../../sdk/spec/platform/kubeAI";
import { after, childOf } from "../children";
import { chartWith, installChart } from "../installation/helmRelease";
import { namespaceManifest } from "../installation/operatorManifests";
import { createObject } from "../objects";
import { claim } from "../singletons";
import { specify } from "../specification";
import { kubeAISecrets, kubeAIValues } from "./kubeAIValues";

const TYPE = "model-serving:index:KubeAI";

/**
 * KubeAI: its chart with resource profiles, cache profiles and access to models. Models `dependsOn` it.
 *
 * @requirement DH-3
 */
export class KubeAI extends pulumi.ComponentResource {
  /** Where KubeAI runs and its Models belong, once it does. */
  readonly namespace: pulumi.Output<string>;
  /** Address of the OpenAI API of all models, inside the cluster. */
  readonly url: pulumi.Output<string>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: KubeAIArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `KubeAI ${JSON.stringify(name)}`;
    const { spec, restore } = specify(kubeAISchema, kubeAIRules, args, subject, ([field]) => field === "secrets");
    super(TYPE, name, args.secrets === undefined ? args : { ...args, secrets: pulumi.secret(args.secrets) }, opts);
    claim(this, "the KubeAI of the cluster", subject);
    const options = childOf(this, opts);
    const chart = chartWith(chartCoordinates("kubeai"), kubeAIValues(spec), spec.chart);
    const { namespace } = chart;
    const before: pulumi.Resource[] = [];
    const secrets = spec.kubeAI === "create" ? kubeAISecrets(spec).filter(({ data }) => data !== undefined) : [];
    // Secrets of ours must be there before the chart, and so must their namespace.
    if (secrets.length > 0)
      before.push(createObject(`${name}-namespace`, { ...namespaceManifest(namespace) }, options));
    for (const { provider, name: secret, data } of secrets) {
      const metadata = { name: secret, namespace, labels: { ...MANAGED } };
      const manifest = { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque" };
      const stringData = pulumi.secret(restore(data));
      before.push(createObject(`${name}-${provider}`, { ...manifest, stringData }, after(options, before.slice(0, 1))));
    }
    const { ready } = installChart(`${name}-release`, chart, spec.kubeAI, after(options, before));
    const known = pulumi.all(ready.map(({ urn }) => urn));
    this.namespace = known.apply(() => namespace);
    this.url = known.apply(() => `http://kubeai.${namespace}.svc/openai/v1`);
    this.registerOutputs({ namespace: this.namespace, url: this.url });
  }
}
