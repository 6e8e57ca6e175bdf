/** Ways from outside to a server that no operator publishes. */
import type { Input } from "@pulumi/pulumi";
import { choice, dnsLabel, text, whole } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { EnvironmentVariable } from "../schema/pods";
import type { Problem } from "../schema/problem";
import { at } from "../schema/problem";
import { platformObject } from "./fields";

/** Whether callers must show who they are. */
export const ServeAuth = {
  /** vLLM asks for the key in `VLLM_API_KEY`, below `/v1` only. */
  ApiKey: "apiKey",
  /** Anyone who reaches the address is served. */
  None: "none",
} as const;
export type ServeAuth = (typeof ServeAuth)[keyof typeof ServeAuth];

/** An OpenShift Route. */
export interface ServeRoute {
  /** Default: the cluster chooses. */
  host?: Input<string>;
  /** Seconds after which the router gives up on an answer. Default: 300. */
  timeoutSeconds?: number;
}

/** An Ingress. */
export interface ServeIngress {
  host: Input<string>;
  /** Default: that of the cluster. */
  className?: string;
  /** Secret with the certificate. Default: plain HTTP. */
  tlsSecretName?: Input<string>;
}

/** An HTTPRoute of the Gateway API. */
export interface ServeHttpRoute {
  gatewayName: string;
  /** Default: the namespace of the server. */
  gatewayNamespace?: string;
  /** Default: every host of the Gateway. */
  host?: Input<string>;
}

/** Access from outside: exactly one of `route`, `ingress` and `httpRoute`. */
export interface ServeExposure {
  /** Must be said: publishing a model without authentication is never a default. */
  auth: ServeAuth;
  /** On OpenShift; TLS ends at the router. */
  route?: ServeRoute;
  ingress?: ServeIngress;
  httpRoute?: ServeHttpRoute;
}

export const serveExposureSchema = platformObject({
  auth: choice(Object.values(ServeAuth), {
    token: "tokens are checked by OpenShift AI only, which this server is no part of",
  }),
  route: platformObject({
    host: text("a host name").optional(),
    timeoutSeconds: whole(1).default(300),
  }).optional(),
  ingress: platformObject({
    host: text("a host name"),
    className: dnsLabel("the name of an ingress class").optional(),
    tlsSecretName: dnsLabel("the name of a Secret").optional(),
  }).optional(),
  httpRoute: platformObject({
    gatewayName: dnsLabel("the name of a Gateway"),
    gatewayNamespace: dnsLabel("a namespace").optional(),
    host: text("a host name").optional(),
  }).optional(),
}) satisfies SchemaOf<ServeExposure>;

interface Exposed {
  exposure?: Loose<ServeExposure> | undefined;
  secrets?: Loose<Record<string, string>> | undefined;
  env?: Loose<EnvironmentVariable[]> | undefined;
}

const KEY = "VLLM_API_KEY";

/** One way in, and a key where one is asked for. */
export function exposureIsSound({ exposure, secrets = {}, env = [] }: Exposed): Problem[] {
  if (exposure === undefined) return [];
  const ways = (["route", "ingress", "httpRoute"] as const).filter((way) => exposure[way] !== undefined);
  const count = ways.length === 0 ? "names no way in" : `names ${ways.join(" and ")}`;
  const hasKey = KEY in secrets || env.some((variable) => variable?.name === KEY);
  const noKey = `"apiKey" needs the key itself; add secrets: { ${KEY}: <secret> }`;
  return [
    ...at(["exposure"], ways.length === 1 ? undefined : `${count}; expected exactly one of route, ingress, httpRoute`),
    ...at(["exposure", "auth"], exposure.auth === "apiKey" && !hasKey ? noKey : undefined),
  ];
}
