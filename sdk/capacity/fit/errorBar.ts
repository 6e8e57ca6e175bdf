/** How far the estimate may be off. */
import { activationBytes } from "./activation";
import { coverageOf } from "./coverage";
import { graphBytes } from "./graphs";
import { usesSecondRunner } from "./modelRunner";
import { mayFuse } from "./nonTorch";
import type { Start } from "./start";
import { isAtLeast } from "./version";
import { rankWeightBytes, type Stage } from "./weights";

const GIB = 2 ** 30;

/**
 * How far the cache may be off, either way. Each term names what is known least: a term that published runs of plain
 * text models on one device pin down is small, one that no run shows is large. Experts on AMD take half their weights again
 * in the published runs of one model (0.28), for a reason that is not known.
 */
export function errorBarBytes(start: Start, stage: Stage): number {
  const { model, version, usableGib, usableUncertainty, accelerator } = start;
  const terms = [
    0.3,
    ranksTerm(start),
    start.pipelineParallelSize > 1 ? (isAtLeast(version, "0.11.0") ? 0.2 : 0.5) : 0,
    isAtLeast(version, "0.17.0") ? 0.3 : 0,
    usesSecondRunner(start) ? 0.2 : 0,
    (graphBytes(start, stage) / GIB) * 0.5,
    model.experts === undefined ? 0 : 1,
    model.mla === undefined ? 0 : 0.5,
    paddingTerm(start, stage),
    model.vision !== undefined && start.imagesAllowed ? 2.7 : 0,
    usableGib * usableUncertainty,
    accelerator.vendor === "amd" ? 1.5 : 0,
    accelerator.vendor === "amd" && model.experts !== undefined ? (0.5 * rankWeightBytes(start, stage)) / GIB : 0,
    model.confidence === "low" ? 0.5 : 0,
    coverageOf(version) === "newer" ? UNSEEN_CHANGE + activationBytes(start, stage) / GIB : 0,
  ];
  return terms.reduce((sum, term) => sum + term, 0) * GIB;
}

/**
 * What a release that nobody has shown may do otherwise: releases have most often changed the peak of a step, by no more
 * than all of it. The rules of releases 1 to 17 minors older meet every published start that states everything within it.
 */
const UNSEEN_CHANGE = 0.5;

/** What joins the ranks is known by product, not by machine; from 0.26 on the fused reduction is another one. */
function ranksTerm(start: Start): number {
  const { tensorParallelSize: tp, accelerator, version, enforceEager } = start;
  const counted = tp > 1 && start.engine === "V1" && !isAtLeast(version, "0.11.0") ? 0.4 : 0;
  const joined = counted + (tp === 1 ? 0 : tp === 2 ? 0.1 : tp <= 4 ? 0.4 : 0.8);
  const fused = !enforceEager && isAtLeast(version, "0.17.0") && mayFuse(accelerator, start);
  if (!fused || accelerator.interconnect === "pcie") return joined;
  if (accelerator.interconnect !== "nvlink") return joined + 1.5;
  return joined + (isAtLeast(version, "0.26.0") ? 1 : 0);
}

/** MXFP4 kernels on Hopper pad weights by 9 % in 0.19 and not at all in 0.25.1; before, by 7 %. When it changed is not known. */
function paddingTerm(start: Start, stage: Stage): number {
  if (start.model.quantization?.method !== "mxfp4" || !isAtLeast(start.version, "0.19.0")) return 0;
  return (0.07 * rankWeightBytes(start, stage)) / GIB;
}
