/** Memory outside torch: the CUDA context, the libraries that join ranks, and what kernels leave behind. */
import type { Accelerator } from "../../catalog/accelerators";
import type { Start } from "./start";
import { isAtLeast } from "./version";

const GIB = 2 ** 30;
const MIB = 2 ** 20;

/** Bytes outside torch that a server counts after it has joined its ranks. */
export function nonTorchBytes(start: Start): number {
  return (ranksGib(start) + trialGib(start)) * GIB + fusedReductionBytes(start);
}

/**
 * NCCL's buffers grow with the ranks that NVLink joins; over PCIe they stay small. Published: 0.05 to 0.15 GiB for one
 * rank; with NVLink 0.54 to 0.61 for two, 0.34 to 0.71 for four, 2.1 for eight and for ranks on several nodes; without
 * it 0.2 to 0.3 for two, four and eight.
 */
function ranksGib(start: Start): number {
  const { tensorParallelSize: tp, accelerator } = start;
  const sized = RANKS.find(({ ranks }) => tp <= ranks) ?? MANY;
  if (accelerator.interconnect === "pcie") return Math.min(sized.gib, PCIE_GIB) + beforeCountGib(start, 0);
  return sized === MANY ? MANY.gib : sized.gib + beforeCountGib(start, JOIN_GIB);
}

const MANY = { ranks: 8, gib: 2.2 };
const RANKS = [{ ranks: 1, gib: 0.13 }, { ranks: 2, gib: 0.55 }, { ranks: 4, gib: 0.7 }, MANY];
const PCIE_GIB = 0.3;

/**
 * What is there before the count begins, where it is counted all the same. Since 0.11 ranks are joined before (0.07 GiB
 * in six stages of 0.19), and V1 counted the CUDA context until 0.9.0 (two starts of 0.8.4: 0.30 and 0.34 GiB).
 * Upstream: `vllm/v1/worker/gpu_worker.py` init_device, determine_available_memory.
 */
function beforeCountGib(start: Start, joined: number): number {
  const { engine, version, tensorParallelSize: tp, pipelineParallelSize: pp } = start;
  const context = engine === "V1" && !isAtLeast(version, "0.9.1") ? CONTEXT_GIB : 0;
  if (tp * pp === 1 || isAtLeast(version, "0.11.0")) return context;
  return context + Math.max(engine === "V1" ? joined : 0, pp > 1 ? STAGES_GIB : 0);
}

const CONTEXT_GIB = 0.32;
/** Joining ranks over NVLink: 1.3 GiB in one start of 0.8.4; 0.92 to 1.04 in 22 of 0.19, where it is not counted. */
const JOIN_GIB = 1.3;
const STAGES_GIB = 0.3;

/**
 * Since 0.18 graphs are captured on trial while memory is counted. On one rank that leaves 0.12 GiB outside torch (0.13
 * to 0.25 from 0.17 to 0.18 in one sweep of versions, 0.24 to 0.27 in 26 starts of 0.19); on several nothing more.
 */
function trialGib({ version, enforceEager, tensorParallelSize: tp, pipelineParallelSize: pp }: Start): number {
  return isAtLeast(version, "0.18.0") && !enforceEager && tp * pp === 1 ? 0.12 : 0;
}

/**
 * Since 0.17 ranks on Hopper and datacentre Blackwell add and normalise in one kernel of FlashInfer, which keeps three
 * buffers that all ranks see: the data, flags, and the data three times over. Such memory comes in pieces of 512 MiB.
 * Upstream: vllm-project/vllm `vllm/config/vllm.py` enable_allreduce_rms_fusion, flashinfer-ai/flashinfer
 * `flashinfer/comm/trtllm_ar.py`, `flashinfer/comm/mnnvl.py` (CUDA's recommended granularity of multicast objects).
 */
function fusedReductionBytes(start: Start): number {
  const { model, tensorParallelSize: tp, maxNumBatchedTokens, accelerator } = start;
  const most = LARGEST_MIB[String(accelerator.computeCapability)]?.[tp];
  if (!fusesReductions(start) || most === undefined) return 0;
  const data = tp * Math.min(most * MIB, maxNumBatchedTokens * model.hiddenSize * 2);
  return (Math.ceil(data / PIECE) + Math.ceil((3 * data) / PIECE) + 1) * PIECE;
}

const PIECE = 512 * MIB;

/** MiB of one reduction, by compute capability and ranks. Upstream: `fusion/allreduce_rms_fusion.py`. */
const LARGEST_MIB: Partial<Record<string, Partial<Record<number, number>>>> = {
  "9": { 2: 64, 4: 2, 8: 1 },
  "10": { 2: 64, 4: 32, 8: 1 },
  "10.3": { 2: 64, 4: 64, 8: 2 },
};

/** Whether the ranks of a stage reduce in the fused kernel; it needs what only switched NVLink has. */
function fusesReductions(start: Start): boolean {
  const { accelerator, version, enforceEager } = start;
  if (enforceEager || !isAtLeast(version, "0.17.0") || !mayFuse(accelerator, start)) return false;
  return accelerator.interconnect === "nvlink";
}

/** Whether a kernel exists for the product, its ranks and stages, whatever joins them. */
export function mayFuse(
  { computeCapability = 0 }: Accelerator,
  { version, tensorParallelSize: tp, pipelineParallelSize: pp }: Start,
): boolean {
  const isBuilt = computeCapability === 9 || computeCapability === 10 || computeCapability === 10.3;
  const isStaged = pp === 1 || (isAtLeast(version, "0.21.0") && !(version[0] === 0 && version[1] === 23));
  const isEarly = computeCapability === 10.3 && !isAtLeast(version, "0.19.0");
  return isBuilt && isStaged && !isEarly && [2, 4, 8].includes(tp);
}
