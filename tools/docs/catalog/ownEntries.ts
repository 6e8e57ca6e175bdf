/** How users add entries of their own: an example, and what a new entry of each list must say. */
import { CATALOG_KINDS, entryKinds, type CatalogKind } from "../../../sdk/spec/catalog/entries";
import { validate } from "../../../sdk/spec/schema/validate";
import { table } from "../markdown";

export function ownEntries(): string[] {
  return [
    INTRODUCTION,
    COMPLETE,
    table(["List", "A new entry is named by", "must also say", "and is of use with"], rows()),
  ];
}

/** Fields without which a new entry is refused. */
export function requiredFields(kind: CatalogKind): string[] {
  const { schema, defaults } = entryKinds[kind];
  const missing = validate(schema, [], { ...defaults }).problems.map(({ path }) => String(path[0]));
  return [...new Set(missing)];
}

function rows(): string[][] {
  const shown = (fields: readonly string[]) => fields.map((field) => `\`${field}\``).join(", ");
  return CATALOG_KINDS.map((kind) => {
    const { key } = entryKinds[kind];
    const others = requiredFields(kind).filter((field) => !key.includes(field));
    return [`\`${kind}\``, shown(key), shown(others), OF_USE[kind]];
  });
}

/** What no schema asks for, because an entry without it can still be right. */
const OF_USE: Readonly<Record<CatalogKind, string>> = {
  accelerators:
    "`usableMemoryGib` (what vLLM multiplies by `--gpu-memory-utilization`) or `reportedMemoryMib` (what the driver shows), without which `fit` says unknown; `computeCapability` of NVIDIA, which decides number formats and kernels; `productLabel`, by which nodes are recognised; `migProfiles`, if it is sliced",
  machineShapes:
    "`allocatable`; on `aws`, `azure` and `gcp` it is estimated from `vcpu` and `memoryMib` where it is left out",
  models:
    "`quantization`, `experts`, `mla`, `localAttention`, `vision`, `ropeScaling` where the model has them: left out means that it has none; `minimumVllm`; `image` and `modelcar` of its ModelCar",
  servingRuntimes: "`spec.supportedModelFormats`, by which KServe picks it; `versions`",
  servingImages: "`serverVersion`: without it the release, and so defaults and memory, are not known",
  modelServers: "`versions`; `complete: true` once every argument is listed, so that others are told as unknown",
};

const INTRODUCTION = `## Your own entries

Own entries, or other values for these, go into a file that \`--catalog FILE\` of \`model-serving lint\`, \`fit\` and \`plan\` and the
setting \`catalog\` of the policy pack read, and under \`model-serving:catalog\` in the configuration of a stack:

\`\`\`yaml
accelerators:
  - name: NVIDIA-L4 # exists: only the given fields change
    usableMemoryGib: 22.1
  - name: NVIDIA-Z900 # new: must be complete, see below
    vendor: nvidia
    productLabel: { key: nvidia.com/gpu.product, value: NVIDIA-Z900 }
    reportedMemoryMib: 97871 # nvidia-smi, memory.total
    computeCapability: 9.0
machineShapes:
  - cloud: own
    name: z-1
    accelerator: NVIDIA-Z900
    acceleratorCount: 4
    vcpu: 64
    allocatable: { cpu: 63500m, memory: 480Gi } # what such a node leaves for pods
\`\`\`

The lists are those of the table above; their fields are those of the JSON files.`;

const COMPLETE = `**Complete** means that the entry says what the second and third column here ask for; the error lists what is missing. The
last column is not demanded: without it an answer is "unknown" or less exact. Where a list has \`source\` and \`confidence\`
(\`high\`, \`medium\`, \`low\` or \`user\`), entries of yours may leave them out; they are then \`configuration\` and \`user\`.`;
