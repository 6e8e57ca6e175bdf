import * as pulumi from "@pulumi/pulumi";
import type { HttpRouteArgs } from "../../sdk/spec/exposure/httpRoute";
import { httpRouteRules, httpRouteSchema } from "../../sdk/spec/exposure/httpRoute";
import { defaultName } from "../../sdk/spec/schema/fields";
import { childOf } from "../children";
import { createObject, restoreManifest } from "../objects";
import { specify } from "../specification";
import { httpRouteManifest } from "./httpRouteManifest";

const TYPE = "model-serving:index:HttpRoute";

/**
 * A Gateway API HTTPRoute to a Service that KServe does not publish: a raw vLLM server, or KServe with
 * `disableIngressCreation`. TLS ends at the Gateway.
 *
 * @requirement XA-14
 */
export class HttpRoute extends pulumi.ComponentResource {
  /** Addresses from outside; empty where the listener alone decides the host names. */
  readonly urls: pulumi.Output<string[]>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: HttpRouteArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `HttpRoute ${JSON.stringify(name)}`;
    const { spec, restore } = specify(
      httpRouteSchema,
      [...httpRouteRules, defaultName(httpRouteSchema.shape.name, name)],
      args,
      subject,
    );
    super(TYPE, name, args, opts);
    const manifest = httpRouteManifest({ ...spec, name: spec.name ?? name });
    createObject(name, restoreManifest(manifest, restore), childOf(this, opts));
    const path = spec.pathPrefix === "/" ? "" : spec.pathPrefix;
    this.urls = pulumi
      .output(restore(spec.hostnames ?? []))
      .apply((hosts) => hosts.map((host) => `https://${host}${path}`));
    this.registerOutputs({ urls: this.urls });
  }
}
