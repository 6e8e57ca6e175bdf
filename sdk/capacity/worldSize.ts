/**
 * How many ranks a model server starts in one pod: the product of its parallel sizes.
 * Upstream: vllm-project/vllm `vllm/config/parallel.py`, `vllm/engine/arg_utils.py`.
 */

/** One size, with the argument that gives it; without one the server takes 1. */
export interface ParallelSize<Argument> {
  /** Flag without dashes, such as `tensor-parallel-size`. */
  flag: string;
  value: number;
  argument?: Argument;
}

export interface WorldSize<Argument> {
  /** Ranks in the pod, each of which needs an accelerator of its own. */
  ranks: number;
  /** The sizes that are given; their product is {@link ranks}. */
  factors: ParallelSize<Argument>[];
  /** Arguments whose value is no number as it stands, such as `$(TP)`; then {@link ranks} means nothing. */
  unreadable: Argument[];
  /** The server runs across pods (several nodes, Ray), so one pod alone does not decide. */
  spansPods: boolean;
}

/** What is needed of parsed arguments: the last occurrence of a flag, which is the one that counts. */
export interface FlagReader<Argument extends { value?: string | undefined }> {
  get(flag: string): Argument | undefined;
}

const multiplied = ["tensor-parallel-size", "pipeline-parallel-size", "prefill-context-parallel-size"];
const dataParallel = "data-parallel-size";
const localDataParallel = "data-parallel-size-local";

/** Reads the sizes of a server that takes vLLM's flags. */
export function worldSize<Argument extends { value?: string | undefined }>(
  args: FlagReader<Argument>,
): WorldSize<Argument> {
  const local = args.get(localDataParallel) === undefined ? dataParallel : localDataParallel;
  const given = [...multiplied, local].flatMap((flag) => {
    const argument = args.get(flag);
    return argument === undefined ? [] : [{ flag, argument, value: Number(argument.value) }];
  });
  const isReadable = ({ value }: { value: number }) => Number.isInteger(value) && value >= 1;
  return {
    ranks: given.reduce((product, { value }) => product * value, 1),
    factors: given,
    unreadable: given.filter((size) => !isReadable(size)).map(({ argument }) => argument),
    spansPods: spansPods(args),
  };
}

function spansPods<Argument extends { value?: string | undefined }>(args: FlagReader<Argument>): boolean {
  const executor = args.get("distributed-executor-backend")?.value;
  return (
    Number(args.get("nnodes")?.value ?? 1) > 1 ||
    executor === "ray" ||
    executor === "external_launcher" ||
    args.get("data-parallel-backend")?.value === "ray"
  );
}
