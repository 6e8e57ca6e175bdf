import assert from "node:assert/strict";
import { podRequests } from "../../../sdk/capacity/placement/requests";
import type { Container } from "../../../sdk/kubernetes/core";
import { admittedPod, admittedPods } from "../../../sdk/pod/admittedPod";
import { DEFAULT_CONTROLLER_CONFIG } from "../../../sdk/pod/controllerConfig";
import type { EffectivePod, EffectivePodInput } from "../../../sdk/pod/effectivePod";
import { guard, UNKNOWN, UnknownValueError } from "../../../sdk/pod/unknown";
import { type Loose, runtime, service, shown } from "./objects";
import { knownObjects } from "./surroundings";

const objects = knownObjects("models", []);
delete objects.storageContainers;

function pod(model: Loose, predictor: Loose = {}, rest: Partial<EffectivePodInput> = {}): EffectivePod {
  return admittedPod({ service: service(model, predictor), runtime: runtime(), objects, ...rest });
}

function names(containers: Container[] | undefined): string[] {
  return (containers ?? []).map(({ name }) => name);
}

function variables({ env }: Partial<Container>): Loose {
  return Object.fromEntries((env ?? []).map(({ name, value, valueFrom }) => [name, value ?? valueFrom?.secretKeyRef]));
}

describe("admitted pod of an oci:// model", () => {
  const admitted = pod({ storageUri: "oci://quay.io/m/granite:1", securityContext: { runAsNonRoot: true } });

  it("has the image as a sidecar, fetched before the server starts", () => {
    assert.deepEqual(names(admitted.spec.containers), ["kserve-container", "modelcar"]);
    assert.deepEqual(names(admitted.spec.initContainers), ["modelcar-init"]);
    assert.equal(admitted.spec.shareProcessNamespace, true);
    assert.equal(admitted.spec.containers[1]?.image, "quay.io/m/granite:1");
    assert.equal(
      shown(admitted, "spec.containers[modelcar].image"),
      "InferenceService: spec.predictor.model.storageUri",
    );
  });

  it("loses the server's security context to the ModelCar's user", () => {
    assert.deepEqual(admitted.main.securityContext, { runAsUser: 1010 });
  });

  it("counts the sidecar among its requests", () => {
    assert.deepEqual(podRequests(admitted.spec), { cpu: 10, memory: 15 * 1024 * 1024 });
  });

  it("is downloaded where the administrator switched ModelCars off", () => {
    const storageInitializer = { ...DEFAULT_CONTROLLER_CONFIG.storageInitializer, enableModelcar: false };
    const config = { ...DEFAULT_CONTROLLER_CONFIG, storageInitializer };
    const { spec } = pod({ storageUri: "oci://quay.io/m/granite:1" }, {}, { config });
    assert.deepEqual(names(spec.initContainers), ["storage-initializer"]);
    assert.deepEqual(names(spec.containers), ["kserve-container"]);
  });
});

