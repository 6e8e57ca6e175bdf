import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { HttpRoute } from "../../../components/exposure/httpRoute";
import { httpRouteManifest } from "../../../components/exposure/httpRouteManifest";
import { Ingress } from "../../../components/exposure/ingress";
import { ingressManifest } from "../../../components/exposure/ingressManifest";
import { httpRouteRules, httpRouteSchema } from "../../../sdk/spec/exposure/httpRoute";
import { ingressRules, ingressSchema } from "../../../sdk/spec/exposure/ingress";
import { parseSpec } from "../../../sdk/spec/schema/validate";
import { objectOf, registered, valueOf } from "../mocks";

const HTTP_ROUTE = {
  namespace: "models",
  serviceName: "granite",
  port: 80,
  gateway: { name: "public", namespace: "gateways" },
};
const INGRESS = {
  namespace: "models",
  serviceName: "granite",
  port: 80,
  className: "nginx",
  hostnames: ["granite.example.com"],
};
const labels = { "app.kubernetes.io/instance": "granite", "app.kubernetes.io/managed-by": "pulumi" };

describe("publishing a Service", () => {
  /** @covers XA-12, XA-14, XA-18 */
  it("HTTPRoute: from the TLS listener, patient, gRPC on its own port", () => {
    const args = { ...HTTP_ROUTE, grpcPort: 9000, hostnames: ["granite.example.com"] };
    const spec = parseSpec(httpRouteSchema, httpRouteRules, args, "route");
    const timeouts = { request: "300s", backendRequest: "300s" };
    assert.deepEqual(httpRouteManifest({ ...spec, name: "granite" }), {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: {
        name: "granite",
        namespace: "models",
        labels,
        annotations: {
          "pulumi.com/waitFor": 'jsonpath={.status.parents[*].conditions[?(@.type=="Accepted")].status}=True',
        },
      },
      spec: {
        parentRefs: [{ name: "public", namespace: "gateways", sectionName: "https" }],
        hostnames: ["granite.example.com"],
        rules: [
          {
            matches: [{ path: { type: "PathPrefix", value: "/inference.GRPCInferenceService" } }],
            backendRefs: [{ name: "granite", port: 9000 }],
            timeouts,
          },
          {
            matches: [{ path: { type: "PathPrefix", value: "/" } }],
            backendRefs: [{ name: "granite", port: 80 }],
            timeouts,
          },
        ],
      },
    });
  });

  it("HTTPRoute: no time-out for a Gateway that refuses it, no host name for a listener that has them", () => {
    const args = { ...HTTP_ROUTE, gatewayKnowsTimeouts: false, hostnames: [] };
    const { spec } = httpRouteManifest({
      ...parseSpec(httpRouteSchema, httpRouteRules, args, "route"),
      name: "granite",
    });
    assert.equal(spec.rules[0]?.timeouts, undefined);
    assert.ok(!("hostnames" in spec));
  });

  /** @covers XA-14, XA-18 */
  it("Ingress: TLS by an issuer, no plain HTTP, patient, in the words of its controller", () => {
    const args = { ...INGRESS, issuer: { name: "letsencrypt" }, timeoutSeconds: 600, protocol: "grpc" };
    const spec = parseSpec(ingressSchema, ingressRules, args, "ingress");
    assert.deepEqual(ingressManifest({ ...spec, name: "granite" }), {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: {
        name: "granite",
        namespace: "models",
        labels,
        annotations: {
          "nginx.ingress.kubernetes.io/proxy-read-timeout": "600",
          "nginx.ingress.kubernetes.io/proxy-send-timeout": "600",
          "nginx.ingress.kubernetes.io/force-ssl-redirect": "true",
          "nginx.ingress.kubernetes.io/backend-protocol": "GRPC",
          "cert-manager.io/cluster-issuer": "letsencrypt",
        },
      },
      spec: {
        ingressClassName: "nginx",
        tls: [{ hosts: ["granite.example.com"], secretName: "granite-tls" }],
        rules: [
          {
            host: "granite.example.com",
            http: {
              paths: [
                { path: "/", pathType: "Prefix", backend: { service: { name: "granite", port: { number: 80 } } } },
              ],
            },
          },
        ],
      },
    });
  });

  it("Ingress: a certificate of the cloud takes no Secret", () => {
    const certificateArn = "arn:aws:acm:eu-central-1:1:certificate/1";
    const args = { ...INGRESS, className: "alb", certificateArn };
    const { metadata, spec } = ingressManifest({
      ...parseSpec(ingressSchema, ingressRules, args, "ingress"),
      name: "granite",
    });
    assert.equal(metadata.annotations?.["alb.ingress.kubernetes.io/certificate-arn"], certificateArn);
    assert.equal(
      metadata.annotations["alb.ingress.kubernetes.io/load-balancer-attributes"],
      "idle_timeout.timeout_seconds=300",
    );
    assert.equal(spec.tls, undefined);
  });

  /** @covers XA-14 */
  it("as components: children of their own kind, addresses as outputs, a namespace known later", async () => {
    let urls: pulumi.Output<string[]>[] = [];
    const resources = await registered(() => {
      const namespace = pulumi.output(Promise.resolve("models"));
      const route = new HttpRoute("a", { ...HTTP_ROUTE, namespace, hostnames: ["a.example.com"], pathPrefix: "/llm" });
      const ingress = new Ingress("b", { ...INGRESS, namespace, tlsSecretName: "b-tls" });
      urls = [route.urls, ingress.urls];
    });
    assert.deepEqual(await Promise.all(urls.map((output) => valueOf(output))), [
      ["https://a.example.com/llm"],
      ["https://granite.example.com"],
    ]);
    const route = objectOf(resources, "HTTPRoute");
    assert.equal(route.parent, "model-serving:index:HttpRoute a");
    assert.equal(route.inputs.metadata?.namespace, "models");
    const ingress = objectOf(resources, "Ingress");
    assert.equal(ingress.type, "kubernetes:networking.k8s.io/v1:Ingress");
    assert.equal(ingress.parent, "model-serving:index:Ingress b");
  });
});
