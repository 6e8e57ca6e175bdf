import assert from "node:assert/strict";
import { routeManifest } from "../../../components/exposure/routeManifest";
import { tokenAccessManifests } from "../../../components/exposure/tokenAccessManifests";
import { routeRules, routeSchema } from "../../../sdk/spec/exposure/route";
import { parseSpec } from "../../../sdk/spec/schema/validate";

describe("exposure", () => {
  /** @covers XA-8, XA-9 */
  it("token access: one account that may read exactly this service, and a token of it for each name", () => {
    const { serviceAccount, role, roleBinding, secrets } = tokenAccessManifests(
      { name: "granite", namespace: "models" },
      ["ci", "web"],
    );
    const metadata = {
      namespace: "models",
      labels: {
        "app.kubernetes.io/instance": "granite",
        "app.kubernetes.io/managed-by": "pulumi",
        "opendatahub.io/dashboard": "true",
      },
    };
    const group = "rbac.authorization.k8s.io";
    assert.deepEqual(serviceAccount, {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "granite-sa", ...metadata },
    });
    assert.deepEqual(role, {
      apiVersion: `${group}/v1`,
      kind: "Role",
      metadata: { name: "granite-view-role", ...metadata },
      rules: [
        {
          apiGroups: ["serving.kserve.io"],
          resources: ["inferenceservices"],
          resourceNames: ["granite"],
          verbs: ["get"],
        },
      ],
    });
    assert.deepEqual(roleBinding, {
      apiVersion: `${group}/v1`,
      kind: "RoleBinding",
      metadata: { name: "granite-view", ...metadata },
      roleRef: { apiGroup: group, kind: "Role", name: "granite-view-role" },
      subjects: [{ kind: "ServiceAccount", name: "granite-sa", namespace: "models" }],
    });
    assert.deepEqual(
      secrets,
      ["ci", "web"].map((token) => ({
        apiVersion: "v1",
        kind: "Secret",
        metadata: {
          name: `${token}-granite-sa`,
          ...metadata,
          annotations: { "kubernetes.io/service-account.name": "granite-sa", "openshift.io/display-name": token },
        },
        type: "kubernetes.io/service-account-token",
      })),
    );
  });

  /** @covers XA-3, XA-4, XA-10, XA-18 */
  it("route: to the predictor's named port, over TLS, patient with long answers", () => {
    const args = { namespace: "models", inferenceServiceName: "granite" };
    const spec = parseSpec(routeSchema, routeRules("granite-external"), args, "route");
    assert.deepEqual(routeManifest({ ...spec, name: "granite-external" }), {
      apiVersion: "route.openshift.io/v1",
      kind: "Route",
      metadata: {
        name: "granite-external",
        namespace: "models",
        labels: {
          "app.kubernetes.io/instance": "granite",
          "app.kubernetes.io/managed-by": "pulumi",
          "inferenceservice-name": "granite",
        },
        annotations: {
          "haproxy.router.openshift.io/timeout": "300s",
          "pulumi.com/waitFor": "jsonpath={.status.ingress[*].host}",
        },
      },
      spec: {
        to: { kind: "Service", name: "granite-predictor", weight: 100 },
        port: { targetPort: "http" },
        tls: { termination: "edge", insecureEdgeTerminationPolicy: "Redirect" },
        wildcardPolicy: "None",
      },
    });
  });

  /** @covers XA-9 */
  it("token access: accounts of the user's own may call with tokens of their own", () => {
    const { roleBinding, secrets } = tokenAccessManifests(
      { name: "granite", namespace: "models", accounts: ["web", "batch"] },
      [],
    );
    assert.deepEqual(
      roleBinding.subjects.map(({ name }) => name),
      ["granite-sa", "web", "batch"],
    );
    assert.deepEqual(secrets, []);
  });

  /** @covers XA-10, XA-11, OP-14 */
  it("route: encrypted again towards a model that serves TLS, with a certificate that stays in its Secret", () => {
    const args = {
      namespace: "models",
      inferenceServiceName: "granite",
      termination: "reencrypt",
      certificateSecretName: "granite-tls",
      destinationCaCertificate: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
    };
    const spec = parseSpec(routeSchema, routeRules("granite-external"), args, "route");
    const { spec: route } = routeManifest({ ...spec, name: "granite-external" });
    assert.deepEqual(route.port, { targetPort: "https" });
    assert.deepEqual(route.tls, {
      termination: "reencrypt",
      insecureEdgeTerminationPolicy: "Redirect",
      externalCertificate: { name: "granite-tls" },
      destinationCACertificate: args.destinationCaCertificate,
    });
    const other = routeManifest({ ...spec, name: "granite-external", certificateSecretName: "granite-tls-2027" });
    assert.deepEqual(other.metadata, routeManifest({ ...spec, name: "granite-external" }).metadata);
  });
});
