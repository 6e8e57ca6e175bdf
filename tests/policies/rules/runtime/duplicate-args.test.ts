import { UNKNOWN } from "../../../../sdk/pod/unknown";
import { duplicateArgs } from "../../../../policies/rules/runtime/duplicate-args";
import { changed, granite, graniteRuntime, inStack } from "../granite";
import { table } from "../table";

const service = (...args: unknown[]) =>
  changed(granite(), ({ spec }) => Object.assign(spec.predictor.model!, { args }));
const runtime = (...args: unknown[]) =>
  changed(graniteRuntime(), ({ spec }) => Object.assign(spec.containers[0]!, { args }));
const tgi = changed(runtime("--port=8080"), ({ spec }) =>
  Object.assign(spec.containers[0]!, {
    image: "ghcr.io/huggingface/text-generation-inference:3",
    command: ["text-generation-launcher"],
  }),
);

table(duplicateArgs, [
  {
    name: "a length in the runtime and another in the service",
    objects: inStack(service("--max-model-len=8192"), runtime("--port=8080", "--max-model-len=4096")),
    finding: {
      level: "advisory",
      resource: "InferenceService/granite",
      path: "spec.predictor.model.args[0]",
      says: [
        '--max-model-len is "4096" (spec.containers[kserve-container].args[1] of ServingRuntime models/granite)',
        '"8192" (spec.predictor.model.args[0])',
        "takes the last one",
      ],
    },
  },
  {
    name: "the two ways to write a flag",
    objects: inStack(service("--max_model_len", "8192"), runtime("--max-model-len=4096")),
    finding: { level: "advisory", path: "spec.predictor.model.args[0]" },
  },
  {
    name: "the same value twice",
    objects: inStack(service("--max-model-len", "4096"), runtime("--max-model-len=4096")),
  },
  { name: "different flags", objects: inStack(service("--max-model-len=8192"), runtime("--max-num-seqs=4096")) },
  { name: "a switch given twice", objects: inStack(service("--enforce-eager"), runtime("--enforce-eager")) },
  { name: "a flag that collects its values", objects: inStack(service("--middleware=a"), runtime("--middleware=b")) },
  {
    name: "two values in the runtime alone",
    objects: inStack(service(), runtime("--max-model-len=4096", "--max-model-len=8192")),
    finding: {
      level: "advisory",
      resource: "ServingRuntime/granite",
      path: "spec.containers[kserve-container].args[1]",
    },
  },
  {
    name: "several flags, told in one finding",
    objects: inStack(service("--dtype=auto", "--seed=1"), runtime("--dtype=half", "--seed=2")),
    finding: { says: ["--dtype is", "--seed is"] },
  },
  {
    name: "a server that refuses a repeated flag, even of one value",
    objects: inStack(service("--port=8080"), tgi),
    finding: { level: "mandatory", says: ["cannot be used multiple times"] },
  },
  {
    name: "a credential, which is not shown",
    objects: inStack(service("--api-key=s3cr3t-two"), runtime("--api-key=s3cr3t-one")),
    finding: { says: ["--api-key is (not shown)", /^(?!.*s3cr3t)/] },
  },
  {
    name: "arguments known only after apply",
    objects: inStack(service(UNKNOWN), runtime("--port=8080")),
    finding: { outcome: "unknown", resource: "InferenceService/granite", path: "spec.predictor.model.args[0]" },
  },
  {
    name: "arguments of the runtime known only after apply",
    objects: inStack(service(), runtime(UNKNOWN)),
    finding: {
      outcome: "unknown",
      resource: "ServingRuntime/granite",
      path: "spec.containers[kserve-container].args[0]",
    },
  },
  { name: "no runtime, so no pod", objects: inStack(service("--a=1", "--a=2")) },
]);
