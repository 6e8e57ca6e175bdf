import { findIngressController } from "../../sdk/catalog/ingressControllers";
import { ownership } from "../../sdk/kubernetes/ownership";
import type { Ingress } from "../../sdk/kubernetes/networking";
import { NETWORKING_V1 } from "../../sdk/kubernetes/networking";
import { present } from "../../sdk/kubernetes/present";
import type { IngressSpec } from "../../sdk/spec/exposure/ingress";

/**
 * An Ingress with TLS and with time for long answers.
 *
 * @requirement XA-12, XA-14, XA-18
 */
export function ingressManifest(ingress: IngressSpec): Ingress {
  const { hostnames, issuer, serviceName, port } = ingress;
  const tlsSecret = ingress.tlsSecretName ?? (issuer === undefined ? undefined : `${ingress.name}-tls`);
  const backend = { service: { name: serviceName, port: { number: port } } };
  return {
    apiVersion: NETWORKING_V1,
    kind: "Ingress",
    metadata: {
      name: ingress.name,
      namespace: ingress.namespace,
      labels: ownership(serviceName),
      annotations: ingressAnnotations(ingress),
    },
    spec: present({
      ingressClassName: ingress.className,
      tls: tlsSecret === undefined ? undefined : [{ hosts: hostnames, secretName: tlsSecret }],
      rules: hostnames.map((host) => ({
        host,
        http: { paths: [{ path: "/", pathType: "Prefix" as const, backend }] },
      })),
    }),
  };
}

function ingressAnnotations({ className, issuer, certificateArn, ...ingress }: IngressSpec): Record<string, string> {
  const controller = findIngressController(className);
  const certificate =
    controller?.certificate === undefined || certificateArn === undefined
      ? {}
      : { [controller.certificate]: certificateArn };
  const issuerKey = issuer?.kind === "Issuer" ? "cert-manager.io/issuer" : "cert-manager.io/cluster-issuer";
  return {
    ...withSeconds(controller?.timeout ?? {}, ingress.timeoutSeconds),
    ...controller?.redirect,
    ...(ingress.protocol === "grpc" ? controller?.grpc : {}),
    ...certificate,
    ...(issuer === undefined ? {} : { [issuerKey]: issuer.name }),
    ...ingress.annotations,
  };
}

function withSeconds(template: Record<string, string>, seconds: number): Record<string, string> {
  const entries = Object.entries(template).map(([key, value]) => [key, value.replace("${seconds}", String(seconds))]);
  return Object.fromEntries(entries) as Record<string, string>;
}
