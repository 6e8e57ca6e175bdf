/** `model-serving plan`: how the update of every service goes on the nodes of a cluster, and in which order. */
import { redactor, sensitiveTexts } from "../policies/report/redaction";
import { inferenceService, llmInferenceService } from "../policies/world/kinds";
import { rolloutPlan, type RolloutPlan } from "../policies/rollout/rolloutPlan";
import { someFindNoPlace } from "../policies/rollout/crowding";
import { listed } from "../policies/world/reference";
import type { World } from "../policies/world/world";
import { choose, FORMATS } from "./choices";
import { EXIT_BAD_INPUT, EXIT_FINDINGS, EXIT_OK } from "./exitCodes";
import { printNotes, printProblems, readFiles } from "./files";
import { formatPlan } from "./planReport";
import type { Terminal } from "./terminal";

/** The options as they were typed; nothing is checked yet. */
export interface PlanOptions {
  catalog?: string;
  cluster?: string[];
  format: string;
}

/** @returns the exit code; every problem with the input is printed before anything is judged */
export function plan(args: readonly string[], options: PlanOptions, terminal: Terminal): number {
  const format = choose("--format", options.format, FORMATS);
  const files = readFiles("plan", args, options.cluster ?? [], options.catalog);
  printNotes(files.notes, terminal);
  const problems = [...format.problems, ...files.problems, ...nothingToPlan(files)];
  if (problems.length > 0) {
    printProblems(problems, terminal);
    return EXIT_BAD_INPUT;
  }
  const result = withoutSecrets(rolloutPlan(files.world), sensitiveTexts(files.objects));
  for (const note of notesOnNodes(files.world)) terminal.stderr(`note: ${note}\n`);
  terminal.stdout(format.value === "json" ? `${JSON.stringify(result, null, 2)}\n` : formatPlan(result, terminal));
  const isShort = someFindNoPlace(files.world);
  if (isShort && !isStuck(result)) terminal.stderr("note: whichever pods come first, some find no place\n");
  return exitCode(result, isShort);
}

function withoutSecrets(plan: RolloutPlan, texts: readonly string[]): RolloutPlan {
  const clean = redactor(texts);
  const services = plan.services.map(({ rollout, ...service }) => ({
    ...service,
    rollout: { ...rollout, reason: clean(rollout.reason) },
  }));
  return { ...plan, services };
}

function notesOnNodes({ nodes }: World): string[] {
  const give = "give --cluster the output of kubectl get nodes,pods -A -o yaml";
  if (nodes.length === 0) return [`no nodes were given, so nothing is known about places; ${give}`];
  const bare = nodes.filter(({ allocatable }) => Object.keys(allocatable).length === 0).map(({ name }) => name);
  if (bare.length === 0) return [];
  return [`no status.allocatable, so no place for any pod, on ${listed(bare)}; ${give}`];
}

function exitCode(plan: RolloutPlan, isShort: boolean): number {
  return isShort || isStuck(plan) ? EXIT_FINDINGS : EXIT_OK;
}

function isStuck({ services }: Pick<RolloutPlan, "services">): boolean {
  return services.some(({ rollout }) => rollout.outcome === "deadlocks");
}

function nothingToPlan({ world, problems }: ReturnType<typeof readFiles>) {
  const services = [...world.workloads, ...world.subjects(llmInferenceService)];
  if (problems.length > 0 || services.length > 0) return [];
  const problem = "the files hold no InferenceService and no LLMInferenceService, so there is no update to plan";
  const held = world.list(inferenceService).length + world.list(llmInferenceService).length;
  const hint = held > 0 ? "; --cluster holds some: give its file as a manifest too, to plan those" : "";
  return [{ place: "plan", problem: problem + hint }];
}
