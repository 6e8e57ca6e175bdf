/** OpenShift Route (`route.openshift.io/v1`), as plain data. Upstream: openshift/api `route/v1/types.go`. */
import type { KubernetesObject, ObjectMeta } from "./core";

export const ROUTE_V1 = "route.openshift.io/v1";

export interface RouteTarget {
  kind: "Service";
  name: string;
  /** 0 to 256. */
  weight?: number;
}

export interface RouteSpec {
  host?: string;
  path?: string;
  to: RouteTarget;
  alternateBackends?: RouteTarget[];
  /** A string is looked up among the named ports of the Service's endpoints. */
  port?: { targetPort: string | number };
  tls?: {
    termination: "edge" | "reencrypt" | "passthrough";
    insecureEdgeTerminationPolicy?: "Allow" | "None" | "Redirect";
    /** A TLS Secret of the same namespace; the router's account must be able to read it. */
    externalCertificate?: { name: string };
    /** PEM of the authority that signed the model's certificate, where that is not the cluster's own. */
    destinationCACertificate?: string;
  };
  wildcardPolicy?: "None" | "Subdomain";
}

export interface Route extends KubernetesObject {
  apiVersion: typeof ROUTE_V1;
  kind: "Route";
  metadata: ObjectMeta & { namespace: string };
  spec: RouteSpec;
}
