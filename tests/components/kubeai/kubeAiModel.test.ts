import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { load } from "js-yaml";
import { KubeAiModel, KubeAiSpeech, KubeAiText } from "../../../index";
import { repositoryPath } from "../../../tools/repository";
import type { Registered } from "../mocks";
import { objectOf, registered, valueOf } from "../mocks";
import { FULL_TEXT, modelObject, textObject } from "./manifests";

const MODEL = { namespace: "kubeai", url: "hf://Qwen/Qwen2.5-0.5B", engine: "VLLM", resourceProfile: "cpu:1" } as const;

function golden(name: string): unknown {
  return load(readFileSync(repositoryPath("tests", "components", "kubeai", "fixtures", `${name}.yaml`), "utf8"));
}

function waitsFor(change: object): unknown {
  return modelObject("qwen", { ...MODEL, ...change }).metadata.annotations?.["pulumi.com/waitFor"];
}

describe("Model of KubeAI", () => {
  /** @covers DH-2, DH-4, DH-6, DH-7, DH-8, DH-9, DH-10, DH-11, DH-12 */
  it("says all that kubeai-text says, with its defaults written out", () => {
    assert.deepEqual(textObject("chat", FULL_TEXT), golden("kubeaiText"));
  });

  it("of few words has the defaults of KubeAI, so that none of them is filled in and then unchangeable", () => {
    assert.deepEqual(modelObject("qwen", MODEL).spec, {
      url: "hf://Qwen/Qwen2.5-0.5B",
      engine: "VLLM",
      features: ["TextGeneration"],
      resourceProfile: "cpu:1",
      minReplicas: 0,
      targetRequests: 100,
      scaleDownDelaySeconds: 30,
      loadBalancing: {
        strategy: "LeastLoad",
        prefixHash: { meanLoadFactor: 125, replication: 256, prefixCharLength: 100 },
      },
    });
  });

  /** @covers DH-5 */
  it("has the feature its engine is made for, text generation by default", () => {
    const featuresOf = (change: object): string[] => modelObject("m", { ...MODEL, ...change }).spec.features;
    assert.deepEqual(featuresOf({}), ["TextGeneration"]);
    assert.deepEqual(featuresOf({ engine: "Infinity" }), ["TextEmbedding"]);
    assert.deepEqual(featuresOf({ engine: "FasterWhisper" }), ["SpeechToText"]);
    const text = { namespace: "kubeai", url: MODEL.url, engine: "VLLM" } as const;
    assert.deepEqual(textObject("m", text).spec.features, ["TextGeneration"]);
    assert.deepEqual(textObject("m", { ...text, features: ["TextEmbedding"] }).spec.features, ["TextEmbedding"]);
  });

  it("is waited for as far as the number of its pods is known", () => {
    assert.equal(waitsFor({}), undefined);
    assert.equal(waitsFor({ minReplicas: 1 }), "jsonpath={.status.replicas.all}");
    assert.equal(waitsFor({ minReplicas: 2, maxReplicas: 2 }), "jsonpath={.status.replicas.ready}=2");
    assert.equal(waitsFor({ autoscalingDisabled: true, replicas: 3 }), "jsonpath={.status.replicas.ready}=3");
    assert.equal(waitsFor({ autoscalingDisabled: true, replicas: 0 }), undefined);
    assert.equal(waitsFor({ minReplicas: 1, awaitReady: false }), undefined);
  });

  it("of kubeai-text starts OLlama as the platform does, and what the user says of a variable stays", () => {
    const ollama = {
      namespace: "kubeai",
      url: "ollama://qwen2:0.5b",
      engine: "OLlama",
      envs: { GIN_MODE: "debug" },
    } as const;
    const { env, args, resourceProfile, minReplicas } = textObject("qwen", ollama).spec;
    assert.deepEqual(env, { OLLAMA_DEBUG: "false", GIN_MODE: "debug", OLLAMA_ORIGINS: "*" });
    assert.deepEqual([args, resourceProfile, minReplicas], [undefined, "cpu:1", 1]);
  });
});

