import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { policyName } from "../../policies/pack/policies";
import { readMistakes } from "../../tools/docs/mistakes";
import { repositoryPath } from "../../tools/repository";
import { testStack } from "./harness";

const PACK = repositoryPath("policies", "pack", "model-serving-policies");
const SETTINGS = { "pack.settings": { cluster: [repositoryPath("examples", "broken", "inventory.yaml")] } };

/** What the finding on a broken example must say. */
interface Expectation {
  rule: string;
  /** Advisory findings let the preview pass; then, what makes it stop: configuration of the pack or of the stack. */
  stopsWith?: { pack?: Record<string, string>; stack?: Record<string, string> };
  /** Kind and name of the object to edit. */
  resource: string;
  path: string;
  /** Values, arithmetic and the later error, each in the words of the finding. */
  says: string[];
  fix: RegExp;
}

const mistakes: Record<string, Expectation> = {
  "runtime-by-display-name": {
    rule: "name/runtime-resolves",
    resource: "InferenceService",
    path: "spec.predictor.model.runtime",
    says: [
      'is "vLLM NVIDIA GPU ServingRuntime for KServe"',
      "It is the display name of ServingRuntime models/granite",
      '"No ServingRuntimes or ClusterServingRuntimes with the name: vLLM NVIDIA GPU ServingRuntime for KServe"',
    ],
    fix: /Set spec\.predictor\.model\.runtime to "granite"/,
  },
  "runtime-of-another-name": {
    rule: "name/runtime-equals-service",
    stopsWith: { pack: { "name.runtime-equals-service": "mandatory" } },
    resource: "InferenceService",
    path: "spec.predictor.model.runtime",
    says: ['"granite" and "vllm" are different names'],
    fix: /Name the runtime "granite"/,
  },
  "duplicate-flag": {
    rule: "runtime/duplicate-args",
    stopsWith: { stack: { "broken-duplicate-flag:image": "ghcr.io/huggingface/text-generation-inference:3.3.4" } },
    resource: "InferenceService",
    path: "spec.predictor.model.args[1]",
    says: ['--max-model-len is "16384"', 'and "32768"', "The server takes the last one"],
    fix: /in one place/,
  },
  "more-ranks-than-gpus": {
    rule: "gpu/world-size-le-gpus",
    resource: "InferenceService",
    path: "spec.predictor.model.args[0]",
    says: [
      "world size is 4",
      "nvidia.com/gpu: 2",
      "4 > 2",
      "World size (4) is larger than the number of available GPUs (2)",
    ],
    fix: /to 4 in requests and limits, or --tensor-parallel-size to 2/,
  },
  "idle-gpus": {
    rule: "gpu/no-idle-gpus",
    stopsWith: { pack: { "gpu.no-idle-gpus": "mandatory" } },
    resource: "InferenceService",
    path: 'spec.predictor.model.resources.limits["nvidia.com/gpu"]',
    says: ["nvidia.com/gpu: 2", "world size is 1", "2 - 1 = 1 idle"],
    fix: /--tensor-parallel-size=2/,
  },
  "request-below-limit": {
    rule: "gpu/request-equals-limit",
    resource: "InferenceService",
    path: 'spec.predictor.model.resources.requests["nvidia.com/gpu"]',
    says: ["the request 1", "the limit 2", 'Invalid value: "1": must be equal to nvidia.com/gpu limit of 2'],
    fix: /leave the request out/,
  },
  "two-vendors": {
    rule: "gpu/one-accelerator-vendor",
    resource: "InferenceService",
    path: 'spec.predictor.model.resources.limits["nvidia.com/gpu"]',
    says: ["nvidia.com/gpu: 2", "amd.com/gpu: 1", "of ServingRuntime models/granite", '"Insufficient amd.com/gpu"'],
    fix: /remove the other one/,
  },
  "missing-toleration": {
    rule: "sched/tolerates-pool",
    resource: "InferenceService",
    path: "spec.predictor.tolerations",
    says: ["{nvidia.com/gpu: true} NoSchedule", "The pod has no tolerations", "3 node(s) had untolerated taint(s)"],
    fix: /\{ key: nvidia\.com\/gpu, operator: Exists, effect: NoSchedule \}/,
  },
  "no-headroom": {
    rule: "rollout/gpu-headroom",
    resource: "InferenceService",
    path: "spec.predictor.deploymentStrategy",
    says: [
      "an update of it never finishes",
      "8 x nvidia.com/gpu",
      "a100-1 has 0 of 8 nvidia.com/gpu free",
      "4 Insufficient nvidia.com/gpu",
    ],
    fix: /maxSurge 0 and maxUnavailable 1/,
  },
  "second-route": {
    rule: "expose/no-second-route",
    resource: "Route",
    path: "metadata.name",
    says: ['metadata.name is "granite"', 'routes.route.openshift.io "granite" already exists'],
    fix: /Remove this Route/,
  },
};

