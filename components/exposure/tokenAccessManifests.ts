import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { annotations, labels } from "../../sdk/kubernetes/kserve";
import { ownership } from "../../sdk/kubernetes/ownership";
import { tokenSecretName } from "../inference/endpoints";

/** Account, right and tokens with which callers pass the authentication of one InferenceService. */
export interface TokenAccessManifests {
  serviceAccount: KubernetesObject;
  role: KubernetesObject & {
    rules: { apiGroups: string[]; resources: string[]; resourceNames: string[]; verbs: string[] }[];
  };
  roleBinding: KubernetesObject & {
    roleRef: { apiGroup: string; kind: string; name: string };
    subjects: { kind: string; name: string; namespace: string }[];
  };
  /** One for each token; Kubernetes fills in the token itself. */
  secrets: (KubernetesObject & { type: string })[];
}

/**
 * The objects OpenShift AI's dashboard makes. The proxy in front of the model asks the API server whether the caller
 * may get exactly this InferenceService, so the role names it and nothing else.
 *
 * @requirement XA-8, XA-9
 * @param service `accounts` are further service accounts of the namespace that may call
 */
export function tokenAccessManifests(
  service: {
    name: string;
    namespace: string;
    resource?: "inferenceservices" | "llminferenceservices";
    accounts?: string[] | undefined;
  },
  tokens: string[],
): TokenAccessManifests {
  const { name, namespace, resource = "inferenceservices", accounts = [] } = service;
  const [account, role] = [`${name}-sa`, `${name}-view-role`];
  const common = { namespace, labels: { ...ownership(name), [labels.dashboard]: "true" } };
  const rbac = { apiGroup: "rbac.authorization.k8s.io" };
  return {
    serviceAccount: { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: account, ...common } },
    role: {
      apiVersion: `${rbac.apiGroup}/v1`,
      kind: "Role",
      metadata: { name: role, ...common },
      rules: [{ apiGroups: ["serving.kserve.io"], resources: [resource], resourceNames: [name], verbs: ["get"] }],
    },
    roleBinding: {
      apiVersion: `${rbac.apiGroup}/v1`,
      kind: "RoleBinding",
      metadata: { name: `${name}-view`, ...common },
      roleRef: { ...rbac, kind: "Role", name: role },
      subjects: [account, ...accounts].map((subject) => ({ kind: "ServiceAccount", name: subject, namespace })),
    },
    secrets: tokens.map((token) => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: {
        name: tokenSecretName(token, name),
        ...common,
        annotations: { "kubernetes.io/service-account.name": account, [annotations.displayName]: token },
      },
      type: "kubernetes.io/service-account-token",
    })),
  };
}
