/** `model-serving fit`: does the model fit the accelerator? */
import { type CatalogRead, readCatalog } from "../policies/manifests/catalog";
import type { InputProblem } from "../policies/manifests/problem";
import { redactor, sensitiveTexts } from "../policies/report/redaction";
import type { FitAnswers } from "../policies/fit/fitQuestion";
import * as kinds from "../policies/world/kinds";
import { fit as judge } from "../sdk/capacity/fit/fit";
import type { Catalog } from "../sdk/catalog/catalog";
import { choose, FORMATS } from "./choices";
import { EXIT_BAD_INPUT, EXIT_FINDINGS, EXIT_OK } from "./exitCodes";
import { printNotes, printProblems, readFiles } from "./files";
import { nameAccelerator, type Named, nameModel, nameVersion } from "./fitNames";
import { type FitOptions, readSettings } from "./fitOptions";
import { fitText, fitsJson, titleOf, type FitAnswer } from "./fitReport";
import { judgeServices, modelProblems } from "./fitServices";
import type { Terminal } from "./terminal";

/** @returns the exit code: 1 when anything does not fit */
export function fit(files: readonly string[], options: FitOptions, terminal: Terminal): number {
  const format = choose("--format", options.format, FORMATS);
  const given = readOptions(options);
  given.problems.unshift(...format.problems);
  const read = files.length > 0 || options.cluster !== undefined ? ofFiles(files, given, terminal) : ofModel(given);
  if (read.problems.length > 0) {
    printProblems(read.problems, terminal);
    return EXIT_BAD_INPUT;
  }
  const answers = read.answers.map((answer) => ({
    ...answer,
    fit: { ...answer.fit, reasons: [...answer.fit.reasons, ...given.remarks] },
  }));
  terminal.stdout(
    format.value === "json" ? fitsJson(answers) : answers.map((one) => fitText(one, terminal)).join("\n"),
  );
  return answers.some((answer) => answer.fit.verdict === "does-not-fit") ? EXIT_FINDINGS : EXIT_OK;
}

/** What the options say. */
interface Given {
  options: FitOptions;
  /** With the entries of `--catalog`. */
  catalog: Catalog;
  answers: FitAnswers;
  /** How names were read. */
  remarks: string[];
  problems: InputProblem[];
}

function readOptions(options: FitOptions): Given {
  const own = readCatalog(options.catalog);
  const { settings, problems } = readSettings(options);
  const named = <T>(name: string | undefined, read: (name: string, catalog: Catalog) => Named<T>) =>
    name === undefined || isOfWrongFile(name, own) ? undefined : read(name, own.catalog);
  const device = named(options.accelerator, nameAccelerator);
  const model = named(options.model, nameModel);
  const version = options.vllm === undefined ? undefined : nameVersion(options.vllm);
  return {
    options,
    catalog: own.catalog,
    answers: {
      settings,
      ...(model?.value !== undefined && { model: model.value }),
      ...(device?.value !== undefined && { device: device.value }),
      ...(version?.value !== undefined && { vllm: version.value }),
    },
    remarks: [device, model, version].flatMap((one) => one?.remarks ?? []),
    problems: [...own.problems, ...problems, ...[device, model, version].flatMap((one) => one?.problems ?? [])],
  };
}

/** Whether the file with mistakes may hold what is named: then the catalogue without the file says nothing of it. */
function isOfWrongFile(name: string, { problems, names }: CatalogRead): boolean {
  const begins = (one: string): boolean => name.toLowerCase().startsWith(one.toLowerCase());
  return problems.length > 0 && (names === undefined || names.some(begins));
}

interface Answers {
  answers: FitAnswer[];
  problems: InputProblem[];
}

/** One answer, for the model that is named. */
function ofModel({ options, answers, catalog, problems }: Given): Answers {
  const { model, device, settings } = answers;
  const version = nameVersion(options.vllm);
  if (options.model === undefined) {
    const problem = "expected --model with --accelerator, or files that hold an InferenceService";
    return { answers: [], problems: [...problems, { place: "fit", problem }] };
  }
  if (options.accelerator === undefined) {
    const problem = "expected with --model, unless files tell it";
    return { answers: [], problems: [...problems, { place: "--accelerator", problem }] };
  }
  if (problems.length > 0 || model === undefined || device === undefined || version.value === undefined) {
    return { answers: [], problems };
  }
  const image = IMAGE.exec(options.model)?.[1];
  const input = {
    ...settings,
    ...device,
    model,
    vllm: version.value,
    ...(image !== undefined && { modelImage: image }),
  };
  const { reasons, ...judged } = judge(input, catalog.accelerators, catalog.models);
  return {
    answers: [{ title: titleOf(input), fit: { ...judged, reasons: [...reasons, ...version.remarks] } }],
    problems: [],
  };
}

/** A reference to an image: with a scheme, with a registry, or named as ModelCars are. */
const IMAGE = /^(?:oci:\/\/)?((?:[^/]+\.[^/]+\/.*)?modelcar-.+)$/;

/** An answer for each service in the files. */
function ofFiles(files: readonly string[], given: Given, terminal: Terminal): Answers {
  const read = readFiles("fit", files, given.options.cluster ?? [], given.catalog);
  printNotes(read.notes, terminal);
  const problems = [...given.problems, ...read.problems];
  const { world } = read;
  if (problems.length > 0) return { answers: [], problems };
  if (world.workloads.length === 0 && world.subjects(kinds.llmInferenceService).length === 0) {
    return { answers: [], problems: [{ place: files.join(" "), problem: "holds no InferenceService" }] };
  }
  const wrong = given.answers.model === undefined ? [] : modelProblems(world);
  return wrong.length > 0
    ? { answers: [], problems: wrong }
    : { answers: withoutSecrets(judgeServices(world, given.answers), sensitiveTexts(read.objects)), problems: [] };
}

function withoutSecrets(answers: readonly FitAnswer[], texts: readonly string[]): FitAnswer[] {
  const clean = redactor(texts);
  return answers.map((answer) => {
    const { reasons, messages } = answer.fit;
    return { ...answer, fit: { ...answer.fit, reasons: reasons.map(clean), messages: messages.map(clean) } };
  });
}
