/** `model-serving fit` on files: an answer for each service in them. */
import type { InputProblem } from "../policies/manifests/problem";
import { fitQuestion, servedModel, type FitAnswers } from "../policies/fit/fitQuestion";
import * as kinds from "../policies/world/kinds";
import type { Workload, World, WorldObject } from "../policies/world/types";
import { fit, refusedFit, unknownFit, type Fit, type FitVerdict } from "../sdk/capacity/fit/fit";
import type { Refusal } from "../sdk/capacity/fit/refusal";
import { staticRefusals } from "../sdk/capacity/fit/refusals";
import type { FitInput } from "../sdk/capacity/fit/start";
import { UnknownValueError } from "../sdk/pod/unknown";
import { titleOf, type FitAnswer } from "./fitReport";

/** An answer for each service of the world, in the order of the files. */
export function judgeServices(world: World, answers: FitAnswers): FitAnswer[] {
  const { model, ...others } = answers;
  const holder = model === undefined ? undefined : holderOf(world);
  const judged = world.workloads.map((workload) => ofService(workload, world, workload === holder ? answers : others));
  return [...judged, ...world.subjects(kinds.llmInferenceService).map(ofLlm)];
}

/** Why `--model` beside files cannot be used: it names what the storage of one service holds. */
export function modelProblems(world: World): InputProblem[] {
  const { workloads } = world;
  if (workloads.length === 0 || holderOf(world) !== undefined) return [];
  const open = workloads.filter((workload) => !isModelKnown(workload, world));
  const names = (open.length === 0 ? workloads : open).map(({ ref }) => `${ref.namespace ?? "default"}/${ref.name}`);
  const found = open.length === 0 ? "each of them names its own" : `none of ${names.join(", ")} names its own`;
  const problem = `with files it says which model the storage of one service holds; ${found}`;
  return [{ place: "--model", problem: `${problem}; give one service a run` }];
}

/** The service that `--model` is about: the only one, or the only one that does not name its model. */
function holderOf(world: World): Workload | undefined {
  const { workloads } = world;
  const open = workloads.length === 1 ? workloads : workloads.filter((workload) => !isModelKnown(workload, world));
  return open.length === 1 ? open[0] : undefined;
}

function isModelKnown(workload: Workload, world: World): boolean {
  return typeof ownModel(workload, world) === "object";
}

function ownModel(workload: Workload, world: World): ReturnType<typeof servedModel> {
  try {
    return servedModel(workload, world);
  } catch (error) {
    if (error instanceof UnknownValueError) return error.message;
    throw error;
  }
}

function ofService(workload: Workload, world: World, answers: FitAnswers): FitAnswer {
  const { kind, name, namespace = "default" } = workload.ref;
  const service = { kind, name, namespace };
  const title = `${kind} ${namespace}/${name}`;
  const question = fitQuestion(workload, world, answers);
  if ("unknown" in question) return { title, service, fit: unknownFit(question.unknown) };
  if ("refused" in question)
    return { title, service, fit: refusedFit([...question.refused, ...furtherRefusals(question)]) };
  const file = workload.arguments.get("config");
  if (file !== undefined) return { title, service, fit: unknownFit(configReason(file.value)) };
  const each = question.inputs.map((input) => ({
    input,
    fit: fit(input, world.catalog.accelerators, world.catalog.models),
  }));
  const worst = WORST_FIRST.flatMap((verdict) => each.filter((one) => one.fit.verdict === verdict))[0];
  if (worst === undefined) return { title, service, fit: unknownFit("no accelerator is known") };
  const remarks = [...otherProducts(each, worst), ...overruled(workload, world, answers)];
  return {
    title: `${title}: ${titleOf(worst.input)}`,
    service,
    fit: { ...worst.fit, reasons: [...worst.fit.reasons, ...remarks] },
  };
}

/** Flags of the command line go before those of the file, but what the file adds may be any. */
function configReason(file: string | undefined): string {
  return `--config ${file ?? ""} names a file of more flags, which is not read; write them as arguments`;
}

/**
 * What is refused beside, whatever takes the place of a setting that is refused: the sizes of a step have defaults
 * that suit each other.
 */
function furtherRefusals({ inputs }: { inputs: readonly FitInput[] }): Refusal[] {
  const [input] = inputs;
  if (input === undefined) return [];
  const rest = { ...input };
  delete rest.maxNumSeqs;
  delete rest.maxNumBatchedTokens;
  return staticRefusals(rest);
}

const WORST_FIRST: readonly FitVerdict[] = ["does-not-fit", "unknown", "too-close", "fits"];

interface Judged {
  input: FitInput;
  fit: Fit;
}

/** The pod may run on any of several products; the worst is shown, since nothing keeps the pod from it. */
function otherProducts(each: readonly Judged[], worst: Judged): string[] {
  if (each.length === 1) return [];
  const name = ({ input: { accelerator, migProfile } }: Judged): string =>
    migProfile === undefined ? accelerator.name : `${accelerator.name} (MIG ${migProfile})`;
  const others = each.filter((one) => one !== worst).map((one) => `${name(one)} (${one.fit.verdict})`);
  return [
    `the pod may run on ${[name(worst), ...others].join(", ")}; the worst is shown: choose with --accelerator, or give the service a node selector`,
  ];
}

/** `--model` goes before what the service says, and a reader should know when they differ. */
function overruled(workload: Workload, world: World, { model }: FitAnswers): string[] {
  const own = model === undefined ? undefined : ownModel(workload, world);
  if (typeof own !== "object" || own.id === model?.id) return [];
  return [`the service names ${own.id}; --model is judged in its place`];
}

function ofLlm({ ref }: WorldObject): FitAnswer {
  const { kind, name, namespace = "default" } = ref;
  const reason = "LLMInferenceServices are not judged from files; ask with --model and --accelerator";
  return { title: `${kind} ${namespace}/${name}`, service: { kind, name, namespace }, fit: unknownFit(reason) };
}
