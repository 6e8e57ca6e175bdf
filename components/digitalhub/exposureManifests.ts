import type { KubernetesObject } from "../../sdk/kubernetes/core";
import type { HttpRoute } from "../../sdk/kubernetes/gatewayApi";
import { GATEWAY_V1 } from "../../sdk/kubernetes/gatewayApi";
import { annotations } from "../../sdk/kubernetes/kserve";
import type { Ingress } from "../../sdk/kubernetes/networking";
import { NETWORKING_V1 } from "../../sdk/kubernetes/networking";
import { nonEmpty, present } from "../../sdk/kubernetes/present";
import type { Route } from "../../sdk/kubernetes/route";
import { ROUTE_V1 } from "../../sdk/kubernetes/route";
import { AWAIT_ACCEPTED } from "../exposure/httpRouteManifest";
import { routeAnnotations } from "../exposure/routeManifest";
import type { ServeSpec } from "./serverSpec";
import { metadataOf, portName } from "./serverSpec";

type Exposure = NonNullable<ServeSpec["exposure"]>;

/**
 * The one way from outside to a server's Service, if there is to be one.
 *
 * @requirement DH-33
 */
export function exposureManifests(spec: ServeSpec, port: number): KubernetesObject[] {
  const { route, ingress, httpRoute } = spec.exposure ?? {};
  if (route !== undefined) return [routeOf(spec, route, port)];
  if (ingress !== undefined) return [ingressOf(spec, ingress, port)];
  return httpRoute === undefined ? [] : [httpRouteOf(spec, httpRoute, port)];
}

function routeOf(spec: ServeSpec, { host, timeoutSeconds }: NonNullable<Exposure["route"]>, port: number): Route {
  return {
    apiVersion: ROUTE_V1,
    kind: "Route",
    metadata: {
      ...metadataOf(spec),
      annotations: routeAnnotations(timeoutSeconds),
    },
    spec: present({
      host,
      to: { kind: "Service" as const, name: spec.name, weight: 100 },
      port: { targetPort: portName(port) },
      tls: { termination: "edge" as const, insecureEdgeTerminationPolicy: "Redirect" as const },
      wildcardPolicy: "None" as const,
    }),
  };
}

/** Not awaited: which controller answers for a class, and whether it reports an address, differs from cluster to cluster. */
function ingressOf(spec: ServeSpec, ingress: NonNullable<Exposure["ingress"]>, port: number): Ingress {
  const { host, className, tlsSecretName } = ingress;
  const backend = { service: { name: spec.name, port: { name: portName(port) } } };
  return {
    apiVersion: NETWORKING_V1,
    kind: "Ingress",
    metadata: { ...metadataOf(spec), annotations: { [annotations.skipAwait]: "true" } },
    spec: present({
      ingressClassName: className,
      tls: tlsSecretName === undefined ? undefined : [{ hosts: [host], secretName: tlsSecretName }],
      rules: [{ host, http: { paths: [{ path: "/", pathType: "Prefix" as const, backend }] } }],
    }),
  };
}

function httpRouteOf(spec: ServeSpec, route: NonNullable<Exposure["httpRoute"]>, port: number): HttpRoute {
  const { gatewayName, gatewayNamespace, host } = route;
  return {
    apiVersion: GATEWAY_V1,
    kind: "HTTPRoute",
    metadata: {
      ...metadataOf(spec),
      annotations: { ...AWAIT_ACCEPTED },
    },
    spec: present({
      parentRefs: [present({ name: gatewayName, namespace: gatewayNamespace })],
      hostnames: nonEmpty(host === undefined ? [] : [host]),
      rules: [{ backendRefs: [{ name: spec.name, port }] }],
    }),
  };
}
