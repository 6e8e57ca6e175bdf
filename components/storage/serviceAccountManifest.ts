import type { ServiceAccount } from "../../sdk/kubernetes/core";
import { MANAGED } from "../../sdk/kubernetes/ownership";
import { present } from "../../sdk/kubernetes/present";
import type { ModelServiceAccountSpec } from "../../sdk/spec/storage/modelServiceAccount";

/** On the pods, without which Azure's webhook leaves them alone. */
export const AZURE_POD_LABEL = { "azure.workload.identity/use": "true" } as const;

/**
 * A ServiceAccount that stands for an account of a cloud, as that cloud's workload identity reads it.
 *
 * Upstream: EKS IAM roles for service accounts, GKE workload identity federation, Azure/azure-workload-identity.
 *
 * @requirement ST-1, ST-2
 */
export function serviceAccountManifest(account: ModelServiceAccountSpec): ServiceAccount {
  const { name, namespace, aws, google, azure, secrets } = account;
  return present({
    apiVersion: "v1" as const,
    kind: "ServiceAccount" as const,
    metadata: {
      name,
      namespace,
      labels: { ...MANAGED },
      annotations: present({
        "eks.amazonaws.com/role-arn": aws?.roleArn,
        "serving.kserve.io/s3-region": aws?.region,
        "iam.gke.io/gcp-service-account": google?.serviceAccount,
        "azure.workload.identity/client-id": azure?.clientId,
        "azure.workload.identity/tenant-id": azure?.tenantId,
      }),
    },
    secrets: secrets?.map((secret) => ({ name: secret })),
  });
}
