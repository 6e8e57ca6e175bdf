import { present } from "../../sdk/kubernetes/present";
import { canonicalQuantity } from "../../sdk/pod/quantity";
import type { ChartValues } from "../../sdk/spec/installation/chart";
import type { KubeAISpec } from "../../sdk/spec/platform/kubeAI";
import { formatCores } from "../../sdk/spec/schema/fields";

/** Who gives access to models, as the chart names it, and the keys of its Secret. */
export interface KubeAISecret {
  provider: "huggingface" | "aws" | "gcp";
  /** Name of the Secret; absent: there is no access of this kind. */
  name?: string;
  /** Keys and the texts that stand for their values; absent for a Secret that exists. */
  data?: Record<string, string>;
}

/** The Secrets that the chart is told of, those of our own among them: no value goes through Helm. */
export function kubeAISecrets({ secrets }: KubeAISpec): KubeAISecret[] {
  const { huggingFaceToken: token, awsAccessKeyId: accessKeyID, awsSecretAccessKey: secretAccessKey } = secrets;
  const { gcpKeyFile: jsonKeyfile } = secrets;
  return [
    secretOf("huggingface", secrets.huggingFaceSecret, { token }),
    secretOf("aws", secrets.awsSecret, { accessKeyID, secretAccessKey }),
    secretOf("gcp", secrets.gcpSecret, { jsonKeyfile }),
  ];
}

function secretOf(
  provider: KubeAISecret["provider"],
  existing: string | undefined,
  values: Record<string, string | undefined>,
): KubeAISecret {
  if (existing !== undefined) return { provider, name: existing };
  const data = present(values) as Record<string, string>;
  return Object.keys(data).length === 0 ? { provider } : { provider, name: `kubeai-access-${provider}`, data };
}

/** Values of the chart `kubeai`. */
export function kubeAIValues(spec: KubeAISpec): ChartValues {
  // The chart mounts a Secret of each provider; it makes empty ones where there is none of ours.
  const secrets = kubeAISecrets(spec).map(({ provider, name }) => [
    provider,
    name === undefined ? { create: true } : { create: false, name },
  ]);
  const caches = Object.entries(spec.cacheProfiles).map(([name, profile]) => [
    name,
    { sharedFilesystem: present(profile) },
  ]);
  const profiles = Object.entries(spec.resourceProfiles).map(([name, profile]) => [name, profileValues(profile)]);
  return {
    secrets: Object.fromEntries(secrets) as ChartValues,
    resourceProfiles: Object.fromEntries(profiles) as ChartValues,
    cacheProfiles: Object.fromEntries(caches) as ChartValues,
    "open-webui": { enabled: spec.openWebUi },
  };
}

function profileValues(profile: KubeAISpec["resourceProfiles"][string]): ChartValues {
  const { cpu, memory, resources = {}, ...rest } = profile;
  const devices = Object.fromEntries(
    Object.entries(resources).map(([name, amount]) => [name, canonicalQuantity(amount)]),
  );
  const requests = present({ cpu: cpu === undefined ? undefined : formatCores(cpu), memory, ...devices });
  return present({
    ...rest,
    requests,
    limits: Object.keys(devices).length === 0 ? undefined : devices,
  });
}
