import * as pulumi from "@pulumi/pulumi";
import type { RouteArgs } from "../../sdk/spec/exposure/route";
import { routeRules, routeSchema } from "../../sdk/spec/exposure/route";
import { defaultName } from "../../sdk/spec/schema/fields";
import { childOf } from "../children";
import { createReporting, restoreManifest, routeUrl } from "../objects";
import { specify } from "../specification";
import { routeManifest } from "./routeManifest";

const TYPE = "model-serving:index:Route";

/**
 * An OpenShift Route to a model, for clusters whose controller makes none: plain KServe with `disableIngressCreation`.
 *
 * OpenShift AI makes the Route itself; there set `exposure` of the model instead.
 */
export class Route extends pulumi.ComponentResource {
  /** Address from outside; undefined until the router has admitted the Route. */
  readonly url: pulumi.Output<string | undefined>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: RouteArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `Route ${JSON.stringify(name)}`;
    const { spec, restore } = specify(
      routeSchema,
      [...routeRules(name), defaultName(routeSchema.shape.name, name)],
      args,
      subject,
    );
    super(TYPE, name, args, opts);
    const manifest = routeManifest({ ...spec, name: spec.name ?? name });
    const route = createReporting(name, restoreManifest(manifest, restore), childOf(this, opts));
    this.url = route.status.apply(routeUrl);
    this.registerOutputs({ url: this.url });
  }
}
