/** Secrets stand in Secrets, marked as such, and nowhere else: not in messages, not in custom resources. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { outcomeOf, refusalOf } from "./harness";
import { subject } from "./subjects";

const SECRET = "s3cr3t-h5mWq";
/** How Pulumi writes a secret into its state. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** Components whose namespace reaches a resource that everybody who may read it can read. */
const PUBLISHED = ["HttpRoute", "HuggingFaceServe", "Ingress", "KubeAiModel"];

/** Where each component takes a credential. */
const BELONGS: Readonly<Record<string, (value: unknown) => Record<string, unknown>>> = {
  ApiKey: (key) => ({ key }),
  HuggingFaceServe: (TOKEN) => ({ secrets: { TOKEN } }),
  KubeAI: (huggingFaceToken) => ({ secrets: { huggingFaceToken } }),
  KubeAiModel: (TOKEN) => ({ secrets: { TOKEN } }),
  KubeAiSpeech: (TOKEN) => ({ secrets: { TOKEN } }),
  KubeAiText: (TOKEN) => ({ secrets: { TOKEN } }),
  ModelConnection: (token) => ({ huggingFace: { token } }),
  NimPlatform: (apiKey) => ({ apiKey, apiKeySecret: undefined }),
  VllmServe: (TOKEN) => ({ secrets: { TOKEN } }),
};

/** A copy without what Pulumi marks as secret. */
function inTheClear(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inTheClear);
  if (typeof value !== "object" || value === null) return value;
  if (SIGNATURE in value) return "covered";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inTheClear(inner)]));
}

describe("secrets", () => {
  for (const [name, put] of Object.entries(BELONGS)) {
    const { right } = subject(name);

    for (const [how, value] of [
      ["as a Pulumi secret", (): unknown => pulumi.secret(SECRET)],
      ["as plain text", (): unknown => SECRET],
    ] as const) {
      it(`${name} keeps one given ${how} in a Secret and shows it nowhere`, async () => {
        const { resources, thrown, late } = await outcomeOf(subject(name), "granite-x", { ...right, ...put(value()) });
        assert.deepEqual([thrown, late], [undefined, []]);
        const bearers = resources.filter(({ inputs }) => bears(JSON.stringify(inputs)));
        assert.ok(bearers.some(({ type }) => type === "kubernetes:core/v1:Secret"));
        const shown = resources.filter(({ inputs }) => bears(JSON.stringify(inTheClear(inputs))));
        assert.deepEqual(
          shown.map(({ type, name: made }) => `${type} ${made}`),
          [],
        );
      });
    }

    it(`${name} does not repeat what it was given instead of one`, async () => {
      for (const wrong of [{ value: SECRET }, [SECRET]]) {
        const message = await refusalOf(subject(name), "x", { ...right, ...put(wrong) }).catch(
          (error: unknown) => (error as Error).message,
        );
        assert.ok(!bears(message), message);
      }
      const field = Object.keys(put(SECRET))[0] ?? "";
      const message = await refusalOf(subject(name), "x", { ...right, [field]: [SECRET] });
      assert.ok(!bears(message), message);
    });
  }

  for (const name of PUBLISHED) {
    const { right } = subject(name);

    it(`${name} refuses one where everybody could read it, and does not repeat it`, async () => {
      const { resources, thrown, late } = await outcomeOf(subject(name), "granite-x", {
        ...right,
        namespace: pulumi.secret(SECRET),
      });
      const told = [thrown instanceof Error ? thrown.message : "", ...late].join("\n");
      assert.match(told, /namespace: is a Pulumi secret, which would be readable in the custom resource/);
      assert.ok(!bears(told), told);
      const objects = resources.filter(({ type }) => type.startsWith("kubernetes:"));
      assert.ok(!bears(JSON.stringify(inTheClear(objects.map(({ inputs }) => inputs)))));
    });

    it(`${name} refuses what turns out wrong later in the words for what is wrong at once`, async () => {
      const wrong = "Not A Namespace";
      const now = await refusalOf(subject(name), "granite-x", { ...right, namespace: wrong });
      const { late } = await outcomeOf(subject(name), "granite-x", { ...right, namespace: pulumi.output(wrong) });
      const [, line = ""] = now.split("\n");
      assert.ok(late.length > 0, "accepted");
      for (const message of late) assert.ok(message.includes(line), `${message}\ndoes not say\n${line}`);
    });
  }
});

/** In the clear, or as the data of a Secret. */
function bears(text: string): boolean {
  return [SECRET, Buffer.from(SECRET).toString("base64")].some((form) => text.includes(form));
}
