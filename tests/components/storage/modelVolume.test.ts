import assert from "node:assert/strict";
import { ModelDeployment } from "../../../components/inference/modelDeployment";
import { ModelVolume } from "../../../components/storage/modelVolume";
import { fillJob, volumeClaim } from "../../../components/storage/modelVolumeManifests";
import type { Plain } from "../../../sdk/spec/schema/plain";
import { parseSpec } from "../../../sdk/spec/schema/validate";
import type { ModelVolumeArgs, ModelVolumeSpec } from "../../../sdk/spec/storage/modelVolume";
import { modelVolumeRules, modelVolumeSchema } from "../../../sdk/spec/storage/modelVolume";
import { table } from "../../sdk/spec/messageTable";
import { objectOf, registered } from "../mocks";

const RIGHT = { namespace: "models", size: "100Gi" };
const MODEL = {
  namespace: "models",
  accelerator: "nvidia.com/gpu",
  resources: { requests: { cpu: 4, memory: "16Gi" } },
};

function volume(args: Plain<ModelVolumeArgs>): ModelVolumeSpec {
  return { ...parseSpec(modelVolumeSchema, modelVolumeRules, args, "model-pvc"), name: "model-pvc" };
}

describe("ModelVolume", () => {
  /** @covers ST-12 */
  it("is a claim that many nodes may mount, sized by the model's files and a fifth more", () => {
    assert.deepEqual(volumeClaim(volume({ namespace: "models", model: "RedHatAI/granite-3.1-8b-instruct" })), {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: {
        name: "model-pvc",
        namespace: "models",
        labels: { "app.kubernetes.io/managed-by": "pulumi" },
        annotations: { "pulumi.com/skipAwait": "true" },
      },
      spec: { accessModes: ["ReadWriteMany"], resources: { requests: { storage: "19Gi" } } },
    });
  });

  /** @covers ST-14 */
  it("is filled by KServe's own downloader, with the keys of a connection, as OpenShift lets pods run", () => {
    const spec = volume({ ...RIGHT, path: "llama-3.1-8b/", fill: { s3: "bucket/models/llama", secretName: "store" } });
    const { template } = fillJob(spec, spec.fill!).spec;
    const reference = (key: string): object => ({ valueFrom: { secretKeyRef: { name: "store", key } } });
    assert.deepEqual(template.spec, {
      restartPolicy: "Never",
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "copy",
          image: "kserve/storage-initializer:v0.17.0",
          args: ["s3://bucket/models/llama", "/mnt/volume/llama-3.1-8b"],
          env: [
            { name: "AWS_ACCESS_KEY_ID", ...reference("AWS_ACCESS_KEY_ID") },
            { name: "AWS_SECRET_ACCESS_KEY", ...reference("AWS_SECRET_ACCESS_KEY") },
            { name: "AWS_DEFAULT_REGION", ...reference("AWS_DEFAULT_REGION") },
            { name: "AWS_ENDPOINT_URL", ...reference("AWS_S3_ENDPOINT") },
          ],
          resources: { requests: { cpu: "100m", memory: "100Mi" }, limits: { cpu: "1", memory: "1Gi" } },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          volumeMounts: [{ name: "model", mountPath: "/mnt/volume" }],
        },
      ],
      volumes: [{ name: "model", persistentVolumeClaim: { claimName: "model-pvc" } }],
    });
  });

  /** @covers ST-14, ST-26 */
  it("is filled from Hugging Face with a token, and from a ModelCar by its own shell with a pull secret", () => {
    const containers = [
      { huggingFace: "meta-llama/L", secretName: "hub" },
      { oci: "quay.io/org/car:1", secretName: "pull" },
    ].map((fill) => {
      const spec = volume({ ...RIGHT, platform: { kind: "kserve" }, fill });
      const pod = fillJob(spec, spec.fill!).spec.template.spec;
      const { image, args, command, env } = pod.containers[0] ?? {};
      return { image, args, command, env, pull: pod.imagePullSecrets, fsGroup: pod.securityContext?.fsGroup };
    });
    assert.deepEqual(containers, [
      {
        image: "kserve/storage-initializer:v0.17.0",
        args: ["hf://meta-llama/L", "/mnt/volume"],
        command: undefined,
        env: [{ name: "HF_TOKEN", valueFrom: { secretKeyRef: { name: "hub", key: "HF_TOKEN" } } }],
        pull: undefined,
        fsGroup: 1000,
      },
      {
        image: "quay.io/org/car:1",
        args: undefined,
        command: ["sh", "-c", 'mkdir -p "$0" && cp -rL /models/. "$0"', "/mnt/volume"],
        env: undefined,
        pull: [{ name: "pull" }],
        fsGroup: 1000,
      },
    ]);
  });

  /** @covers ST-11, ST-13, ST-27 */
  it("is where a model lies, once the Job has filled it", async () => {
    const resources = await registered(() => {
      const pvc = new ModelVolume("model-pvc", { ...RIGHT, path: "llama-3.1-8b", fill: { huggingFace: "a/b" } });
      new ModelDeployment("llama", { ...MODEL, source: {}, volume: pvc });
    });
    const { inputs, dependencies } = objectOf(resources, "InferenceService");
    const { model } = (inputs.spec as { predictor: { model: { storageUri: string } } }).predictor;
    assert.equal(model.storageUri, "pvc://model-pvc/llama-3.1-8b");
    assert.ok(dependencies.includes("kubernetes:batch/v1:Job model-pvc-fill"));
    const job = resources.find(({ type }) => type.endsWith(":Job"));
    assert.equal(job?.createTimeout, "6h");
  });

  /** @covers ST-12 */
  it("that one node mounts at a time is refused to replicas and rolling updates, not to one that is recreated", async () => {
    const deploy = (settings: object): Promise<unknown> =>
      registered(() => {
        const pvc = new ModelVolume("v", { ...RIGHT, accessMode: "ReadWriteOnce" });
        new ModelDeployment("m", { ...MODEL, source: {}, volume: pvc, ...settings });
      });
    const start = "volume: is a ReadWriteOnce volume, which one node mounts at a time, but ";
    await assert.rejects(deploy({}), {
      message: `ModelDeployment "m" has one problem:\n  ${start}a rolling update, which starts a pod beside the old one, may need two; use ReadWriteMany, or deploymentStrategy.type "Recreate"`,
    });
    await assert.rejects(deploy({ replicas: 2, deploymentStrategy: { type: "Recreate" } }), {
      message: `ModelDeployment "m" has one problem:\n  ${start}several replicas may need two; use ReadWriteMany`,
    });
    await deploy({ deploymentStrategy: { type: "Recreate" } });
  });

  table("arguments", modelVolumeSchema, modelVolumeRules, RIGHT, [
    [
      "no size",
      { size: undefined },
      "size: is missing; write the size, or the model of the catalogue that the volume is for",
    ],
    [
      "a size without a unit",
      { size: "100" },
      'size: "100" is less than 1Mi; did you mean 100Gi?',
      "size: is missing; write the size, or the model of the catalogue that the volume is for",
    ],
    ["a path out of the volume", { path: "a/../../b" }, 'path: "a/../../b" leads out of the volume'],
    ["an empty fill", { fill: {} }, "fill: names no model; expected exactly one of huggingFace, s3, oci"],
    [
      "an image without a tag",
      { fill: { oci: "quay.io/org/car" } },
      'fill.oci: "quay.io/org/car" names neither a tag nor a digest, so it may change under you; append :<tag>',
    ],
    [
      "an access mode by its short name",
      { accessMode: "RWX" },
      'accessMode: "RWX" is not "ReadWriteMany" or "ReadWriteOnce"',
    ],
  ]);
});
