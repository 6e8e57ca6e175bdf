import { httpRouteRules, httpRouteSchema } from "../../../../sdk/spec/exposure/httpRoute";
import { ingressRules, ingressSchema } from "../../../../sdk/spec/exposure/ingress";
import { networkPoliciesRules, networkPoliciesSchema } from "../../../../sdk/spec/exposure/networkPolicies";
import { routeRules, routeSchema } from "../../../../sdk/spec/exposure/route";
import { inferenceServiceRules, inferenceServiceSchema } from "../../../../sdk/spec/inference/inferenceService";
import { table } from "../messageTable";

const ROUTE = { namespace: "models", inferenceServiceName: "granite" };
const HTTP_ROUTE = { namespace: "models", serviceName: "granite", port: 80, gateway: { name: "public" } };
const INGRESS = {
  namespace: "models",
  serviceName: "granite",
  port: 80,
  className: "nginx",
  hostnames: ["granite.example.com"],
  tlsSecretName: "granite-tls",
};
const POLICIES = { namespace: "models", inferenceServiceName: "granite" };
const SERVICE = {
  namespace: "models",
  runtimeName: "granite",
  source: { oci: "oci://example.com/granite:1" },
  platform: { kind: "kserve" },
};

/** @covers XA-10, XA-11 */
describe("messages on exposure", () => {
  table("route", routeSchema, routeRules("granite-external"), ROUTE, [
    [
      "plain HTTP",
      { plainHttp: "Allow" },
      'plainHttp: "Allow" is not "Redirect" or "None"; a model\'s prompts and tokens would cross the network in the clear',
    ],
    [
      "a second handshake with a port in the clear",
      { termination: "reencrypt", targetPort: "http" },
      'targetPort: "http" speaks plain HTTP, which cannot be encrypted again; name a port that serves TLS (https), or set termination to "edge"',
    ],
    [
      "an authority that nobody asks",
      { destinationCaCertificate: "-----BEGIN CERTIFICATE-----\n" },
      'destinationCaCertificate: counts only with termination "reencrypt"; the model behind "edge" is spoken to in plain HTTP',
    ],
    [
      "a file name for a certificate",
      { termination: "reencrypt", destinationCaCertificate: "ca.pem" },
      'destinationCaCertificate: "ca.pem" is not a PEM certificate',
    ],
    [
      "a certificate among the arguments",
      { certificate: "-----BEGIN" },
      "certificate: unknown key; did you mean certificateSecretName?",
    ],
  ]);

  table("HTTPRoute", httpRouteSchema, httpRouteRules, HTTP_ROUTE, [
    [
      "a listener in the clear",
      { gateway: { name: "public", sectionName: "http" } },
      'gateway.sectionName: "http" is a listener in the clear; name one with TLS, such as https',
    ],
    [
      "one port for two protocols",
      { grpcPort: 80 },
      "grpcPort: 80 is the port for HTTP already; leave grpcPort out if both share it",
    ],
    [
      "an address for a host name",
      { hostnames: ["https://models.example.com/v1"] },
      'hostnames[0]: "https://models.example.com/v1" is not a host name such as models.example.com; did you mean models.example.com?',
    ],
    [
      "a host name twice and a path that is none, at once",
      { hostnames: ["a.example.com", "a.example.com"], pathPrefix: "v1" },
      'pathPrefix: "v1" is not a path that begins with /; did you mean /v1?',
      'hostnames[1]: "a.example.com" is named twice',
    ],
    ["no Gateway", { gateway: undefined }, "gateway: is missing; expected an object with name, namespace, sectionName"],
  ]);

  table("Ingress", ingressSchema, ingressRules, INGRESS, [
    [
      "no certificate",
      { tlsSecretName: undefined },
      ": is in the clear; give one of tlsSecretName, issuer, certificateArn",
    ],
    ["two certificates", { issuer: { name: "letsencrypt" } }, "issuer: excludes tlsSecretName; keep one of the two"],
    [
      "a certificate of AWS for another controller",
      { tlsSecretName: undefined, certificateArn: "arn:aws:acm:eu-central-1:1:certificate/1" },
      'certificateArn: is read by class alb only, not by "nginx"; give tlsSecretName or issuer',
    ],
    ["no host name", { hostnames: [] }, "hostnames: is empty; a model without a host name would answer on every one"],
    [
      "a time-out for a class nobody knows",
      { className: "contour", timeoutSeconds: 60 },
      'timeoutSeconds: 60: how class "contour" is told so is not known; write its annotation into annotations',
    ],
  ]);

  table("network policies", networkPoliciesSchema, networkPoliciesRules("granite"), POLICIES, [
    [
      "a caller that is everybody",
      { callers: [{}, { namespaceLabels: {} }] },
      "callers[0]: admits every pod; name a namespace, or give namespaceLabels or podLabels",
      "callers[1]: admits every pod; name a namespace, or give namespaceLabels or podLabels",
    ],
    [
      "two ways to say the namespace",
      { callers: [{ namespace: "web", namespaceLabels: { a: "b" } }] },
      "callers[0].namespaceLabels: excludes namespace; keep one of the two",
    ],
    [
      "two ways to say the pods",
      { podLabels: { app: "x" } },
      "podLabels: excludes inferenceServiceName; keep one of the two",
    ],
    [
      "a gateway nobody knows",
      { platform: { kind: "kserve" } },
      "gatewayNamespaces: is missing; expected the namespaces of the gateway's pods, such as istio-system, or allowRouter: false",
    ],
    [
      "a gateway shut out",
      { allowRouter: false, gatewayNamespaces: ["istio-system"] },
      "gatewayNamespaces: are shut out by allowRouter: false; keep one of the two",
    ],
    [
      "an address for a network, and every port",
      { egress: { downloadCidrs: ["10.0.0.7"], downloadPorts: [] } },
      'egress.downloadCidrs[0]: "10.0.0.7" is not a network such as 10.20.0.0/16; did you mean 10.0.0.7/32?',
      "egress.downloadPorts: is empty, which opens every port; name some, or empty downloadCidrs",
    ],
    [
      "a name that leaves no room",
      { name: "x".repeat(51) },
      "name: has 51 characters; at most 50 leave room for the policies' names",
    ],
  ]);

  table("API keys", inferenceServiceSchema, inferenceServiceRules("granite"), SERVICE, [
    [
      "a key where tokens are checked",
      { platform: { kind: "openshift-ai" }, exposure: { auth: "apiKey" } },
      'exposure.auth: "apiKey" is for plain KServe; OpenShift AI checks tokens, which can be withdrawn one by one: write "token"',
    ],
    [
      "a key that nobody checks",
      { modelFormat: "sklearn", exposure: { auth: "apiKey" } },
      'exposure.auth: "apiKey" is checked by vLLM only; the server of "sklearn" models would serve anyone',
    ],
    [
      "keys in other places",
      { exposure: { auth: "apiKey" }, args: ["--api-key=x"], env: [{ name: "VLLM_API_KEY", value: "x" }] },
      "env[0]: VLLM_API_KEY is set by exposure already; name its Secret in exposure.apiKeySecretName",
      "args[0]: a key among the arguments is readable in the object; name its Secret in exposure.apiKeySecretName",
    ],
    [
      "a Secret that nobody reads, and accounts that nobody checks",
      { exposure: { auth: "none", accounts: ["web"] } },
      'exposure.accounts: are only checked with auth "token"',
    ],
    [
      "a Secret that nobody reads",
      { exposure: { auth: "none", apiKeySecretName: "key" } },
      'exposure.apiKeySecretName: is only read with auth "apiKey"',
    ],
  ]);
});
