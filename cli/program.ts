/** The command line: which commands there are and what they accept. */
import { Command, CommanderError } from "commander";
import { version } from "../sdk/version";
import { doctor, type DoctorOptions } from "./doctor";
import { EXIT_BAD_INPUT, EXIT_OK } from "./exitCodes";
import { fit } from "./fit";
import type { FitOptions } from "./fitOptions";
import { lint, type LintOptions } from "./lint";
import { plan, type PlanOptions } from "./plan";
import { render, type RenderOptions } from "./render";
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
    .option("--cluster <files...>", "what the cluster holds: an inventory, see docs/guard.md")
    .option("--exceptions <file>", "accepted findings: a YAML list of rule, resource, reason, owner, expires")
    .option("--catalog <file>", "own entries of the catalogue of accelerators, machine shapes, models and runtimes")
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
    .option("--cluster <files...>", "what the cluster holds: an inventory, see docs/guard.md")
    .option("--catalog <file>", "own entries of the catalogue of accelerators, machine shapes, models and runtimes")
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
  addFit(program, terminal, done);
  addDoctor(program, terminal, done);
  addRender(program, terminal, done);
  return program;
}

function addFit(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command("fit")
    .description("say whether a model fits an accelerator under vLLM: memory part by part, and what would help")
    .argument("[files or folders...]", "manifests of services; - for standard input")
    .option(
      "--model <name>",
      "Hugging Face id, name or ModelCar image; with files: what the storage of a service holds",
    )
    .option(
      "--accelerator <name>",
      "product, such as NVIDIA-A100-SXM4-80GB, or an alias of one; PRODUCT-MIG-PROFILE is a slice of it",
    )
    .option(
      "--cluster <files...>",
      "what the cluster holds: an inventory, see docs/guard.md; it tells the accelerator of a service",
    )
    .option("--catalog <file>", "own entries of the catalogue of accelerators, machine shapes, models and runtimes")
    .option("--tp <n>", "tensor parallel size")
    .option("--pp <n>", "pipeline parallel size")
    .option("--vllm <version>", "version of vLLM; default: that of the image, or of the newest image known")
    .option(
      "--max-model-len <n>",
      "tokens of the longest request, such as 8192, 8k (8000), 8K (8192); default: the model's context",
    )
    .option("--max-num-seqs <n>", "sequences of a step; default: that of the version and accelerator")
    .option(
      "--max-num-batched-tokens <n>",
      "tokens of a step, written alike; default: that of the version and accelerator",
    )
    .option("--gpu-memory-utilization <x>", "share of the memory, above 0 and up to 1; default: that of the version")
    .option("--kv-cache-dtype <type>", "number format of the KV cache, such as fp8")
    .option("--quantization <method>", "as given to vLLM; default: what the checkpoint declares")
    .option("--dtype <type>", "as given to vLLM; default: what the checkpoint declares")
    .option("--enforce-eager", "no CUDA graphs")
    .option("--format <text|json>", "how to report", "text")
    .addHelpText("after", FIT_HELP)
    .action((files: string[], options: FitOptions) => {
      done(fit(files, options, terminal));
    });
}

function addDoctor(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command("doctor")
    .description("say why models do not run, from what a cluster prints")
    .argument("[files or folders...]", "output of kubectl get -o yaml; - for standard input")
    .option("--logs <files...>", "what containers printed, as kubectl logs writes it")
    .option("--empty-graphs", "also say why graphs of metrics stay empty")
    .option("--checklist", "go through the production checklist instead")
    .option("--format <text|json>", "how to report", "text")
    .addHelpText("after", DOCTOR_HELP)
    .action((paths: string[], options: DoctorOptions) => {
      done(doctor(paths, options, terminal));
    });
}

function addRender(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command("render")
    .description("print the objects that a stack makes, for clients that cannot run Pulumi")
    .argument("<file>", "configuration of a stack, Pulumi.<stack>.yaml")
    .option("--format <yaml|json>", "documents of YAML, or one List as JSON", "yaml")
    .option("--show-secrets", "print the data of Secrets too")
    .addHelpText("after", RENDER_HELP)
    .action((file: string, options: RenderOptions) => {
      done(render(file, options, terminal));
    });
}

const RENDER_HELP = `
Objects come in the order in which they are to be applied. What the cluster fills in (status, tokens) is not among them.

Exit code: 0 printed, 2 bad input.

Examples:
  model-serving render Pulumi.prod.yaml | kubectl apply --server-side -f -
  model-serving render Pulumi.prod.yaml --format json | model-serving lint - --cluster inventory.yaml`;

