/** The command line: which commands there are and what they accept. */
import { Command, CommanderError } from "commander";
import { version } from "../sdk/version";
import { EXIT_BAD_INPUT, EXIT_OK } from "./exitCodes";
import { lint, type LintOptions } from "./lint";
import { plan, type PlanOptions } from "./plan";
import { listRules } from "./rules";
import type { Terminal } from "./terminal";

/**
 * Runs one command line.
 *
 * @param args without the name of the program
 * @returns the exit code, one of `exitCodes.ts`
 */
export function run(args: readonly string[], terminal: Terminal): number {
  let code = EXIT_OK;
  const program = commandLine(terminal, (result) => (code = result));
  try {
    program.parse([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_BAD_INPUT;
    terminal.stderr(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT_BAD_INPUT;
  }
}

function commandLine(terminal: Terminal, done: (code: number) => void): Command {
  const program = new Command("model-serving")
    .description("Judges model-serving manifests before they are applied: will this really serve?")
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: terminal.stdout, writeErr: terminal.stderr });
  program
    .command("lint")
    .description("judge Kubernetes manifests, and the stack they make together, by the rules of this package")
    .argument("[files or folders...]", "YAML or JSON manifests, folders of them, or - for standard input")
    .option("--cluster <files...>", "what the cluster holds: the output of kubectl get nodes,... -o yaml")
    .option("--exceptions <file>", "accepted findings: a YAML list of rule, resource, reason, owner, expires")
    .option("--format <text|json>", "how to report", "text")
    .option("--profile <minimal|standard|strict>", "which rules apply, and how hard", "standard")
    .addHelpText("after", LINT_HELP)
    .action((paths: string[], options: LintOptions) => {
      done(lint(paths, options, terminal));
    });
  program
    .command("plan")
    .description("tell how an update of every service goes on the nodes of a cluster, and in which order all fit")
    .argument("[files or folders...]", "YAML or JSON manifests, folders of them, or - for standard input")
    .option("--cluster <files...>", "what the cluster holds: the output of kubectl get nodes,pods,... -A -o yaml")
    .option("--format <text|json>", "how to report", "text")
    .addHelpText("after", PLAN_HELP)
    .action((paths: string[], options: PlanOptions) => {
      done(plan(paths, options, terminal));
    });
  program
    .command("rules")
    .description("list the rules")
    .option("--format <text|json>", "how to print", "text")
    .action((options: { format: string }) => {
      done(listRules(options, terminal));
    });
  return program;
}

const LINT_HELP = `
Exit code: 0 no mandatory findings, 1 mandatory findings, 2 bad input.

Examples:
  model-serving lint manifests/
  model-serving lint manifests/ --cluster nodes.yaml runtimes.yaml
  helm template my-chart | model-serving lint - --cluster=inventory.yaml --format json`;

const PLAN_HELP = `
Each service is judged as if it alone were updated. The waves are services that may be updated at once; pools count
accelerators: steady before the update, peak while the waves go on one after another, free before the update.

Exit code: 0 no update is stuck for certain, 1 one is, 2 bad input.

Examples:
  model-serving plan manifests/ --cluster nodes-and-pods.yaml
  helm template my-chart | model-serving plan - --cluster=inventory.yaml --format json`;
