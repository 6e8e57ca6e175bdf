import type { HttpRoute, HttpRouteRule } from "../../sdk/kubernetes/gatewayApi";
import { GATEWAY_V1 } from "../../sdk/kubernetes/gatewayApi";
import { annotations } from "../../sdk/kubernetes/kserve";
import { ownership } from "../../sdk/kubernetes/ownership";
import { nonEmpty, present } from "../../sdk/kubernetes/present";
import type { HttpRouteSpec } from "../../sdk/spec/exposure/httpRoute";

/** Paths of the gRPC service of the Open Inference Protocol; gRPC puts the service's name first. */
const GRPC_PREFIX = "/inference.GRPCInferenceService";

/** Pulumi waits until a Gateway has taken the route. */
export const AWAIT_ACCEPTED: Readonly<Record<string, string>> = {
  [annotations.waitFor]: 'jsonpath={.status.parents[*].conditions[?(@.type=="Accepted")].status}=True',
};

/**
 * An HTTPRoute from a Gateway's TLS listener to a Service.
 *
 * @requirement XA-12, XA-14, XA-18
 */
export function httpRouteManifest(route: HttpRouteSpec): HttpRoute {
  const { gateway, grpcPort } = route;
  return {
    apiVersion: GATEWAY_V1,
    kind: "HTTPRoute",
    metadata: {
      name: route.name,
      namespace: route.namespace,
      labels: ownership(route.serviceName),
      annotations: route.awaitReady ? { ...AWAIT_ACCEPTED } : { [annotations.skipAwait]: "true" },
    },
    spec: present({
      parentRefs: [present(gateway)],
      hostnames: nonEmpty(route.hostnames),
      rules: [
        ...(grpcPort === undefined ? [] : [ruleTo(route, GRPC_PREFIX, grpcPort)]),
        ruleTo(route, route.pathPrefix, route.port),
      ],
    }),
  };
}

function ruleTo(route: HttpRouteSpec, prefix: string, port: number): HttpRouteRule {
  const timeout = `${route.timeoutSeconds}s`;
  return present({
    matches: [{ path: { type: "PathPrefix" as const, value: prefix } }],
    backendRefs: [{ name: route.serviceName, port }],
    timeouts: route.gatewayKnowsTimeouts ? { request: timeout, backendRequest: timeout } : undefined,
  });
}