const DOCTOR_HELP = `
Looks at services, pods, events, nodes, ReplicaSets, Services, Routes and autoscalers; what is not given is not judged.
docs/troubleshooting.md explains the rows (TR-1 to TR-16) that each finding names.

With --checklist: a line for each item of the production checklist (BP-16 to BP-23) with pass, fail, not applicable or
unknown, the worst of all services, over services, runtimes, nodes, monitors and alerts.

Exit code: 0 nothing found, 1 something found, or an item fails, 2 bad input.

Examples:
  kubectl get isvc,pods,events,replicasets,services,hpa -n models -o yaml | model-serving doctor -
  kubectl logs -n models my-pod -c kserve-container --previous > my.log && model-serving doctor --logs my.log`;

const FIT_HELP = `
Exit code: 0 fits, too close to call or unknown, 1 does not fit, 2 bad input.

JSON of --model: {"verdict": "fits|does-not-fit|too-close|unknown", "perGpuGiB": {"usable", "budget", "weights",
"activation", "nonTorch", "graphs", "kvCache", "errorBar"}, "kvCacheTokens", "fullLengthRequests", "reasons", "waysOut"};
figures that cannot be told are null. Of files: a list of these, each with the service's "kind", "name" and "namespace".

With files, --accelerator, --vllm and the flags of the server go before what every service says. --model is for one service:
the only one, or the only one that does not name its model. Where pods may run on several products, the worst is shown.

Of files the answer is "unknown", whatever else they say, for every InferenceService whose server runs on several nodes
(workerSpec), for every LLMInferenceService, and for a server with a --config file, which is not read. Ask about those with
--model, --accelerator, --tp and --pp.

Examples:
  model-serving fit --model meta-llama/Llama-3.1-8B-Instruct --accelerator NVIDIA-L4 --max-model-len 8192
  model-serving fit --model RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic --accelerator NVIDIA-H100-80GB-HBM3 --tp 2
  model-serving fit --model microsoft/phi-4 --accelerator NVIDIA-H100-80GB-HBM3-MIG-3g.40gb --max-model-len 8k
  model-serving fit service-on-a-volume.yaml --model microsoft/phi-4
  model-serving fit manifests/ --cluster inventory.yaml`;

const LINT_HELP = `
Exit code: 0 no mandatory findings, 1 mandatory findings, 2 bad input. Advisory and undecided ones do not count.

Examples:
  model-serving lint manifests/
  model-serving lint manifests/ --cluster inventory.yaml
  helm template my-chart | model-serving lint - --cluster=inventory.yaml --format json`;

const PLAN_HELP = `
Each service is judged as if it alone were updated. The waves are services that may be updated at once; pools count
accelerators of the nodes there are: steady before the update, peak while the waves go on one after another, free before it.
A pool that an autoscaler may grow is listed even without nodes; its maximum is not counted: a reason says where it must grow.
ResourceQuotas and LimitRanges of --cluster count too. Placed, surge and maxUnavailable are pods of all parts of a service.

Exit code: 0 no update is stuck for certain, 1 one is, 2 bad input. Pods that find no place whoever comes first are stuck too.

JSON: {"services": [{"name", "namespace", "steady": {"placed", "wanted"}, "rollout": {"outcome":
"completes|slower|deadlocks|may-deadlock|recreate|unknown", "reason", "surge", "maxUnavailable", "peakRequests"}}],
"pools": [{"name", "accelerator", "allocatable", "steady", "peak", "free"}], "waves": [["namespace/name", ...], ...],
"quotas": [{"namespace", "quota", "resource", "hard", "used", "peak"}]}
  placed of wanted   pods that have a place before the update, of those there are to be; no "wanted" where it is not known
  outcome            completes: all new pods find a place at once; slower: fewer at a time; recreate: all old pods end
                     first; deadlocks: it ends in no order, or never starts; may-deadlock: not in every order; unknown
  peakRequests       what old and new pods request together at most, by resource, as quantities
  waves              one after another; a service in none has no order that is certain to fit, and one that is stuck alone
                     may be in a wave after one that makes room
  quotas             only where a ResourceQuota counts pods of a service: used now, and asked for at most (a wave at once,
                     a service without a wave alone); peak may be above hard, and what is above is refused

Examples:
  model-serving plan manifests/ --cluster inventory.yaml
  helm template my-chart | model-serving plan - --cluster=inventory.yaml --format json`;
