import { labels } from "../../sdk/kubernetes/kserve";
import { ownership } from "../../sdk/kubernetes/ownership";
import { present } from "../../sdk/kubernetes/present";
import type { Route } from "../../sdk/kubernetes/route";
import { ROUTE_V1 } from "../../sdk/kubernetes/route";
import type { RouteSpec } from "../../sdk/spec/exposure/route";

/** An OpenShift Route to the Service of an InferenceService. */
export function routeManifest(route: RouteSpec): Route {
  const service = route.inferenceServiceName;
  return {
    apiVersion: ROUTE_V1,
    kind: "Route",
    metadata: {
      name: route.name,
      namespace: route.namespace,
      labels: { ...ownership(service), [labels.inferenceServiceName]: service },
      annotations: {
        "haproxy.router.openshift.io/timeout": `${route.timeoutSeconds}s`,
        "pulumi.com/waitFor": "jsonpath={.status.ingress[*].host}",
      },
    },
    spec: present({
      host: route.host,
      to: { kind: "Service" as const, name: `${service}-predictor`, weight: 100 },
      port: { targetPort: route.targetPort },
      tls: { termination: route.termination, insecureEdgeTerminationPolicy: "Redirect" as const },
      wildcardPolicy: "None" as const,
    }),
  };
}