describe("broken examples", function () {
  this.timeout(120_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "broken-"));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** `pulumi preview` or `pulumi up` with the pack, as a user types it. */
  async function run(mistake: string, command: string[], { pack = {}, stack = {} }: Expectation["stopsWith"] = {}) {
    const file = join(folder, "config.json");
    writeFileSync(file, JSON.stringify({ ...SETTINGS, ...pack }));
    const opened = await testStack({ project: `examples/broken/${mistake}`, config: stack });
    const options = ["--policy-pack", PACK, "--policy-pack-config", file];
    const { code, stdout, stderr } = await opened.run([...command, ...options]);
    return { stack: opened, code, output: `${stdout}${stderr}`, violations: violations(stdout) };
  }

  for (const [mistake, { rule, stopsWith, resource, path, says, fix }] of Object.entries(mistakes)) {
    const level = stopsWith === undefined ? "mandatory" : "advisory";

    it(`${mistake}: one ${level} finding of ${rule} explains itself`, async () => {
      const { code, output, violations } = await run(mistake, ["preview"]);
      assert.equal(violations.length, 1, output);
      const { head, text } = violations[0]!;
      assert.ok(head.startsWith(`[${level}]  ${policyName(rule)} `), head);
      assert.ok(text.startsWith(`${resource} models/granite ${path} `), text);
      for (const words of says) assert.ok(text.includes(words), `${words}\nis not in\n${text}`);
      assert.match(text.slice(text.indexOf(" Fix: ")), fix);
      assert.equal(code === 0, level === "advisory", output);
    });

    if (stopsWith !== undefined) {
      it(`${mistake}: stops the preview with ${JSON.stringify(stopsWith)}`, async () => {
        const { code, output, violations } = await run(mistake, ["preview"], stopsWith);
        assert.notEqual(code, 0);
        assert.equal(violations.length, 1, output);
        assert.ok(violations[0]?.head.startsWith(`[mandatory]  ${policyName(rule)} `), output);
      });
    }
  }

  it("are all here", () => {
    const rulesOfMistakes = Object.fromEntries(Object.entries(mistakes).map(([mistake, { rule }]) => [mistake, rule]));
    assert.deepEqual(rulesOfMistakes, Object.fromEntries(readMistakes().map(({ folder, rule }) => [folder, rule])));
  });

  it("create nothing when pulumi up is asked to", async () => {
    const { stack, code, violations } = await run("second-route", ["up", "--yes"]);
    assert.notEqual(code, 0);
    assert.equal(violations.length, 1);
    assert.deepEqual((await stack.export()).deployment.resources ?? [], []);
  });
});

interface Violation {
  /** `[mandatory]  gpu.no-idle-gpus  (type: name)` */
  head: string;
  /** The message on one line, because Pulumi indents it and we wrap it. */
  text: string;
}

/** What the engine prints below "Policies:", violation by violation. */
function violations(stdout: string): Violation[] {
  const section = /^Policies:\n((?: {4}.*\n)*)/m.exec(stdout)?.[1] ?? "";
  const [, ...found] = section.split(/^ {8}- /m);
  return found.map((violation) => {
    const [head = "", ...lines] = violation.trimEnd().split("\n");
    return {
      head,
      text: lines
        .map((line) => line.trim())
        .join(" ")
        .replace(/ {2,}/g, " "),
    };
  });
}
