/** Chooses and writes those answers of the real cluster that are replayed without one. */
import { writeFileSync } from "node:fs";
import { repositoryPath } from "../../tools/repository";
import { ORACLE_SEED } from "../oracle";
import type { Pair } from "../sdk/pod/arbitraries/pairs";
import { TOUCHED } from "../sdk/pod/apiDefaults";
import type { Answer, Workload } from "../sdk/pod/comparison";

const GOLDEN = repositoryPath("tests", "sdk", "pod", "golden", "effectivePods.json");
const MAX_BYTES = 900_000;

type Entry = Pair & { answer: Answer | undefined };

/** Writes every entry that shows something new, in order, as long as there is room. */
export function writeGolden(entries: readonly Entry[], namespace: string): void {
  const seen = new Set<string>();
  const lines: string[] = [];
  let size = 0;
  for (const entry of entries) {
    const features = featuresOf(entry);
    if (features.every((feature) => seen.has(feature))) continue;
    const line = JSON.stringify(slim(entry)).replaceAll(namespace, "pairs");
    if (size + line.length > MAX_BYTES) continue;
    size += line.length;
    lines.push(line);
    for (const feature of features) seen.add(feature);
  }
  const madeWith = `KServe v0.17.0, ORACLE_SEED=${ORACLE_SEED}`;
  writeFileSync(GOLDEN, `{"madeWith": "${madeWith}", "entries": [\n${lines.join(",\n")}\n]}\n`);
  console.log(`      ${lines.length} entries with ${seen.size} features in ${GOLDEN}`);
}

/** What an entry is an example of: runtimes that KServe knows by name, schemes, components, blocks of the predictor, accounts, refusals. */
function featuresOf({ service, runtime, answer }: Entry): string[] {
  const json = JSON.stringify({ service, runtime });
  const schemes = [...json.matchAll(/([a-z][a-z+-]*):\/\//g)].map(([scheme]) => scheme);
  const { predictor, ...others } = service.spec;
  const blocks = Object.entries(others).flatMap(([name, one]) => Object.keys(one).map((key) => `${name}.${key}`));
  const refusals = Object.values(answer?.deployments ?? {}).flatMap(({ pod }) =>
    "refused" in pod ? [pod.refused] : [],
  );
  const { serviceAccountName = "none", model } = predictor;
  const names = [...Object.keys(predictor), ...Object.keys(model?.storage ?? {}).map((key) => `storage.${key}`)];
  const servers = runtime === undefined || runtime.metadata.name.startsWith("pair-") ? [] : [runtime.metadata.name];
  return [...servers, ...schemes, ...names, ...blocks, ...refusals, `account ${serviceAccountName}`];
}

/** Without what the webhook never touches: a pod shows the same there as its template. */
function slim({ answer, ...pair }: Entry): object {
  const deployments = Object.entries(answer?.deployments ?? {}).map(([name, workload]) => [
    name,
    slimWorkload(workload),
  ]);
  return { ...pair, answer: { ...answer, deployments: Object.fromEntries(deployments) as object } };
}

function slimWorkload({ pod, ...workload }: Workload): object {
  if ("refused" in pod) return { ...workload, pod };
  const spec = Object.entries(pod.spec as object).filter(([key]) => TOUCHED.includes(key));
  return { ...workload, pod: { annotations: pod.annotations, spec: Object.fromEntries(spec) as object } };
}
