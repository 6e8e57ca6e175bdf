import assert from "node:assert/strict";
import { resolveHardwareProfile, hardwareProfileSchema } from "../../../../sdk/spec/profiles/hardwareProfile";
import { sizedModel, sizingOf } from "../../../../sdk/spec/inference/sizing";
import { startWarning } from "../../../../sdk/spec/inference/deploymentRules";
import { argumentSettings } from "../../../../sdk/spec/inference/sizingArguments";
import { parseSpec } from "../../../../sdk/spec/schema/validate";

const GRANITE = { huggingFace: "ibm-granite/granite-3.1-8b-instruct" };
const LLAMA_70B = { huggingFace: "meta-llama/Llama-3.3-70B-Instruct" };

/** @covers IS-10, HW-9 */
describe("sizing", () => {
  it("chooses cores, memory and the longest requests, and says each with its grounds", () => {
    const sizing = sizingOf({ source: GRANITE, accelerator: "NVIDIA-L4" }, {});
    assert.deepEqual(sizing.resources, { requests: { cpu: 3, memory: "18Gi" }, limits: { cpu: 6, memory: "26Gi" } });
    assert.equal(sizing.acceleratorCount, 1);
    assert.equal(sizing.maxModelLen, 17408);
    assert.equal(sizing.fit?.verdict, "fits");
    assert.deepEqual(sizing.sentences, [
      "vllm.maxModelLen 17408: the longest that fits; the model's context of 131072 tokens does not",
      "3 CPU cores: API server, engine and one worker",
      "18Gi of memory: 15.2 GiB of files and 2Gi of shared memory",
    ]);
  });

  it("takes as few accelerators as the weights allow", () => {
    const sizing = sizingOf({ source: LLAMA_70B, accelerator: "NVIDIA-A100-SXM4-80GB" }, {});
    assert.equal(sizing.acceleratorCount, 2);
    assert.equal(sizing.sentences[0], "acceleratorCount 2: the fewest of 1, 2, 4, 8 on which it starts");
    assert.equal(sizing.resources?.requests?.cpu, 4);
  });

  it("leaves alone whatever the user says", () => {
    const own = { source: GRANITE, accelerator: "NVIDIA-L4", acceleratorCount: 2, vllm: { maxModelLen: 4096 } };
    const sized = sizedModel({ ...own, resources: { requests: { cpu: 8 }, limits: { memory: "64Gi" } } }, {});
    assert.deepEqual(sized.resources, { requests: { cpu: 8, memory: "32Gi" }, limits: { memory: "64Gi" } });
    assert.deepEqual([sized.acceleratorCount, sized.vllm], [2, { maxModelLen: 4096 }]);
  });

  it("chooses nothing for what already has its resources and fits", () => {
    const resources = { requests: { cpu: 2, memory: "24Gi" } };
    const { fit, ...rest } = sizingOf({ source: GRANITE, accelerator: "NVIDIA-A100-SXM4-80GB", resources }, {});
    assert.equal(fit?.verdict, "fits");
    assert.deepEqual(rest, { sentences: [] });
  });

  it("shortens the requests on a profile only where the start would fail", () => {
    const args = { accelerator: "NVIDIA-L4", cpu: 4, memory: "32Gi" };
    const profile = resolveHardwareProfile("l4", parseSpec(hardwareProfileSchema, [], args, "l4"));
    const sizing = sizingOf({ source: GRANITE }, { profile });
    assert.deepEqual([sizing.maxModelLen, sizing.resources, sizing.acceleratorCount], [17408, undefined, undefined]);
    const said = sizingOf({ source: GRANITE, args: ["--max-model-len=131072"] }, { profile });
    assert.deepEqual([said.maxModelLen, said.fit?.verdict], [undefined, "does-not-fit"]);
  });

  it("sizes a model of given size, and says that its start is not judged", () => {
    const sizing = sizingOf({ source: { huggingFace: "a/b" }, modelSize: "16Gi", accelerator: "NVIDIA-L4" }, {});
    assert.equal(sizing.resources?.requests?.memory, "18Gi");
    assert.match(
      sizing.sentences.at(-1) ?? "",
      /^whether it starts is not judged: the catalogue does not know the model/,
    );
  });

  const unknown: [what: string, model: Parameters<typeof sizingOf>[0], reason: RegExp][] = [
    [
      "a model the catalogue does not hold",
      { source: { huggingFace: "a/b" }, accelerator: "NVIDIA-L4" },
      /does not know the model/,
    ],
    ["no accelerator", { source: GRANITE }, /CPUs is not modelled/],
  ];
  for (const [what, model, reason] of unknown) {
    it(`gives the reason instead of a number for ${what}`, () => {
      const sizing = sizingOf(model, {});
      assert.match(sizing.reason ?? "", reason);
      assert.equal(sizing.resources, undefined);
    });
  }

  it("makes no claim on a start with flags it does not understand", () => {
    const model = { source: GRANITE, accelerator: "NVIDIA-L4", resources: { requests: { cpu: 1, memory: "8Gi" } } };
    assert.equal(sizingOf({ ...model, args: ["--speculative-config={}"] }, {}).fit, undefined);
    assert.equal(sizingOf({ ...model, runtimeName: "somebody-elses" }, {}).fit, undefined);
    assert.equal(sizingOf({ ...model, image: "example.com/vllm:latest" }, {}).fit, undefined);
  });

  it("warns of a start that its author insists on, and of one that is too close to call", () => {
    const model = { source: GRANITE, accelerator: "NVIDIA-L4", resources: { requests: { cpu: 1, memory: "8Gi" } } };
    const insisted = { ...model, vllm: { maxModelLen: 131072 }, refuseMisfit: false };
    assert.match(startWarning(insisted, {}) ?? "", /^By the memory estimate this model does not start: /);
    assert.match(
      startWarning({ ...model, vllm: { maxModelLen: 25000 } }, {}) ?? "",
      /^It is not sure that this model starts: /,
    );
    assert.equal(startWarning({ ...model, vllm: { maxModelLen: 8192 } }, {}), undefined);
  });

  it("reads the free arguments that bear on memory", () => {
    assert.deepEqual(argumentSettings(["--max_model_len=4096", "--enforce-eager", "--kv-cache-dtype", "fp8"], []), {
      maxModelLen: 4096,
      enforceEager: true,
      kvCacheDtype: "fp8",
    });
    assert.deepEqual(argumentSettings([], [{ name: "VLLM_ALLOW_LONG_MAX_MODEL_LEN", value: "1" }]), {
      allowLongMaxModelLen: true,
    });
    assert.match(argumentSettings(["--max-model-len=auto"], []) as string, /may change the memory/);
    assert.match(argumentSettings([], [{ name: "VLLM_USE_V1", value: "0" }]) as string, /VLLM_USE_V1/);
  });
});
