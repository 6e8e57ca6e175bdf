/** What a user may say of an OpenShift Route to a model. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { choice, dnsLabel, object, text, textLike, whole } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";
import type { SpecRule } from "../schema/validate";

/** Where TLS ends. */
export const TlsTermination = {
  /** At the router; the model is spoken to in plain HTTP. */
  Edge: "edge",
  /** At the router, and again at the model, which must serve TLS. */
  Reencrypt: "reencrypt",
} as const;
export type TlsTermination = (typeof TlsTermination)[keyof typeof TlsTermination];

/** What the router does with plain HTTP. Serving it (`Allow`) is not offered. */
export const PlainHttp = {
  /** Sends callers to the HTTPS address. */
  Redirect: "Redirect",
  /** Does not answer. */
  None: "None",
} as const;
export type PlainHttp = (typeof PlainHttp)[keyof typeof PlainHttp];

/**
 * Arguments of the Route component. For platforms whose controller makes none: never on OpenShift AI.
 *
 * @requirement XA-3, XA-4, XA-10, XA-11, XA-18, OP-14
 */
export interface RouteArgs {
  /** Name of the object; never that of the InferenceService. Default: the component's name. */
  name?: string;
  /** Namespace of the InferenceService. */
  namespace: Input<string>;
  /** The InferenceService to reach. */
  inferenceServiceName: string;
  /** Service to reach. Default: `<inferenceServiceName>-predictor`, which KServe makes. */
  serviceName?: string;
  /** Named port of its Service. Default: `http`; `https` with `termination: "reencrypt"`. */
  targetPort?: string;
  /** Host name. Default: the cluster chooses. */
  host?: Input<string>;
  /** Default: `edge`. */
  termination?: TlsTermination;
  /** Default: `Redirect`. */
  plainHttp?: PlainHttp;
  /**
   * TLS Secret of the namespace with the certificate to show. Default: the router's own certificate.
   *
   * The key stays in the Secret: in the Route's spec every reader of Routes could read it, and a spec with a Pulumi
   * secret in it is hidden as a whole. The router's service account needs `get`, `list` and `watch` on the Secret.
   */
  certificateSecretName?: Input<string>;
  /**
   * PEM certificate of the authority that signed the model's own. Only with `reencrypt`. Default: the cluster's
   * service authority, which signs those of OpenShift AI.
   */
  destinationCaCertificate?: Input<string>;
  /** Seconds after which the router gives up on an answer. Default: 300. */
  timeoutSeconds?: number;
}

export const routeSchema = object({
  name: dnsLabel("a route name").optional(),
  namespace: dnsLabel("a namespace"),
  inferenceServiceName: dnsLabel("the name of an InferenceService"),
  serviceName: dnsLabel("the name of a Service").optional(),
  targetPort: textLike(/^[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/, "the name of a port").optional(),
  host: text("a host name").optional(),
  termination: choice(Object.values(TlsTermination), {
    passthrough: "the router would see no HTTP: no time-out for long answers, no redirect, no path",
  }).default("edge"),
  plainHttp: choice(Object.values(PlainHttp), {
    Allow: "a model's prompts and tokens would cross the network in the clear",
  }).default("Redirect"),
  certificateSecretName: dnsLabel("the name of a TLS Secret").optional(),
  destinationCaCertificate: textLike(/^-----BEGIN CERTIFICATE-----\s/, "a PEM certificate").optional(),
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
    reencryptNeedsTls,
  ];
}

/** A port called `http` speaks plain HTTP, and a second handshake against it never succeeds. */
function reencryptNeedsTls({ termination, targetPort, destinationCaCertificate }: Loose<RouteArgs>): Problem[] {
  if (termination !== "reencrypt") {
    if (destinationCaCertificate === undefined) return [];
    const message = 'counts only with termination "reencrypt"; the model behind "edge" is spoken to in plain HTTP';
    return [{ path: ["destinationCaCertificate"], message }];
  }
  if (targetPort === undefined || !/^http(-|\d|$)/.test(targetPort)) return [];
  const message = `${JSON.stringify(targetPort)} speaks plain HTTP, which cannot be encrypted again; name a port that serves TLS (https), or set termination to "edge"`;
  return [{ path: ["targetPort"], message }];
}
