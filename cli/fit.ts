/** `model-serving fit`: does the model fit the accelerator? */
import { readCatalog } from "../policies/manifests/catalog";
import type { InputProblem } from "../policies/manifests/problem";
import { fitQuestion, type FitAnswers } from "../policies/world/fitQuestion";
import type { Workload, World } from "../policies/world/types";
import { fit as judge, unknownFit, type Fit } from "../sdk/capacity/fit/fit";
import type { FitInput } from "../sdk/capacity/fit/start";
import type { Catalog } from "../sdk/catalog/catalog";
import { choose, FORMATS } from "./choices";
import { EXIT_BAD_INPUT, EXIT_FINDINGS, EXIT_OK } from "./exitCodes";
import { printNotes, printProblems, readFiles } from "./files";
import { nameAccelerator, nameModel, nameVersion } from "./fitNames";
import { type FitOptions, readSettings } from "./fitOptions";
import { fitJson, fitText, type FitAnswer } from "./fitReport";
import type { Terminal } from "./terminal";

/** @returns the exit code: 1 when anything does not fit */
export function fit(files: readonly string[], options: FitOptions, terminal: Terminal): number {
  const format = choose("--format", options.format, FORMATS);
  const { settings, problems } = readSettings(options);
  const own = readCatalog(options.catalog);
  const accelerator = options.accelerator === undefined ? undefined : nameAccelerator(options.accelerator, own.catalog);
  const given: Given = {
    options,
    settings,
    catalog: own.catalog,
    problems: [...format.problems, ...own.problems, ...problems, ...(accelerator?.problems ?? [])],
    ...accelerator?.value,
  };
  const remarks = accelerator?.remarks ?? [];
  const read = options.model === undefined ? ofFiles(files, given, terminal) : ofModel(options.model, files, given);
  if (read.problems.length > 0) {
    printProblems(read.problems, terminal);
    return EXIT_BAD_INPUT;
  }
  const answers = read.answers.map((answer) => ({
    ...answer,
    fit: { ...answer.fit, reasons: [...answer.fit.reasons, ...remarks] },
  }));
  terminal.stdout(format.value === "json" ? toJson(answers) : answers.map((one) => fitText(one, terminal)).join("\n"));
  return answers.some((answer) => answer.fit.verdict === "does-not-fit") ? EXIT_FINDINGS : EXIT_OK;
}

/** What the options say. */
interface Given extends Pick<FitAnswers, "accelerator" | "migProfile"> {
  options: FitOptions;
  /** With the entries of `--catalog`. */
  catalog: Catalog;
  settings: NonNullable<FitAnswers["settings"]>;
  problems: InputProblem[];
}

interface Answers {
  answers: FitAnswer[];
  problems: InputProblem[];
}

/** One answer, for the model that is named. */
function ofModel(name: string, files: readonly string[], given: Given): Answers {
  const { options, settings, catalog, problems, ...device } = given;
  const model = nameModel(name, catalog);
  const version = nameVersion(options.vllm);
  const wrong = [
    ...problems,
    ...model.problems,
    ...version.problems,
    ...(options.accelerator === undefined ? [{ place: "--accelerator", problem: "expected with --model" }] : []),
    ...(files.length > 0 ? [{ place: files.join(" "), problem: "expected either files or --model" }] : []),
  ];
  if (
    wrong.length > 0 ||
    model.value === undefined ||
    version.value === undefined ||
    device.accelerator === undefined
  ) {
    return { answers: [], problems: wrong };
  }
  const image = IMAGE.exec(name)?.[1];
  const input = {
    ...settings,
    model: model.value,
    accelerator: device.accelerator,
    ...(device.migProfile !== undefined && { migProfile: device.migProfile }),
    vllm: version.value,
    ...(image !== undefined && { modelImage: image }),
  };
  const { reasons, ...judged } = judge(input, catalog.accelerators);
  return {
    answers: [{ title: titleOf(input), fit: { ...judged, reasons: [...reasons, ...version.remarks] } }],
    problems: [],
  };
}

/** A reference to an image: with a scheme, with a registry, or named as ModelCars are. */
const IMAGE = /^(?:oci:\/\/)?((?:[^/]+\.[^/]+\/.*)?modelcar-.+)$/;

/** An answer for each service in the files. */
function ofFiles(files: readonly string[], given: Given, terminal: Terminal): Answers {
  if (files.length === 0) {
    const problem = "expected --model with --accelerator, or files that hold an InferenceService";
    return { answers: [], problems: [...given.problems, { place: "fit", problem }] };
  }
  const read = readFiles("fit", files, given.options.cluster ?? [], given.catalog);
  printNotes(read.notes, terminal);
  const version = given.options.vllm === undefined ? undefined : nameVersion(given.options.vllm);
  const problems = [...given.problems, ...read.problems, ...(version?.problems ?? [])];
  const { workloads } = read.world;
  if (problems.length === 0 && workloads.length === 0) {
    problems.push({ place: files.join(" "), problem: "holds no InferenceService" });
  }
  if (problems.length > 0) return { answers: [], problems };
  const answers: FitAnswers = {
    settings: given.settings,
    ...(given.accelerator !== undefined && { accelerator: given.accelerator }),
    ...(given.migProfile !== undefined && { migProfile: given.migProfile }),
    ...(version?.value !== undefined && { vllm: version.value }),
  };
  return { answers: workloads.map((workload) => ofService(workload, read.world, answers)), problems: [] };
}

function ofService(workload: Workload, world: World, answers: FitAnswers): FitAnswer {
  const { name, namespace = "default" } = workload.ref;
  const question = fitQuestion(workload, world, answers);
  const service = { name, namespace };
  const title = `InferenceService ${namespace}/${name}`;
  if ("unknown" in question) return { title, service, fit: unknownFit(question.unknown) };
  const answer: Fit = judge(question.input, world.catalog.accelerators);
  return { title: `${title}: ${titleOf(question.input)}`, service, fit: answer };
}

function titleOf({
  model,
  accelerator,
  vllm,
  migProfile,
  tensorParallelSize = 1,
  pipelineParallelSize = 1,
}: FitInput): string {
  const ranks = tensorParallelSize * pipelineParallelSize;
  const slice = migProfile === undefined ? "" : ` (MIG ${migProfile})`;
  return `${model.id} on ${ranks} x ${accelerator.name}${slice}, vLLM ${vllm}`;
}

/** The object itself for a model; a list with the name of each service for files. */
function toJson(answers: readonly FitAnswer[]): string {
  const [first] = answers;
  const value =
    first !== undefined && first.service === undefined
      ? fitJson(first)
      : answers.map((answer) => ({ ...answer.service, ...fitJson(answer) }));
  return `${JSON.stringify(value, null, 2)}\n`;
}
