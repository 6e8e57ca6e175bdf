/** What a user may say of an OpenShift Route to a model. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { choice, dnsLabel, object, text, textLike, whole } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";
import type { SpecRule } from "../schema/validate";

/** Where TLS ends. */
export const TlsTermination = {
  /** At the router; the model is spoken to in plain HTTP. */
  Edge: "edge",
  /** At the router, and again at the model, which must serve TLS. */
  Reencrypt: "reencrypt",
} as const;
export type TlsTermination = (typeof TlsTermination)[keyof typeof TlsTermination];

/** Arguments of the Route component. For platforms whose controller makes none: never on OpenShift AI. */
export interface RouteArgs {
  /** Name of the object; never that of the InferenceService. Default: the component's name. */
  name?: string;
  /** Namespace of the InferenceService. */
  namespace: Input<string>;
  /** The InferenceService to reach. */
  inferenceServiceName: string;
  /** Named port of its Service. Default: `http`. */
  targetPort?: string;
  /** Host name. Default: the cluster chooses. */
  host?: Input<string>;
  /** Default: `edge`. Plain HTTP is always redirected. */
  termination?: TlsTermination;
  /** Seconds after which the router gives up on an answer. Default: 300. */
  timeoutSeconds?: number;
}

export const routeSchema = object({
  name: dnsLabel("a route name").optional(),
  namespace: dnsLabel("a namespace"),
  inferenceServiceName: dnsLabel("the name of an InferenceService"),
  targetPort: textLike(/^[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/, "the name of a port").default("http"),
  host: text("a host name").optional(),
  termination: choice(Object.values(TlsTermination)).default("edge"),
  timeoutSeconds: whole(1).default(300),
}) satisfies SchemaOf<RouteArgs>;

/** A Route with its defaults. */
export type RouteSpec = z.output<typeof routeSchema> & { name: string };

/** OpenShift AI's controller overwrites or deletes a Route that bears the name of an InferenceService. */
export function routeRules(componentName: string): readonly SpecRule<RouteArgs>[] {
  return [
    ({ name = componentName, inferenceServiceName }) => {
      if (name !== inferenceServiceName) return [];
      const message = `${JSON.stringify(name)} is the name of the InferenceService, whose controller owns that Route; did you mean ${name}-external?`;
      return [{ path: ["name"], message }];
    },
  ];
}