describe("admitted pod of a downloaded model", () => {
  it("has the initializer, its folder in the server read-only, and the account's credentials", () => {
    const { spec, main } = pod({ storageUri: "s3://b/m" }, { serviceAccountName: "reader" });
    const [initializer] = spec.initContainers ?? [];
    assert.deepEqual(initializer?.args, ["s3://b/m", "/mnt/models"]);
    assert.deepEqual(initializer.resources?.requests, { cpu: "100m", memory: "100Mi" });
    assert.deepEqual(variables(initializer).AWS_ACCESS_KEY_ID, { name: "s3", key: "AWS_ACCESS_KEY_ID" });
    assert.deepEqual(main.volumeMounts, [
      { name: "kserve-provision-location", mountPath: "/mnt/models", readOnly: true },
    ]);
  });

  it("may need more while it starts than when it runs", () => {
    const config = {
      ...DEFAULT_CONTROLLER_CONFIG,
      storageInitializer: { ...DEFAULT_CONTROLLER_CONFIG.storageInitializer, memoryRequest: "24Gi" },
    };
    // A location that no ClusterStorageContainer claims takes the controller's own sizes.
    const requests = podRequests(pod({ storageUri: "file:///m" }, {}, { config }).spec);
    assert.equal(
      requests.memory,
      podRequests({ containers: [{ name: "a", resources: { requests: { memory: "24Gi" } } }] }).memory,
    );
  });

  it("leaves what the account adds unknown when the account is not known", () => {
    const { spec } = pod({ storageUri: "s3://b/m" }, { serviceAccountName: "elsewhere" });
    const [initializer] = spec.initContainers ?? [];
    assert.ok(initializer !== undefined);
    assert.equal(initializer.env?.[0], UNKNOWN);
    assert.equal(spec.volumes?.at(-1), UNKNOWN);
    assert.equal(initializer.image, "kserve/storage-initializer:latest");
  });

  it("is unknown where the place of the model is", () => {
    const admitted = pod({ storageUri: UNKNOWN });
    assert.throws(() => names(guard(admitted).spec.containers), UnknownValueError);
    assert.equal(admitted.main.image, "vllm:1");
    assert.equal(shown(admitted, "spec.containers[1]"), "InferenceService: spec.predictor.model.storageUri");
  });

  it("has no initializer for a claim, only its folder", () => {
    const { spec, main } = pod({ storageUri: "pvc://claim/a/b" });
    assert.equal(spec.initContainers, undefined);
    assert.deepEqual(spec.volumes, [{ name: "kserve-pvc-source", persistentVolumeClaim: { claimName: "claim" } }]);
    assert.deepEqual(main.volumeMounts, [
      { name: "kserve-pvc-source", mountPath: "/mnt/models", subPath: "a/b", readOnly: true },
    ]);
  });
});

describe("admitted pod of a model by storage key", () => {
  const refusals: [Loose, string][] = [
    [{ key: "missing", path: "m" }, "specified storage key missing not found in storage secret storage-config"],
    [{ key: "typeless", path: "m" }, "unable to determine storage type"],
    [
      { key: "strange", path: "m" },
      "storage type must be one of [s3, hdfs, webhdfs]. storage type [gs] is not supported",
    ],
    [
      { key: "bucketless", path: "m" },
      "format [s3] requires a bucket but one wasn't found in storage data or parameters",
    ],
    [{ key: "minio", path: "m", parameters: { type: "s3" } }, "format [s3] requires a bucket"],
  ];
  for (const [storage, message] of refusals) {
    it(`is refused for ${JSON.stringify(storage)}`, () => {
      const [problem] = pod({ storage }).problems;
      assert.ok(problem?.message.includes(message), problem?.message);
      assert.equal(problem?.origin?.object.kind, "InferenceService");
    });
  }

  it("gets scheme, bucket and reference from the Secret", () => {
    const [initializer] = pod({ storage: { key: "minio", path: "/m" } }).spec.initContainers ?? [];
    assert.deepEqual(initializer?.args, ["s3://models/m", "/mnt/models"]);
    assert.deepEqual(variables(initializer).STORAGE_CONFIG, { name: "storage-config", key: "minio" });
  });

  it("knows the reference without knowing the Secret, but not the location", () => {
    const admitted = pod({ storage: { key: "minio", path: "/m" } }, {}, { objects: {} });
    const [initializer] = admitted.spec.initContainers ?? [];
    assert.deepEqual(initializer?.args, [UNKNOWN, "/mnt/models"]);
    assert.equal(initializer.env?.[1]?.name, "STORAGE_CONFIG");
    assert.deepEqual(admitted.problems, []);
  });
});

