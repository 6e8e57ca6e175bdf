/** Storage on a real API server, engine and KServe. The provisioners of buckets and volumes are simulated. */
import assert from "node:assert/strict";
import type { KubernetesObjectApi } from "@kubernetes/client-node";
import { setUpLocalModels } from "../../../tools/cluster/llmInferenceController";
import type { ApiServer } from "../../../tools/kubernetes-plugin/apiServer";
import { numberAt, textAt } from "../../../tools/kubernetes-plugin/objects";
import { exists, inNamespace, objectApi, testCluster, until } from "../../cluster/harness";
import { withOperators } from "../../cluster/simulatedOperators";
import { componentProject, type ComponentProject, type Part } from "../../engine/componentProject";
import { pluginAndApi } from "../../tools/kubernetesPluginCluster";

const SETTING_UP_MS = 900_000;
const KEYS = { accessKeyId: "AKIASIMULATED", secretAccessKey: "simulated/secret" };

interface Pod {
  metadata: { name: string };
  spec: { initContainers?: Downloader[] };
}

interface Downloader {
  name: string;
  args: string[];
  env: { name: string; value?: string; valueFrom?: { secretKeyRef?: { name: string; key: string } } }[];
}

describe("storage on a cluster", function () {
  this.timeout(180_000);
  let api: ApiServer;
  let objects: KubernetesObjectApi;
  let project: ComponentProject;

  before(async function () {
    this.timeout(SETTING_UP_MS);
    const [plugin, requests] = await pluginAndApi();
    await plugin.stop();
    api = requests;
    const cluster = await testCluster();
    await setUpLocalModels(cluster.dir);
    objects = objectApi(cluster);
    project = componentProject("storage");
  });
  after(() => {
    project.remove();
  });

  /** Texts of a Secret by key. */
  async function secretData(namespace: string, name: string): Promise<Record<string, string>> {
    const { data } = await api.request("GET", `/api/v1/namespaces/${namespace}/secrets/${name}`);
    const entries = Object.entries(data as Record<string, string>);
    return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, "base64").toString()]));
  }

  /** @covers ST-2 */
  it("a bucket that is provisioned: what its provisioner wrote becomes a connection, whose name changes in place", () =>
    inNamespace((namespace) =>
      withOperators(api, async () => {
        const claim = (displayName: string): Part[] => {
          const args = { namespace, storageClassName: "openshift-storage.noobaa.io", displayName, retain: false };
          return [{ component: "BucketClaim", name: "weights", args, outputs: ["bucketName", "connectionName"] }];
        };
        await project.live(claim("Weights"), claim("Gewichte"), async (outputs) => {
          assert.deepEqual(outputs, { bucketName: "weights-5f0c", connectionName: "weights-connection" });
          assert.deepEqual(await secretData(namespace, "weights-connection"), {
            AWS_ACCESS_KEY_ID: "simulated",
            AWS_SECRET_ACCESS_KEY: "simulated-secret",
            AWS_S3_ENDPOINT: "https://s3.openshift-storage.svc",
            AWS_DEFAULT_REGION: "us-east-1",
            AWS_S3_BUCKET: "weights-5f0c",
          });
        });
      }),
    ));

  /** @covers ST-11, ST-12, ST-13, ST-14 */
  it("a volume: claimed, filled by a Job that runs to its end, and told only then", () =>
    inNamespace(async (namespace) => {
      const storageClassName = `class-of-${namespace}`;
      const volume = volumeOf(namespace, storageClassName);
      await objects.create(volume);
      try {
        const fill = { oci: "quay.io/example/granite:1" };
        const args = { namespace, size: "100Gi", storageClassName, path: "granite", fill, retain: false };
        const parts: Part[] = [{ component: "ModelVolume", name: "models", args, outputs: ["claimName", "location"] }];
        await project.live(parts, parts, async (outputs) => {
          assert.deepEqual(outputs, { claimName: "models", location: "models/granite" });
          // No container starts on the simulated nodes: the Job's pod is scheduled, mounts the claim and is said to be done.
          const job = await api.request("GET", `/apis/batch/v1/namespaces/${namespace}/jobs/models-fill`);
          assert.equal(numberAt(job, "status", "succeeded"), 1);
          const bound = await api.request("GET", `/api/v1/namespaces/${namespace}/persistentvolumeclaims/models`);
          assert.equal(textAt(bound, "status", "phase"), "Bound");
        });
      } finally {
        await objects.delete(volume);
      }
    }));

  /** @covers ST-1 */
  it("a cache on nodes passes KServe's CRDs; its size changes in place", async () => {
    const cache = (modelSize: string): Part[] => {
      const nodeGroups = [{ name: "a100", storageLimit: "500Gi", nodeSelector: { "nvidia.com/gpu.present": "true" } }];
      const args = { source: { huggingFace: "RedHatAI/granite-3.1-8b-instruct" }, modelSize, nodeGroups };
      return [{ component: "LocalModelCache", name: "granite", args, outputs: ["uri"] }];
    };
    await project.live(cache("20Gi"), cache("25Gi"), async (outputs) => {
      assert.deepEqual(outputs, { uri: "hf://RedHatAI/granite-3.1-8b-instruct" });
      const group = await api.request("GET", "/apis/serving.kserve.io/v1alpha1/localmodelnodegroups/a100");
      assert.equal(textAt(group, "spec", "persistentVolumeSpec", "local", "path"), "/models");
    });
  });

  /** @covers ST-4, ST-6, ST-7, ST-28 */
  it("plain KServe's webhook gives the downloader of a model the connection's own Secret, and nothing of another", () =>
    inNamespace(async (namespace) => {
      const platform = { kind: "kserve" };
      const connection = (displayName: string): Part => {
        const s3 = { bucket: "models", endpoint: "https://minio.example.com", ...KEYS };
        return { component: "ModelConnection", name: "store", args: { namespace, platform, displayName, s3 } };
      };
      const service: Part = {
        component: "InferenceService",
        name: "iris",
        args: {
          namespace,
          platform,
          runtimeName: "kserve-mlserver",
          modelFormat: "sklearn",
          resources: { requests: { cpu: 0.1, memory: "500Mi" }, limits: { cpu: 0.5, memory: "1Gi" } },
          source: { connection: "store", path: "iris/1" },
        },
      };
      await project.live([connection("Store"), service], [connection("Lager"), service], async () => {
        const { args, env } = await downloaderOf(namespace, "iris");
        assert.deepEqual(args, ["s3://models/iris/1", "/mnt/models"]);
        const secrets = env.flatMap(({ name, valueFrom }) =>
          valueFrom?.secretKeyRef === undefined ? [] : [[name, { ...valueFrom.secretKeyRef }] as const],
        );
        assert.deepEqual(Object.fromEntries(secrets), { STORAGE_CONFIG: { name: "store", key: "store" } });
        const entry = JSON.parse((await secretData(namespace, "store")).store ?? "") as Record<string, string>;
        assert.equal(entry.secret_access_key, KEYS.secretAccessKey);
        const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "storage-config", namespace } };
        assert.equal(await exists(objects, secret), false);
      });
    }));

  /** The storage initializer of a service's pod, as KServe's webhook made it. */
  async function downloaderOf(namespace: string, service: string): Promise<Downloader> {
    const found = async (): Promise<Downloader | undefined> => {
      const pods = (await objects.list("v1", "Pod", namespace)).items as unknown as Pod[];
      const own = pods.find(({ metadata }) => metadata.name.startsWith(`${service}-predictor-`));
      return own?.spec.initContainers?.find(({ name }) => name === "storage-initializer");
    };
    await until(async () => (await found()) !== undefined, "no pod with a storage initializer");
    return (await found()) ?? assert.fail();
  }
});

/** What a provisioner would have made: the embedded cluster has none. */
function volumeOf(name: string, storageClassName: string) {
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name },
    spec: {
      accessModes: ["ReadWriteMany"],
      capacity: { storage: "100Gi" },
      hostPath: { path: "/nowhere" },
      persistentVolumeReclaimPolicy: "Retain",
      storageClassName,
    },
  };
}
