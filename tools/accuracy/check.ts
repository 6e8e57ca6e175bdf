/** Whether the published starts say what they are meant to say: known fields, and names that the catalogue holds. */
import { z } from "zod";
import { findAccelerator, nearestAccelerator } from "../../sdk/catalog/accelerators";
import type { Catalog } from "../../sdk/catalog/catalog";
import { nearest } from "../../sdk/catalog/nearest";
import { compareReleases, parseRelease } from "../../sdk/catalog/versions";
import { choice, expected, flag, list, object, text, whole } from "../../sdk/spec/schema/fields";
import { formatPath, quote, type Problem } from "../../sdk/spec/schema/problem";
import type { SchemaOf } from "../../sdk/spec/schema/plain";
import { validate } from "../../sdk/spec/schema/validate";
import type { PublishedStart } from "./compare";

const figure = z.number({ error: expected("a number") });
const share = z
  .number({ error: expected("a number above 0, up to 1") })
  .gt(0)
  .lte(1);

const settingsSchema = object({
  tensorParallelSize: whole(1).optional(),
  pipelineParallelSize: whole(1).optional(),
  maxModelLen: whole(1).optional(),
  maxNumSeqs: whole(1).optional(),
  maxNumBatchedTokens: whole(1).optional(),
  gpuMemoryUtilization: share.optional(),
  kvCacheDtype: choice(["auto", "fp8", "fp8_e4m3", "fp8_e5m2", "bfloat16", "float16"]).optional(),
  quantization: text().optional(),
  dtype: choice(["auto", "bfloat16", "float16"]).optional(),
  enforceEager: flag.optional(),
  enableExpertParallel: flag.optional(),
  imagesAllowed: flag.optional(),
  allowLongMaxModelLen: flag.optional(),
  modelImage: text().optional(),
  accelerators: whole(1).optional(),
}) satisfies SchemaOf<PublishedStart["settings"]>;

const startSchema = object({
  model: text("the name that the publisher gives"),
  catalogueModel: text("the id of a model").nullable(),
  accelerators: list(text("the name of a product"), "products"),
  gpu: text("the GPU as the publisher calls it").nullable(),
  usableMemoryGib: figure.optional(),
  vllm: list(text("a release"), "releases").min(1, { error: "names no release" }),
  settings: settingsSchema,
  wholeCommand: flag,
  published: object({
    outcome: choice(["started", "refused", "loaded"]),
    weightsGib: figure.optional(),
    activationGib: figure.optional(),
    nonTorchGib: figure.optional(),
    graphsGib: figure.optional(),
    kvCacheGib: figure.optional(),
    kvCacheTokens: figure.optional(),
    error: text().optional(),
  }),
  source: text("where it was published").refine((value) => value !== "", { error: "is empty" }),
  series: text().optional(),
  notes: text().optional(),
}) satisfies SchemaOf<PublishedStart>;

/** Every problem, one sentence each, with the start's model and place; none for sound starts. */
export function startProblems(starts: readonly unknown[], catalog: Catalog): string[] {
  return starts.flatMap((start, index) => {
    const { spec, problems } = validate(startSchema, [], start);
    const found = spec === undefined ? problems : referenceProblems(spec, catalog);
    const name = spec?.model ?? `start ${index}`;
    return found.map(({ path, message }) => `[${index}] ${name}: ${formatPath(path)}: ${message}`);
  });
}

type Start = z.output<typeof startSchema>;

function referenceProblems({ catalogueModel, accelerators, vllm }: Start, catalog: Catalog): Problem[] {
  const ids = catalog.models.map(({ id }) => id);
  const newest = catalog.modelServers.find(({ server }) => server === "vllm")?.versions.at(-1) ?? "0";
  return [
    ...(catalogueModel === null || ids.includes(catalogueModel)
      ? []
      : [{ path: ["catalogueModel"], message: noSuch("model", catalogueModel, nearest(catalogueModel, ids)) }]),
    ...accelerators.flatMap((name, index) => {
      // Not an alias: what is compared is looked up by the name of the entry.
      if (findAccelerator(name, catalog.accelerators)?.product?.name === name) return [];
      const message = noSuch("accelerator", name, nearestAccelerator(name, catalog.accelerators));
      return [{ path: ["accelerators", index], message }];
    }),
    ...vllm.flatMap((version, index) => {
      const release = parseRelease(version);
      if (release !== undefined && compareReleases(release, newest) <= 0) return [];
      return [{ path: ["vllm", index], message: `${quote(version)} is no release up to ${newest}` }];
    }),
  ];
}

function noSuch(what: string, name: string, proposal: string | undefined): string {
  return `${quote(name)}: no such ${what}${proposal === undefined ? "" : `; did you mean ${proposal}?`}`;
}
