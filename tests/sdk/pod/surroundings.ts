/** Everything but runtimes and services that the generated pairs refer to, so that nothing about them is unknown. */
import type { KubernetesObject, Secret, ServiceAccount } from "../../../sdk/kubernetes/core";
import type { ClusterStorageContainer } from "../../../sdk/kubernetes/kserve";
import type { ClusterObjects } from "../../../sdk/pod/clusterObjects";

const S3_KEYS = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "key" };
const AZURE_KEYS = { AZURE_CLIENT_ID: "c", AZURE_CLIENT_SECRET: "s", AZURE_SUBSCRIPTION_ID: "u", AZURE_TENANT_ID: "t" };
const CA_BUNDLE = { "serving.kserve.io/s3-cabundle-configmap": "ca", "serving.kserve.io/s3-cabundle": "/etc/ca/b.crt" };

/** Name, data, annotations. */
const SECRETS: readonly [string, Record<string, string>, Record<string, string>?][] = [
  ["s3", S3_KEYS],
  [
    "s3-full",
    { ...S3_KEYS, S3_VERIFY_SSL: "0", AWS_DEFAULT_REGION: "ignored", awsAnonymousCredential: "false" },
    {
      "serving.kserve.io/s3-endpoint": "minio.local:9000",
      "serving.kserve.io/s3-usehttps": "0",
      "serving.kserve.io/s3-region": "eu-west-1",
      "serving.kserve.io/s3-useaccelerate": "",
    },
  ],
  ["s3-url", { ...S3_KEYS, S3_ENDPOINT: " HTTPS://s3.local " }, CA_BUNDLE],
  ["gcs", { "gcloud-application-credentials.json": "{}" }],
  ["azure", AZURE_KEYS],
  ["azure-old", { AZ_CLIENT_ID: "c", AZ_CLIENT_SECRET: "s", AZ_TENANT_ID: "t", AZURE_ACCOUNT_NAME: "a" }],
  ["azure-token", { AZURE_ACCESS_TOKEN: "t" }],
  ["azure-key", { AZURE_STORAGE_ACCESS_KEY: "k" }],
  ["web", { "https-host": "models.example", headers: '{"a": "<b>"}' }],
  ["web-bare", { "https-host": "models.example" }],
  ["hdfs", { HDFS_NAMENODE: "n", HDFS_ROOTPATH: "/" }],
  ["hf", { HF_TOKEN: "t" }],
  ["other", { key: "value" }],
  [
    "storage-config",
    {
      minio: JSON.stringify({ type: "s3", bucket: "models", endpoint_url: "http://minio" }),
      hadoop: JSON.stringify({ type: "hdfs" }),
      certified: JSON.stringify({ type: "s3", bucket: "b", cabundle_configmap: "odh-ca" }),
      bucketless: JSON.stringify({ type: "s3" }),
      strange: JSON.stringify({ type: "gs" }),
      typeless: JSON.stringify({ bucket: "b" }),
      broken: "{",
      default_s3: JSON.stringify({ type: "s3" }),
    },
  ],
  ["storage-other", { minio: JSON.stringify({ type: "webhdfs" }) }],
];

