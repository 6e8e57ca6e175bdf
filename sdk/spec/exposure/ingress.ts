/** What a user may say of an Ingress to a Service that KServe does not publish. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { findIngressController } from "../../catalog/ingressControllers";
import { choice, dnsLabel, list, object, record, text, textLike, whole } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";
import { quote } from "../schema/problem";
import type { SpecRule } from "../schema/validate";
import { hostname, repeated } from "./httpRoute";

/** What the model server speaks on the port. */
export const BackendProtocol = { Http: "http", Grpc: "grpc" } as const;
export type BackendProtocol = (typeof BackendProtocol)[keyof typeof BackendProtocol];

/** Kinds of cert-manager's issuers. */
export const IssuerKind = { Issuer: "Issuer", ClusterIssuer: "ClusterIssuer" } as const;
export type IssuerKind = (typeof IssuerKind)[keyof typeof IssuerKind];

/** Who issues the certificate. Upstream: cert-manager's annotations on Ingress objects. */
export interface CertificateIssuer {
  name: string;
  /** Default: `ClusterIssuer`. */
  kind?: IssuerKind;
}

/** Arguments of the Ingress component. Plain HTTP is never offered: one of the three certificates must be given. */
export interface IngressArgs {
  /** Name of the object. Default: the component's name. */
  name?: string;
  /** Namespace of the Service. */
  namespace: Input<string>;
  /** The Service to reach. */
  serviceName: string;
  /** Number of its port. */
  port: number;
  /** IngressClass, such as `nginx` or `alb`; of these two the annotations for time-outs are known. */
  className: string;
  /** Host names, at least one. */
  hostnames: string[];
  /** TLS Secret of the namespace with the certificate. */
  tlsSecretName?: string;
  /** cert-manager's issuer of the certificate, which is kept in Secret `<name>-tls`. */
  issuer?: CertificateIssuer;
  /** Address of a certificate of AWS Certificate Manager. Class `alb` only. */
  certificateArn?: Input<string>;
  /** What the port speaks. Default: `http`. */
  protocol?: BackendProtocol;
  /** Seconds after which the controller gives up on an answer. Default: 300. */
  timeoutSeconds?: number;
  /** Further annotations for the controller. */
  annotations?: Record<string, string>;
}

const issuerSchema = object({
  name: dnsLabel("the name of an issuer"),
  kind: choice(Object.values(IssuerKind)).default("ClusterIssuer"),
}) satisfies SchemaOf<CertificateIssuer>;

export const ingressSchema = object({
  name: dnsLabel("a name").optional(),
  namespace: dnsLabel("a namespace"),
  serviceName: dnsLabel("the name of a Service"),
  port: whole(1, 65535),
  className: dnsLabel("the name of an IngressClass"),
  hostnames: list(hostname, "host names"),
  tlsSecretName: dnsLabel("the name of a TLS Secret").optional(),
  issuer: issuerSchema.optional(),
  certificateArn: textLike(/^arn:aws[-a-z]*:acm:/, "the ARN of a certificate").optional(),
  protocol: choice(Object.values(BackendProtocol)).default("http"),
  timeoutSeconds: whole(1).default(300),
  annotations: record(text("an annotation's value"), "annotation values").optional(),
}) satisfies SchemaOf<IngressArgs>;

/** An Ingress with its defaults. */
export type IngressSpec = z.output<typeof ingressSchema> & { name: string };

export const ingressRules: readonly SpecRule<IngressArgs>[] = [
  ({ hostnames }) =>
    hostnames?.length === 0
      ? [{ path: ["hostnames"], message: "is empty; a model without a host name would answer on every one" }]
      : repeated(hostnames, "hostnames"),
  oneCertificate,
  timeoutIsPossible,
];

function oneCertificate({ tlsSecretName, issuer, certificateArn, className }: Loose<IngressArgs>): Problem[] {
  const given = Object.entries({ tlsSecretName, issuer, certificateArn }).filter(([, value]) => value !== undefined);
  if (given.length === 0) {
    const message = "is in the clear; give one of tlsSecretName, issuer, certificateArn";
    return [{ path: [], message }];
  }
  const [first, ...others] = given.map(([key]) => key);
  const problems: Problem[] = others.map((key) => ({ path: [key], message: `excludes ${first}; keep one of the two` }));
  if (certificateArn === undefined || className === undefined) return problems;
  if (findIngressController(className)?.certificate === undefined) {
    const message = `is read by class alb only, not by ${quote(className)}; give tlsSecretName or issuer`;
    problems.push({ path: ["certificateArn"], message });
  }
  return problems;
}

/** Without its annotation an unknown controller keeps its own time-out, which is short for long answers. */
function timeoutIsPossible({ className, timeoutSeconds, protocol }: Loose<IngressArgs>): Problem[] {
  if (className === undefined || findIngressController(className) !== undefined) return [];
  const unknown = Object.entries({ timeoutSeconds, protocol: protocol === "grpc" ? protocol : undefined });
  return unknown
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({
      path: [key],
      message: `${quote(value)}: how class ${quote(className)} is told so is not known; write its annotation into annotations`,
    }));
}
