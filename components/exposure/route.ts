import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { RouteArgs } from "../../sdk/spec/exposure/route";
import { routeRules, routeSchema } from "../../sdk/spec/exposure/route";
import { defaultName } from "../../sdk/spec/schema/fields";
import { childOf } from "../children";
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
    const { metadata, spec: routeSpec } = routeManifest({ ...spec, name: spec.name ?? name });
    const route = new RouteResource(
      name,
      { metadata: restore(metadata), spec: restore(routeSpec) },
      childOf(this, opts),
    );
    this.url = route.status.apply((status) => {
      const host = status?.ingress?.find((ingress) => ingress.host !== undefined)?.host;
      return host === undefined ? undefined : `https://${host}`;
    });
    this.registerOutputs({ url: this.url });
  }
}

interface RouteStatus {
  ingress?: { host?: string }[];
}

class RouteResource extends k8s.apiextensions.CustomResource {
  declare readonly status: pulumi.Output<RouteStatus | undefined>;

  constructor(
    name: string,
    args: { metadata: pulumi.Input<object>; spec: pulumi.Input<object> },
    opts: pulumi.CustomResourceOptions,
  ) {
    super(name, { apiVersion: "route.openshift.io/v1", kind: "Route", ...args, status: undefined }, opts);
  }
}