/** Name, Secrets, annotations. */
const ACCOUNTS: readonly [string, string[], Record<string, string>?][] = [
  ["reader", ["s3"]],
  ["s3-full", ["s3-full"]],
  ["s3-url", ["other", "s3-url"]],
  ["gcs", ["gcs"]],
  ["azure", ["azure"]],
  ["azure-old", ["azure-old"]],
  ["azure-more", ["azure-token", "azure-key"]],
  ["web", ["web", "web-bare"]],
  ["hdfs", ["hdfs"]],
  ["several", ["hf", "gcs"]],
  [
    "role",
    ["s3-full"],
    { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/r", "serving.kserve.io/s3-region": "us-east-1" },
  ],
  ["role-only", [], { "eks.amazonaws.com/role-arn": "arn", "serving.kserve.io/s3-endpoint": "http://s3.local" }],
  ["logger-sa", ["s3"]],
];

/** Service accounts that a pod may have. */
export const ACCOUNT_NAMES: readonly string[] = ["default", ...ACCOUNTS.map(([name]) => name)];

/** Downloaders beside the shipped one; the latter's settings hold where these claim nothing. */
const CONTAINERS: readonly (Pick<ClusterStorageContainer, "spec" | "disabled"> & { name: string })[] = [
  {
    name: "registry",
    spec: {
      container: {
        name: "storage-initializer",
        image: "registry/loader:1",
        args: [],
        env: [
          { name: "HF_XET_HIGH_PERFORMANCE", value: "0" },
          { name: "REGISTRY", value: "http://registry" },
        ],
        resources: { limits: { memory: "8Gi" }, requests: { cpu: "0.25" } },
      },
      supportedUriFormats: [{ prefix: "model-registry://" }],
      workloadType: "initContainer",
      supportsMultiModelDownload: true,
    },
  },
  {
    name: "renamed",
    spec: {
      container: { name: "fetcher", image: "fetch:2", command: ["fetch"], securityContext: { runAsNonRoot: true } },
      supportedUriFormats: [{ regex: "^fetch://[a-z]+/.+$" }],
      workloadType: "initContainer",
    },
  },
  {
    name: "off",
    disabled: true,
    spec: {
      container: { name: "off", image: "off:1" },
      supportedUriFormats: [{ prefix: "s3://" }],
      workloadType: "initContainer",
    },
  },
  {
    name: "job",
    spec: {
      container: { name: "job", image: "job:1" },
      supportedUriFormats: [{ prefix: "hf://" }],
      workloadType: "localModelDownloadJob",
    },
  },
];

/** Every ClusterStorageContainer but the shipped one. */
export const storageContainers: readonly ClusterStorageContainer[] = CONTAINERS.map(({ name, ...rest }) => ({
  apiVersion: "serving.kserve.io/v1alpha1",
  kind: "ClusterStorageContainer",
  metadata: { name },
  ...rest,
}));

/** What a cluster must have for the pairs beside their namespace. */
export const clusterSurroundings: readonly KubernetesObject[] = [
  ...storageContainers,
  priorityClass("high"),
  runtimeClass("nvidia"),
];

function priorityClass(name: string): KubernetesObject & { value: number } {
  return { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name }, value: 1000 };
}

function runtimeClass(name: string): KubernetesObject & { handler: string } {
  return { apiVersion: "node.k8s.io/v1", kind: "RuntimeClass", metadata: { name }, handler: name };
}

/** The objects of a namespace; the account `default` is made by Kubernetes. */
export function surroundings(namespace: string): { secrets: Secret[]; serviceAccounts: ServiceAccount[] } {
  const secrets = SECRETS.map(([name, stringData, annotations]): Secret => {
    const metadata = { name, namespace, ...(annotations === undefined ? {} : { annotations }) };
    return { apiVersion: "v1", kind: "Secret", metadata, stringData };
  });
  const serviceAccounts = ACCOUNTS.map(([name, names, annotations]): ServiceAccount => {
    const metadata = { name, namespace, ...(annotations === undefined ? {} : { annotations }) };
    return { apiVersion: "v1", kind: "ServiceAccount", metadata, secrets: names.map((secret) => ({ name: secret })) };
  });
  return { secrets, serviceAccounts };
}

/** All of it, with the account that is always there and the shipped downloader. */
export function knownObjects(namespace: string, shipped: readonly ClusterStorageContainer[]): ClusterObjects {
  const { secrets, serviceAccounts } = surroundings(namespace);
  const own: ServiceAccount = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace } };
  return { secrets, serviceAccounts: [own, ...serviceAccounts], storageContainers: [...shipped, ...storageContainers] };
}