describe("admitted pod with a ClusterStorageContainer", () => {
  const container = (env: Loose[], uri = "s3://"): EffectivePodInput["objects"] => ({
    ...objects,
    storageContainers: [
      {
        apiVersion: "serving.kserve.io/v1alpha1",
        kind: "ClusterStorageContainer",
        metadata: { name: "own" },
        spec: {
          container: { name: "storage-initializer", image: "own:1", env } as Container,
          supportedUriFormats: [{ prefix: uri }],
        },
      },
    ],
  });

  it("has the image of the one that claims the location", () => {
    const admitted = pod({ storageUri: "s3://b/m" }, {}, { objects: container([]) });
    assert.equal(admitted.spec.initContainers?.[0]?.image, "own:1");
    assert.equal(shown(admitted, "spec.initContainers[0].image"), "ClusterStorageContainer: spec.container.image");
    const other = pod({ storageUri: "s3://b/m" }, {}, { objects: container([], "gs://") });
    assert.equal(other.spec.initContainers?.[0]?.image, "kserve/storage-initializer:latest");
  });

  it("is refused when its variables push credentials to other places: upstream mixes the two up", () => {
    const account = { serviceAccountName: "reader" };
    const [problem] = pod({ storageUri: "s3://b/m" }, account, {
      objects: container([{ name: "A", value: "1" }]),
    }).problems;
    assert.match(problem?.message ?? "", /may not be specified when `value` is not empty/);
    assert.deepEqual(pod({ storageUri: "s3://b/m" }, account, { objects: container([]) }).problems, []);
  });
});

describe("admitted pod with an agent", () => {
  it("logs, joins and probes as the service and its server say", () => {
    const predictor = { logger: { mode: "all", url: "http://sink" }, batcher: { maxBatchSize: 8 } };
    const { spec } = pod({ storageUri: "pvc://c", ports: [{ containerPort: 9000 }] }, predictor);
    const agent = spec.containers.find(({ name }) => name === "agent");
    assert.deepEqual(agent?.args?.slice(0, 5), [
      "--enable-batcher",
      "--max-batchsize",
      "8",
      "--log-url",
      "http://sink",
    ]);
    assert.deepEqual(agent.args.slice(-2), ["--component-port", "9000"]);
    assert.equal(
      variables(agent).SERVING_READINESS_PROBE,
      '{"tcpSocket":{"port":9000},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3}',
    );
  });

  it("is told the server's probe with what the API server fills in", () => {
    const readinessProbe = { httpGet: { port: "http", path: "/a?b&c" }, periodSeconds: 5 };
    const { spec } = pod({ storageUri: "pvc://c", readinessProbe }, { batcher: {} });
    const agent = spec.containers.find(({ name }) => name === "agent");
    assert.equal(
      variables(agent ?? { name: "none" }).SERVING_READINESS_PROBE,
      '{"httpGet":{"path":"/a?b\\u0026c","port":"http","scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":5,"successThreshold":1,"failureThreshold":3}',
    );
  });

  it("pulls its models where the service names none", () => {
    const { spec } = pod({});
    assert.deepEqual(names(spec.containers), ["kserve-container", "agent"]);
    assert.deepEqual(
      spec.volumes?.map(({ name }) => name),
      ["model-dir", "model-config"],
    );
  });
});

describe("admitted pod's metrics", () => {
  it("are looked for at Knative's port with scraping on, whatever the runtime says", () => {
    const annotations = { "serving.kserve.io/enable-prometheus-scraping": "true", "prometheus.io/port": "8080" };
    const own = service({ storageUri: "pvc://c" }, {}, { annotations });
    assert.equal(admittedPod({ service: own, runtime: runtime(), objects }).annotations["prometheus.io/port"], "9091");
  });
});

describe("admitted pods of a service", () => {
  it("are those of every component", () => {
    const own = service({ storageUri: "pvc://c" });
    own.spec.transformer = {
      containers: [{ name: "t", image: "t:1", env: [{ name: "STORAGE_URI", value: "s3://b/t" }] }],
    };
    const [, transformer] = admittedPods({ service: own, runtime: runtime(), objects });
    assert.ok(transformer !== undefined);
    assert.deepEqual(names(transformer.pod.spec.initContainers), ["storage-initializer"]);
    assert.equal(variables(transformer.pod.main).STORAGE_URI, "/mnt/models");
  });
});
