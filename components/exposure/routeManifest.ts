import { annotations, labels } from "../../sdk/kubernetes/kserve";
import { ownership } from "../../sdk/kubernetes/ownership";
import { present } from "../../sdk/kubernetes/present";
import type { Route } from "../../sdk/kubernetes/route";
import { ROUTE_V1 } from "../../sdk/kubernetes/route";
import type { RouteSpec } from "../../sdk/spec/exposure/route";

/**
 * An OpenShift Route to the Service of an InferenceService.
 *
 * @requirement XA-4, XA-10, XA-11, XA-18
 */
export function routeManifest(route: RouteSpec): Route {
  const service = route.inferenceServiceName;
  return {
    apiVersion: ROUTE_V1,
    kind: "Route",
    metadata: {
      name: route.name,
      namespace: route.namespace,
      labels: { ...ownership(service), [labels.inferenceServiceName]: service },
      annotations: routeAnnotations(route.timeoutSeconds),
    },
    spec: present({
      host: route.host,
      to: { kind: "Service" as const, name: route.serviceName ?? `${service}-predictor`, weight: 100 },
      port: { targetPort: route.targetPort ?? (route.termination === "reencrypt" ? "https" : "http") },
      tls: present({
        termination: route.termination,
        insecureEdgeTerminationPolicy: route.plainHttp,
        externalCertificate:
          route.certificateSecretName === undefined ? undefined : { name: route.certificateSecretName },
        destinationCACertificate: route.destinationCaCertificate,
      }),
      wildcardPolicy: "None" as const,
    }),
  };
}

/** Time for long answers; Pulumi waits until a router has admitted the Route. */
export function routeAnnotations(timeoutSeconds: number): Record<string, string> {
  return {
    "haproxy.router.openshift.io/timeout": `${timeoutSeconds}s`,
    [annotations.waitFor]: "jsonpath={.status.ingress[*].host}",
  };
}