describe("KubeAiModel component", () => {
  const secrets = { HF_TOKEN: pulumi.secret("hf_private") };
  const program = (): void => {
    new KubeAiModel("qwen", { ...MODEL, secrets, cacheProfile: "efs" });
  };

  /** @covers DH-2 */
  it("makes a Model and the Secret of its secret variables, and no Service", async () => {
    const resources = await registered(program);
    assert.deepEqual(
      resources.map(({ type, name, parent }) => [type, name, parent]),
      [
        ["model-serving:index:KubeAiModel", "qwen", undefined],
        ["kubernetes:core/v1:Secret", "qwen-env", "model-serving:index:KubeAiModel qwen"],
        ["kubernetes:kubeai.org/v1:Model", "qwen", "model-serving:index:KubeAiModel qwen"],
      ],
    );
    assert.deepEqual(objectOf(resources, "Model").dependencies, ["kubernetes:core/v1:Secret qwen-env"]);
  });

  /** @covers DH-12 */
  it("keeps secret values in the Secret, which the Model names", async () => {
    const resources = await registered(program);
    const spec = objectOf(resources, "Model").inputs.spec as { envFrom: unknown };
    assert.deepEqual(spec.envFrom, [{ secretRef: { name: "qwen-env" } }]);
    assert.ok(!JSON.stringify(objectOf(resources, "Model").inputs).includes("hf_private"));
    assert.ok(JSON.stringify(objectOf(resources, "Secret").inputs).includes("hf_private"));
  });

  /** @covers DH-14, DH-31 */
  it("tells the base URL, the names of model and adapters, the APIs and what is served", async () => {
    let outputs: unknown[] = [];
    await registered(async () => {
      const adapters = [{ name: "sql", url: "hf://acme/sql" }];
      const { baseUrl, modelName, adapterModelNames, apis, served, testCommand } = new KubeAiText("chat", {
        namespace: "kubeai",
        url: MODEL.url,
        engine: "VLLM",
        adapters,
      });
      outputs = await Promise.all([
        ...[baseUrl, modelName, testCommand].map(valueOf),
        valueOf(adapterModelNames),
        valueOf(apis),
        valueOf(served),
      ]);
    });
    const base = "http://kubeai.kubeai.svc.cluster.local/openai/v1";
    assert.deepEqual(outputs, [
      base,
      "chat",
      `kubectl run chat-test --namespace kubeai --rm -i --restart=Never --image=curlimages/curl:8.11.0 -- curl -sS ${base}/chat/completions -H 'Content-Type: application/json' -d '{"model":"chat","messages":[{"role":"user","content":"What is machine learning?"}]}'`,
      ["chat_sql"],
      [`${base}/chat/completions`, `${base}/completions`],
      { engine: "VLLM", features: ["TextGeneration"], url: MODEL.url },
    ]);
  });

  it("takes values known only after apply, and looks at them when they are known", async () => {
    const later = (value: string): pulumi.Output<string> => pulumi.output(Promise.resolve(value));
    const resources = await registered(() => {
      new KubeAiModel("qwen", { ...MODEL, namespace: later("kubeai"), url: later("hf://a/b"), image: later("x/y:1") });
    });
    const { inputs } = objectOf(resources, "Model");
    assert.equal(inputs.metadata?.namespace, "kubeai");
    assert.deepEqual(pick(inputs.spec, "url", "image"), { url: "hf://a/b", image: "x/y:1" });
  });

  it("of speech is a Model with FasterWhisper under the component's name", async () => {
    const resources = await registered(() => {
      new KubeAiSpeech("whisper", { namespace: "kubeai", url: "hf://Systran/faster-whisper-small" });
    });
    const { inputs, parent } = objectOf(resources, "Model");
    assert.equal(parent, "model-serving:index:KubeAiModel whisper");
    assert.deepEqual(pick(inputs.spec, "engine", "features", "resourceProfile"), {
      engine: "FasterWhisper",
      features: ["SpeechToText"],
      resourceProfile: "cpu:1",
    });
  });

  it("tells everything that is wrong at once, in the words of the platform's documents too", () => {
    const args = {
      namespace: "kubeai",
      url: "hf://a/b",
      engine: "vllm",
      model_name: "x",
      scaling: { min_replicas: 1 },
    };
    assert.throws(() => new KubeAiText("chat", args as never), {
      message: [
        'KubeAiText "chat" has 3 problems:',
        '  engine: "vllm" is not "VLLM" or "OLlama" or "Infinity"; did you mean VLLM?',
        "  model_name: unknown key; DigitalHub's model_name is called modelName here; did you mean modelName?",
        "  scaling.min_replicas: unknown key; DigitalHub's min_replicas is called minReplicas here; did you mean minReplicas?",
      ].join("\n"),
    });
  });
});

function pick(object: unknown, ...keys: string[]): Registered["inputs"] {
  const entries = Object.entries(object as object).filter(([key]) => keys.includes(key));
  return Object.fromEntries(entries);
}
