import * as pulumi from "@pulumi/pulumi";
import type { IngressArgs } from "../../sdk/spec/exposure/ingress";
import { ingressRules, ingressSchema } from "../../sdk/spec/exposure/ingress";
import { defaultName } from "../../sdk/spec/schema/fields";
import { childOf } from "../children";
import { createObject, restoreManifest } from "../objects";
import { specify } from "../specification";
import { ingressManifest } from "./ingressManifest";

const TYPE = "model-serving:index:Ingress";

/**
 * An Ingress to a Service that KServe does not publish, with TLS. Pulumi waits until its controller has given it an
 * address.
 *
 * @requirement XA-14
 */
export class Ingress extends pulumi.ComponentResource {
  /** Addresses from outside. */
  readonly urls: pulumi.Output<string[]>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: IngressArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `Ingress ${JSON.stringify(name)}`;
    const { spec, restore } = specify(
      ingressSchema,
      [...ingressRules, defaultName(ingressSchema.shape.name, name)],
      args,
      subject,
    );
    super(TYPE, name, args, opts);
    const manifest = ingressManifest({ ...spec, name: spec.name ?? name });
    createObject(name, restoreManifest(manifest, restore), childOf(this, opts));
    this.urls = pulumi.output(restore(spec.hostnames)).apply((hosts) => hosts.map((host) => `https://${host}`));
    this.registerOutputs({ urls: this.urls });
  }
}
