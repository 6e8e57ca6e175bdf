/** Updates on small nodes, readable in a test and generated for properties. */
import fc from "fast-check";
import { minus } from "../../../../sdk/capacity/amounts";
import { oneMorePod, type ClusterNode } from "../../../../sdk/capacity/inventory/inventory";
import type { Rollout } from "../../../../sdk/capacity/rollout/rollout";
import type { Update } from "../../../../sdk/capacity/rollout/update";
import { freeNode, gpuPod } from "../nodes";

export interface CaseOfUpdate {
  name: string;
  /** Accelerators of a new pod, and of an old one where that differs. */
  gpus: number;
  old?: number;
  /** Nodes of the old pods, a letter each: `"aab"`. */
  on: string;
  replicas?: number;
  strategy?: Rollout | "Recreate";
}

export const oneMore: Rollout = { surge: 1, unavailable: 0 };

export function update({ name, gpus, old = gpus, on, replicas = on.length, strategy = oneMore }: CaseOfUpdate): Update {
  const running = Array.from(on, (node) => ({ node, requests: gpuPod(old).requests }));
  return { name, replicas, strategy, pod: gpuPod(gpus), old: gpuPod(old).requests, running };
}

/** Nodes `a`, `b`, ... with so many accelerators for all these updates and for nothing else. */
export function nodesFor(sizes: readonly number[], all: readonly Update[]): ClusterNode[] {
  return sizes.map((size, i) => {
    const name = String.fromCharCode(97 + i);
    const node = freeNode(name, size);
    const held = all.flatMap(({ running }) => running.filter((pod) => pod.node === name));
    return { ...node, free: held.reduce((free, { requests }) => minus(free, oneMorePod(requests)), node.free) };
  });
}

export interface SmallCase {
  updates: Update[];
  nodes: ClusterNode[];
}

const size = fc.constantFrom(1, 1, 2, 2, 3, 4);
const strategy: fc.Arbitrary<Rollout | "Recreate"> = fc.oneof(
  { weight: 1, arbitrary: fc.constant("Recreate" as const) },
  {
    weight: 6,
    arbitrary: fc
      .record({ surge: fc.nat(2), unavailable: fc.nat(2) })
      .map((bounds) => (bounds.surge + bounds.unavailable === 0 ? oneMore : bounds)),
  },
);

/** Up to three updates on up to four nodes; every old pod has its place. */
export const smallCase: fc.Arbitrary<SmallCase> = fc
  .record({
    spare: fc.array(fc.nat(4), { minLength: 1, maxLength: 4 }),
    updates: fc.array(
      fc.record({
        old: size,
        fresh: size,
        same: fc.boolean(),
        on: fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }),
        strategy,
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ spare, updates }) => {
    const all = updates.map(({ old, fresh, same, on, strategy }, i) => {
      const letters = on.map((node) => String.fromCharCode(97 + (node % spare.length))).join("");
      const missing =
        strategy === "Recreate" ? strategy : { ...strategy, unavailable: Math.min(strategy.unavailable, on.length) };
      return update({ name: `u${i}`, gpus: same ? old : fresh, old, on: letters, strategy: missing });
    });
    const sizes = spare.map((free, i) => {
      const held = all.flatMap(({ running }) => running.filter(({ node }) => node === String.fromCharCode(97 + i)));
      return free + held.reduce((sum, { requests }) => sum + (requests["nvidia.com/gpu"] ?? 0), 0);
    });
    return { updates: all, nodes: nodesFor(sizes, all) };
  });
