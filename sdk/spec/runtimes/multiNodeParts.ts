/**
 * Commands and probes of the runtimes that serve one model on several nodes, which the catalogue does not carry.
 *
 * KServe gives the pods `HEAD_SVC` and `WORKER_SVC`, headless services of the head and the workers, and the sizes.
 * Upstream: kserve/kserve `pkg/controller/v1beta1/inferenceservice/components/predictor.go`.
 */
import type { Probe } from "../../kubernetes/core";

/** What is added to a container. */
export interface ContainerParts {
  command?: string[];
  startupProbe?: Probe;
  readinessProbe?: Probe;
  livenessProbe?: Probe;
}

/** What is added to the two containers of a runtime, by the name of the runtime. */
export interface MultiNodeParts {
  head: ContainerParts;
  worker: ContainerParts;
}

const HEAD = "${HEAD_SVC}.${POD_NAMESPACE}.svc.cluster.local";

/** Bash with arguments of the container behind it, which the script sees as `$@`. */
function bash(lines: readonly string[], name: string): string[] {
  return ["bash", "-c", lines.join("\n"), name];
}

/**
 * A worker's rank is its place among the sorted addresses of all workers, behind the head, whose rank is 0. So every
 * worker must wait until all have an address.
 */
const RANKED_WORKER = bash(
  [
    "set -o pipefail",
    "export LC_ALL=C",
    "workers=$((PIPELINE_PARALLEL_SIZE - 1))",
    "for attempt in $(seq 150); do",
    '  addresses=$(getent ahosts "$WORKER_SVC" | cut -d " " -f 1 | sort -u)',
    '  rank=$(grep -nxF "$POD_IP" <<< "$addresses" | cut -d : -f 1)',
    '  if [ -n "$rank" ] && [ "$(grep -c . <<< "$addresses")" -eq "$workers" ]; then',
    '    exec vllm serve "$@" --node-rank="$rank"',
    "  fi",
    "  sleep 2",
    "done",
    'echo "expected $workers workers behind $WORKER_SVC, this one ($POD_IP) among them; found: $addresses" >&2',
    "exit 1",
  ],
  "worker",
);

/** The group answers as one: a worker is as well as its head. */
const HEAD_ANSWERS = { exec: { command: ["bash", "-c", `curl -sf -m 5 -o /dev/null http://${HEAD}:8080/health`] } };

const RAY_NODES = [
  "import os, ray",
  "ray.init(address='auto', logging_level='error')",
  "alive = sum(node['Alive'] for node in ray.nodes())",
  "raise SystemExit(alive < int(os.environ['RAY_NODE_COUNT']))",
].join("; ");

const RAY_HEAD = bash(
  [
    "set -e",
    'ray start --head --port="$RAY_PORT" --disable-usage-stats --include-dashboard=false',
    `until python3 -c "${RAY_NODES}"; do sleep 5; done`,
    'exec python3 -m huggingfaceserver --model_dir="${MODEL_DIR:-/mnt/models}" --tensor-parallel-size="$TENSOR_PARALLEL_SIZE" --pipeline-parallel-size="$PIPELINE_PARALLEL_SIZE" "$@"',
  ],
  "head",
);

const RAY_WORKER = bash(
  [
    `until ray health-check --address "${HEAD}:6379" > /dev/null 2>&1; do sleep 5; done`,
    `exec ray start --address="${HEAD}:6379" --block`,
  ],
  "worker",
);

/** @requirement RT-19 */
export const multiNodeParts: Readonly<Record<string, MultiNodeParts>> = {
  "vllm-multinode-runtime": {
    head: {
      livenessProbe: { httpGet: { path: "/health", port: 8080 }, periodSeconds: 30, timeoutSeconds: 10 },
    },
    worker: {
      command: RANKED_WORKER,
      startupProbe: { ...HEAD_ANSWERS, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 120 },
      readinessProbe: { ...HEAD_ANSWERS, periodSeconds: 5, timeoutSeconds: 10, failureThreshold: 3 },
      livenessProbe: { ...HEAD_ANSWERS, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 3 },
    },
  },
  "kserve-huggingfaceserver-multinode": {
    head: { command: RAY_HEAD },
    worker: {
      command: RAY_WORKER,
      startupProbe: {
        exec: { command: ["bash", "-c", `ray health-check --address "${HEAD}:6379"`] },
        periodSeconds: 30,
        timeoutSeconds: 30,
        failureThreshold: 40,
      },
    },
  },
};
