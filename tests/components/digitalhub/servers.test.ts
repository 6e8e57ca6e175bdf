import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { loadAll } from "js-yaml";
import { HuggingFaceServe, VllmServe } from "../../../index";
import { repositoryPath } from "../../../tools/repository";
import { objectOf, registered, valueOf } from "../mocks";
import { containerOf, CPU_VLLM, FULL_VLLM, HUGGING_FACE, huggingFaceObjects, podOf, vllmObjects } from "./manifests";

function golden(name: string): unknown[] {
  return loadAll(readFileSync(repositoryPath("tests", "components", "digitalhub", "fixtures", `${name}.yaml`), "utf8"));
}

const GPU = { namespace: "serving", url: "hf://Qwen/Qwen2.5-0.5B", accelerator: "nvidia.com/gpu" } as const;

function argsOf(change: object): string[] {
  return containerOf(vllmObjects("qwen", { ...GPU, ...change })).args ?? [];
}

function variablesOf(change: object): Record<string, string | undefined> {
  const env = (containerOf(vllmObjects("qwen", { ...GPU, ...change })).env ?? []) as { name: string; value?: string }[];
  return Object.fromEntries(env.map(({ name, value }) => [name, value]));
}

describe("vLLM server without an operator", () => {
  /** @covers DH-15, DH-18, DH-19, DH-33 */
  it("says all that vllmserve-text says, with autoscaler and Ingress", () => {
    assert.deepEqual(vllmObjects("qwen", FULL_VLLM), golden("vllmGpu"));
  });

  /** @covers DH-22 */
  it("on CPU has the image for CPUs, half of its memory as cache, and no accelerator even where one is named", () => {
    assert.deepEqual(vllmObjects("qwen-cpu", CPU_VLLM), golden("vllmCpu"));
    assert.deepEqual(
      vllmObjects("qwen-cpu", { ...CPU_VLLM, accelerator: "NVIDIA-A100-SXM4-80GB", acceleratorCount: 2 }),
      golden("vllmCpu"),
    );
    const memory = { resources: { requests: { memory: "5Gi" } }, useCpuImage: true };
    assert.equal(variablesOf(memory).VLLM_CPU_KVCACHE_SPACE, "2");
  });

  /** @covers DH-23 */
  it("sends traces and usage statistics when it is told to, and nothing otherwise", () => {
    const [on, off, silent] = [
      { enableTelemetry: true, otlpEndpoint: "http://c:4317" },
      { enableTelemetry: false },
      {},
    ];
    const traces = (change: object): string[] => argsOf(change).filter((argument) => argument.includes("traces"));
    assert.deepEqual([on, off, silent].map(traces), [
      ["--otlp-traces-endpoint=http://c:4317", "--collect-detailed-traces=all"],
      [],
      [],
    ]);
    const statistics = [on, off, silent].map((change) => variablesOf(change).VLLM_NO_USAGE_STATS);
    assert.deepEqual(statistics, [undefined, "1", "1"]);
  });

  /** @covers DH-18 */
  it("loads from Hugging Face, claims, S3, and what stands in DigitalHub's store", () => {
    const modelOf = (url: string, change: object = {}): string[] =>
      argsOf({ url, ...change }).filter((argument) => /^--(model|revision|load-format)=/.test(argument));
    const store = "store://demo/model/huggingface/qwen";
    assert.deepEqual(modelOf("huggingface://a/b:v1"), ["--model=a/b", "--revision=v1"]);
    assert.deepEqual(modelOf("pvc://models/qwen/"), ["--model=/mnt/models"]);
    assert.deepEqual(modelOf("s3://lake/qwen/"), ["--model=s3://lake/qwen/", "--load-format=runai_streamer"]);
    assert.deepEqual(modelOf(store, { storePaths: { [store]: "hf://a/b" } }), ["--model=a/b"]);
    const { volumes, containers } = podOf(vllmObjects("qwen", { ...GPU, url: "pvc://models/qwen/" }));
    assert.deepEqual(volumes?.at(-1), {
      name: "model",
      persistentVolumeClaim: { claimName: "models", readOnly: true },
    });
    const mount = { name: "model", mountPath: "/mnt/models", readOnly: true, subPath: "qwen" };
    assert.deepEqual((containers[0]?.volumeMounts as object[]).at(-1), mount);
  });

  it("leaves user and group to a cluster that assigns them", () => {
    const { securityContext } = podOf(vllmObjects("qwen", { ...GPU, identity: { assignedByCluster: true } }));
    assert.deepEqual(securityContext, { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
  });

  it("leaves a variable of its own to a user who sets it, in the clear or not", () => {
    const env = [{ name: "HF_HOME", value: "/models" }];
    const set = variablesOf({ env, secrets: { USER: "covered" } });
    assert.deepEqual([set.HF_HOME, set.USER], ["/models", undefined]);
  });

  it("replaces all pods at once, or a number or a share of them", () => {
    const strategyOf = (deploymentStrategy: object): unknown =>
      (vllmObjects("qwen", { ...GPU, deploymentStrategy })[0] as unknown as { spec: { strategy: unknown } }).spec
        .strategy;
    assert.deepEqual(strategyOf({ type: "Recreate" }), { type: "Recreate" });
    assert.deepEqual(strategyOf({ maxSurge: "0", maxUnavailable: "1" }), {
      type: "RollingUpdate",
      rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
    });
  });

  /** @covers DH-33 */
  it("is reached from outside by Route, Ingress or HTTPRoute, at its Service's named port", () => {
    const wayOf = (way: object): Record<string, unknown> =>
      vllmObjects("qwen", { ...GPU, exposure: { auth: "none", ...way } }).at(-1) as unknown as Record<string, unknown>;
    const route = wayOf({ route: {} });
    assert.deepEqual([route.kind, (route.spec as { port: unknown }).port], ["Route", { targetPort: "port8000" }]);
    assert.deepEqual(wayOf({ httpRoute: { gatewayName: "public", gatewayNamespace: "gateways" } }).spec, {
      parentRefs: [{ name: "public", namespace: "gateways" }],
      rules: [{ backendRefs: [{ name: "qwen", port: 8000 }] }],
    });
  });
});

describe("KServe's Hugging Face server without KServe", () => {
  /** @covers DH-25, DH-26, DH-27, DH-28, DH-30 */
  it("says all that huggingfaceserve says, switches as switches", () => {
    assert.deepEqual(huggingFaceObjects("qwen-hf", HUGGING_FACE), golden("huggingFace"));
  });

  /** @covers DH-26 */
  it("runs either engine, on the image for its hardware", () => {
    const path = "hf://Qwen/Qwen2.5-0.5B";
    const cpu = containerOf(huggingFaceObjects("qwen", { namespace: "serving", path }));
    const gpu = containerOf(
      huggingFaceObjects("qwen", { namespace: "serving", path, backend: "vllm", accelerator: "nvidia.com/gpu" }),
    );
    assert.deepEqual(
      [cpu.image, gpu.image],
      ["docker.io/kserve/huggingfaceserver:v0.17.0", "docker.io/kserve/huggingfaceserver:v0.17.0-gpu"],
    );
    assert.deepEqual(cpu.args, [
      "--model_name=qwen",
      "--model_id=Qwen/Qwen2.5-0.5B",
      "--backend=auto",
      "--task=text_generation",
    ]);
    assert.ok((gpu.args as string[]).includes("--backend=vllm"));
  });
});

describe("components of servers", () => {
  const program = (): void => {
    new VllmServe("qwen", {
      ...GPU,
      resources: { requests: { cpu: 2 } },
      autoscaling: { minReplicas: 1, maxReplicas: 2 },
      secrets: { HF_TOKEN: pulumi.secret("hf_private") },
      exposure: { auth: "none", route: {} },
    });
  };

  /** @covers DH-15, DH-33 */
  it("are exactly these objects, in the order in which they are needed", async () => {
    const resources = await registered(program);
    const deployment = "kubernetes:apps/v1:Deployment qwen";
    const secret = "kubernetes:core/v1:Secret qwen-env";
    assert.deepEqual(
      resources.map(({ type, name, dependencies }) => [type, name, dependencies]).sort(),
      [
        ["model-serving:index:VllmServe", "qwen", []],
        ["kubernetes:core/v1:Secret", "qwen-env", []],
        ["kubernetes:apps/v1:Deployment", "qwen", [secret]],
        ["kubernetes:core/v1:Service", "qwen", [deployment, secret]],
        ["kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "qwen-autoscaler", [deployment, secret]],
        ["kubernetes:route.openshift.io/v1:Route", "qwen", [deployment, secret]],
      ].sort(),
    );
    assert.ok(resources.slice(1).every(({ parent }) => parent === "model-serving:index:VllmServe qwen"));
    assert.equal(objectOf(resources, "Deployment").createTimeout, "720s");
  });

  /** @covers DH-16, DH-17, DH-21 */
  it("tell addresses, the APIs of their kind, and a request to try", async () => {
    const told: unknown[] = [];
    await registered(async () => {
      const adapters = [{ name: "sql", url: "hf://acme/sql" }];
      const text = new VllmServe("qwen", { ...GPU, adapters, modelName: "Qwen" });
      const speech = new VllmServe("whisper", { ...GPU, url: "hf://openai/whisper-small", task: "speech" });
      const pooling = new VllmServe("bge", { ...GPU, url: "hf://BAAI/bge-m3", task: "pooling" });
      told.push(await valueOf(text.internalUrl), await valueOf(text.modelName), await valueOf(text.adapterModelNames));
      told.push(await valueOf(text.baseUrl), await valueOf(text.url));
      for (const { apis, testCommand } of [text, speech, pooling]) {
        told.push((await valueOf(apis)).map((api) => api.replace(/^http:..[^/]+/, "")));
        told.push((await valueOf(testCommand)).replace(/^.*curl -sS/, "curl -sS"));
      }
    });
    const host = (name: string): string => `http://${name}.serving.svc.cluster.local:8000`;
    const json = "-H 'Content-Type: application/json' -d";
    assert.deepEqual(told, [
      host("qwen"),
      "Qwen",
      ["sql"],
      `${host("qwen")}/v1`,
      undefined,
      ["/v1/chat/completions", "/v1/completions", "/tokenize", "/detokenize"],
      `curl -sS ${host("qwen")}/v1/chat/completions ${json} '{"model":"Qwen","messages":[{"role":"user","content":"What is machine learning?"}]}'`,
      ["/v1/audio/transcriptions", "/v1/audio/translations", "/tokenize", "/detokenize"],
      `curl -sS ${host("whisper")}/v1/audio/transcriptions -F model=whisper -F file=@speech.wav`,
      [
        "/v1/embeddings",
        "/tokenize",
        "/detokenize",
        "/pooling",
        "/classify",
        "/score",
        "/rerank",
        "/v1/rerank",
        "/v2/rerank",
      ],
      `curl -sS ${host("bge")}/v1/embeddings ${json} '{"model":"bge","input":"What is machine learning?"}'`,
    ]);
  });

  it("take values known only after apply for text that flows through, and plain ones for the shape of the pod", async () => {
    const later = (value: string): pulumi.Output<string> => pulumi.output(Promise.resolve(value));
    const exposure = { auth: "none", ingress: { host: later("q.example.com") } } as const;
    let url: string | undefined;
    const resources = await registered(async () => {
      url = await valueOf(new VllmServe("qwen", { ...GPU, namespace: later("serving"), exposure }).url);
    });
    assert.equal(url, "http://q.example.com");
    assert.equal(objectOf(resources, "Deployment").inputs.metadata?.namespace, "serving");
    assert.throws(() => new VllmServe("qwen", { ...GPU, url: later("hf://a/b") as never }), {
      message:
        'VllmServe "qwen" has one problem:\n  url: is known only after apply, but decides what the pod looks like; expected a plain value',
    });
  });

  it("judge the component's name where no other is given", () => {
    assert.throws(() => new VllmServe("vllm", GPU), { message: /name: "vllm" as the name of a Service/ });
  });

  /** @covers DH-24, DH-29, DH-30 */
  it("of the deprecated kind warn of it, and say by which protocol they answer", async () => {
    const told: unknown[] = [];
    const warnings: string[] = [];
    const warn = pulumi.log.warn;
    const log = pulumi.log as { warn: typeof warn };
    log.warn = (message) => Promise.resolve(void warnings.push(message));
    try {
      await registered(async () => {
        const path = "huggingface://Qwen/Qwen2.5-0.5B";
        const text = new HuggingFaceServe("qwen", { namespace: "serving", path });
        const mask = new HuggingFaceServe("bert", {
          namespace: "serving",
          path: "hf://google/bert",
          task: "fill_mask",
        });
        for (const { protocol, apis } of [text, mask]) told.push(await valueOf(protocol), await valueOf(apis));
        told.push((await valueOf(mask.testCommand)).replace(/^.*-d /, ""));
      });
    } finally {
      log.warn = warn;
    }
    assert.deepEqual(warnings, [
      'DigitalHub has deprecated huggingfaceserve, which is replaced by VllmServe (task "text") for text_generation; see docs/digitalhub.md.',
      "DigitalHub has deprecated huggingfaceserve, which has no successor there for fill_mask; see docs/digitalhub.md.",
    ]);
    const host = (name: string): string => `http://${name}.serving.svc.cluster.local:8080`;
    assert.deepEqual(told, [
      "openai",
      [`${host("qwen")}/openai/v1/chat/completions`, `${host("qwen")}/openai/v1/completions`],
      "open-inference",
      [`${host("bert")}/v2/models/bert/infer`],
      `'{"inputs":[{"name":"input-0","shape":[1],"datatype":"BYTES","data":["The capital of France is [MASK]."]}]}'`,
    ]);
  });
});
